import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { Content, Reply } from "../../messages.ts";
import type { HttpRequest } from "../../transport.ts";
import type { Question } from "../backend.ts";
import type { RasaSettings } from "./settings.ts";
import { fromRasa, headersOf, senderOf, urlOf } from "./translate.ts";

type Trigger = Extract<Content, { readonly type: "trigger" }>;

/**
 * Describes the call that tells Rasa of something that happened outside of the conversation. With the channel `rest` the
 * latest channel is one that Rasa cannot push to, so the answer collects what the bot says; the state of the conversation,
 * which may be long, is left out of it. Source: Rasa documentation, HTTP API, `trigger_intent`.
 */
export function toTrigger(
  trigger: Trigger,
  question: Question,
  settings: RasaSettings,
): HttpRequest {
  const path = `/conversations/${encodeURIComponent(senderOf(question, settings))}/trigger_intent`;
  const channel = settings.channel === "callback" ? "callback" : "latest";
  return {
    method: "POST",
    url: urlOf(path, { output_channel: channel, include_events: "NONE" }, settings),
    headers: { ...headersOf(settings), accept: "application/json" },
    body: JSON.stringify({ name: trigger.intent, entities: trigger.entities }),
  };
}

/** Rasa leaves `messages` out where it pushed them itself. */
const triggered = z.object({ messages: z.unknown().optional() });

/** Reads the answer to that call. Throws `answer_unreadable`. */
export function fromTrigger(body: unknown): readonly Reply[] {
  const parsed = triggered.safeParse(body);
  if (!parsed.success) {
    throw new BridgeError("answer_unreadable", "Rasa's answer to a trigger is no object");
  }
  const { messages } = parsed.data;
  return messages === undefined || messages === null ? [] : fromRasa(messages);
}
