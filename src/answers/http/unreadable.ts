import { BridgeError } from "../../errors.ts";

/** The failure of an answer that lacks what must be in it. */
export function unreadable(missing: string): BridgeError {
  return new BridgeError("answer_unreadable", `the bot's answer has no usable ${missing}`);
}
