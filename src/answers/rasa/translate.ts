import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { Button, Content, Reply } from "../../messages.ts";
import type { HttpRequest } from "../../transport.ts";
import type { Question } from "../backend.ts";
import { describe } from "./metadata.ts";
import type { Placeholder, RasaSettings } from "./settings.ts";

/** Slashes at the start of a text, with what Rasa strips before it looks: Python's white space has control characters. */
const LEADING_SLASHES = /^[\s\p{Cc}]*\/[\s\p{Cc}/]*/u;

/** Describes the call that puts a question to Rasa. Source: Rasa documentation, REST channel. */
export function toRasa(question: Question, settings: RasaSettings): HttpRequest {
  const query = new URLSearchParams();
  if (settings.stream) query.set("stream", "true");
  if (settings.token !== undefined) query.set("token", settings.token);
  const suffix = query.size === 0 ? "" : `?${query.toString().replaceAll("+", "%20")}`;
  return {
    method: "POST",
    url: `${settings.url}/webhooks/rest/webhook${suffix}`,
    headers: {
      "content-type": "application/json; charset=utf-8",
      accept: settings.stream ? "text/event-stream, application/json" : "application/json",
      ...(settings.auth_header !== undefined && { authorization: settings.auth_header }),
    },
    body: JSON.stringify({
      sender: senderOf(question, settings),
      message: messageOf(question, settings),
      input_channel: question.channel,
      metadata: describe(question),
    }),
  };
}

function senderOf(question: Question, settings: RasaSettings): string {
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
function markerOf(content: Content): string {
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

const words = z.union([z.string(), z.number().transform(String)]);
const wordsIfAny = words.optional().catch(undefined);
const itemsIfAny = z.array(z.unknown()).catch([]);

/** One message of Rasa's answer. A key of the wrong type counts as absent: compatible servers differ in details. */
const rasaMessage = z.object({
  text: wordsIfAny,
  buttons: itemsIfAny,
  quick_replies: itemsIfAny,
  image: wordsIfAny,
  attachment: z.unknown().optional(),
  custom: z.unknown().optional(),
});

const rasaButton = z.looseObject({
  title: wordsIfAny,
  payload: wordsIfAny,
  url: wordsIfAny,
  description: wordsIfAny,
});

/** Reads Rasa's answer, an array of messages, item by item. Throws `answer_unreadable` for anything but an array. */
export function fromRasa(body: unknown): readonly Reply[] {
  if (!Array.isArray(body)) throw new BridgeError("answer_unreadable", "Rasa's answer is no list");
  return body.flatMap((item) => toReply(item));
}

function toReply(item: unknown): readonly Reply[] {
  const parsed = rasaMessage.safeParse(item);
  if (!parsed.success) return [];
  const { text, image, attachment, custom } = parsed.data;
  const buttons = [...parsed.data.buttons, ...parsed.data.quick_replies].flatMap(toButton);
  const reply: Reply = {
    ...(isSaid(text) && { text }),
    ...(buttons.length > 0 && { buttons }),
    ...(isSaid(image) && { image }),
    ...(isGiven(attachment) && { attachment }),
    ...(isGiven(custom) && { custom }),
  };
  return Object.keys(reply).length === 0 ? [] : [reply];
}

/** A button must show something; without a title its payload is shown. All other keys are the bot's own. */
function toButton(item: unknown): readonly Button[] {
  const parsed = rasaButton.safeParse(item);
  if (!parsed.success) return [];
  const { title, payload, url, description, ...others } = parsed.data;
  const shown = [title, payload, url].find(isSaid);
  if (shown === undefined) return [];
  return [
    {
      ...others,
      title: shown,
      ...(isSaid(payload) && { payload }),
      ...(isSaid(url) && { url }),
      ...(isSaid(description) && { description }),
    },
  ];
}

function isSaid(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== "";
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}
