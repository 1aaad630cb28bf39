import { BridgeError } from "../../errors.ts";
import type { Content, Reply } from "../../messages.ts";
import { readRasaMessage } from "../../rasa-message.ts";
import type { HttpRequest } from "../../transport.ts";
import type { Question } from "../backend.ts";
import { describe } from "./metadata.ts";
import type { Placeholder, RasaSettings } from "./settings.ts";

/** Slashes at the start of a text, with what Rasa strips before it looks: Python's white space has control characters. */
const LEADING_SLASHES = /^[\s\p{Cc}]*\/[\s\p{Cc}/]*/u;

/** Describes the call that puts a question to Rasa. Source: Rasa documentation, REST channel and callback channel. */
export function toRasa(question: Question, settings: RasaSettings): HttpRequest {
  const query = settings.stream ? { stream: "true" } : {};
  return {
    method: "POST",
    url: urlOf(`/webhooks/${settings.channel}/webhook`, query, settings),
    headers: {
      ...headersOf(settings),
      accept: ACCEPT[settings.stream ? "stream" : settings.channel],
    },
    body: JSON.stringify({
      sender: senderOf(question, settings),
      message: messageOf(question, settings),
      input_channel: question.channel,
      metadata: describe(question),
    }),
  };
}

const ACCEPT = {
  rest: "application/json",
  stream: "text/event-stream, application/json",
  callback: "text/plain",
} as const;

export function headersOf({ auth_header: header }: RasaSettings): Readonly<Record<string, string>> {
  return {
    "content-type": "application/json; charset=utf-8",
    ...(header !== undefined && { authorization: header }),
  };
}

/** The address of a path below Rasa's own, with the token where one is set. */
export function urlOf(
  path: string,
  parameters: Readonly<Record<string, string>>,
  { url, token }: RasaSettings,
): string {
  const query = new URLSearchParams(parameters);
  if (token !== undefined) query.set("token", token);
  return query.size === 0
    ? `${url}${path}`
    : `${url}${path}?${query.toString().replaceAll("+", "%20")}`;
}

/** The name under which Rasa knows the conversation. */
export function senderOf(question: Question, settings: RasaSettings): string {
  const values: Record<Placeholder, string> = {
    conversation: question.conversationId,
    contact: question.contactId,
    channel: question.channel,
    account: question.account,
    user: question.identities[0]?.value ?? question.contactId,
  };
  return settings.sender_template.map((part) => part.fixed ?? values[part.name]).join("");
}

function messageOf(question: Question, settings: RasaSettings): string {
  if (question.text === "") return markerOf(question.content);
  if (question.trusted || settings.slash_policy === "allow") return question.text;
  return question.text.replace(LEADING_SLASHES, "");
}

/**
 * What Rasa is told of a message without text: an intent of its own per kind, with the facts a story may branch on as
 * entities. Everything else about the message is in the metadata.
 */
export function markerOf(content: Content): string {
  switch (content.type) {
    case "text":
      return "";
    case "choice":
      return content.payload === "" ? content.title : content.payload;
    case "media":
      return marker("media_received", { type: content.media });
    case "location":
      return marker("location", { latitude: content.latitude, longitude: content.longitude });
    case "contacts":
      return marker("contacts_received", { count: content.cards.length });
    case "reaction":
      return marker(
        "reaction_received",
        content.emoji === undefined ? {} : { emoji: content.emoji },
      );
    case "form":
      return marker("form_received", content.name === undefined ? {} : { name: content.name });
    case "order":
      return marker("order_received", { items: content.items.length });
    case "call_permission":
      return marker("call_permission_received", { response: content.response });
    case "trigger":
      return `/${content.intent}${JSON.stringify(content.entities)}`;
    case "edit":
      return "/message_edited";
    case "revoke":
      return "/message_revoked";
    case "unsupported":
      return marker("unsupported_received", { type: content.providerType });
  }
}

function marker(intent: string, entities: Record<string, string | number>): string {
  return Object.keys(entities).length === 0
    ? `/${intent}`
    : `/${intent}${JSON.stringify(entities)}`;
}

/** Reads Rasa's answer, an array of messages, item by item. Throws `answer_unreadable` for anything but an array. */
export function fromRasa(body: unknown): readonly Reply[] {
  if (!Array.isArray(body)) throw new BridgeError("answer_unreadable", "Rasa's answer is no list");
  return body.flatMap((item) => readRasaMessage(item) ?? []);
}
