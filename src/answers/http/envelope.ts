import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import { readRasaMessage } from "../../rasa-message.ts";
import { flag } from "../../settings.ts";
import type { BotAnswer } from "./preset.ts";

const message = z.array(z.unknown());

/** Null is the same as leaving a field out. A wrong type is refused by name: a lost `handoff` would be worse. */
const envelope = z.object({
  messages: message.nullish(),
  confidence: z.coerce.number().min(0).max(1).nullish(),
  intent: z.string().nullish(),
  set_slots: z.record(z.string(), z.unknown()).nullish(),
  handoff: flag().nullish(),
  end_session: flag().nullish(),
  hold: flag().nullish(),
  silent: flag().nullish(),
});

/** The keys of an envelope; an object with none of them is something else. */
const KEYS = new Set(Object.keys(envelope.shape));

/**
 * Reads an answer in our contract: a list of messages as Rasa writes them, or the envelope that can say more. Throws
 * `answer_unreadable`.
 */
export function readEnvelope(body: unknown): BotAnswer {
  if (Array.isArray(body)) return { replies: readMessages(body) };
  const parsed = envelope.safeParse(body);
  if (!parsed.success) throw unreadable(parsed.error);
  if (!isEnvelope(body)) {
    throw new BridgeError("answer_unreadable", "the bot's answer is no list and no envelope");
  }
  const { messages, confidence, intent, set_slots: slots, ...flags } = parsed.data;
  return {
    replies: readMessages(messages ?? []),
    ...(isGiven(confidence) && { confidence }),
    ...(isGiven(intent) && { intent }),
    ...(isGiven(slots) && { slots }),
    ...(flags.handoff === true && { handoff: true }),
    ...(flags.end_session === true && { endSession: true }),
    ...(flags.hold === true && { hold: true }),
    ...(flags.silent === true && { silent: true }),
  };
}

function readMessages(items: readonly unknown[]): BotAnswer["replies"] {
  return items.flatMap((item) => readRasaMessage(item) ?? []);
}

function isEnvelope(body: unknown): boolean {
  return Object.keys(Object(body)).some((key) => KEYS.has(key));
}

function isGiven<Value>(value: Value | null | undefined): value is Value {
  return value !== undefined && value !== null;
}

function unreadable(error: z.ZodError): BridgeError {
  const [field] = error.issues[0]?.path ?? [];
  const detail =
    typeof field === "string" && KEYS.has(field)
      ? `the bot's answer has a ${field} of the wrong type`
      : "the bot's answer is no list and no envelope";
  return new BridgeError("answer_unreadable", detail);
}
