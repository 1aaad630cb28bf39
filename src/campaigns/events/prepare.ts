import { BridgeError } from "../../errors.ts";
import type { SendRequest } from "../prepare-message.ts";
import type { Sender } from "../send-message.ts";
import { UnsendableRequest } from "../unsendable.ts";
import type { Prepared } from "./notification.ts";

/**
 * Checks what an event asks for as a request to the API would be checked: number, template, consent, window. What a repetition
 * may mend is thrown, `store_*` above all.
 */
export async function prepareNotification(
  sender: Pick<Sender, "prepare" | "toLot">,
  request: SendRequest,
): Promise<Prepared> {
  try {
    return { kind: "ready", lot: await sender.toLot(await sender.prepare(request)) };
  } catch (error) {
    if (error instanceof UnsendableRequest)
      return { kind: "refused", problems: error.faults.map(({ detail }) => detail) };
    if (!(error instanceof BridgeError) || error.retry) throw error;
    if (error.code === "channel_opted_out") return { kind: "skipped", reason: error.code };
    return { kind: "refused", problems: [`${error.code}: ${error.detail}`] };
  }
}
