import { randomBytes } from "node:crypto";
import type { SaidContent } from "../orders.ts";
import { unixSeconds } from "./json.ts";
import type { Arrival, LineFailure, LineFeatures, Report } from "./line.ts";

/** A message id in WhatsApp's form. */
export const newWamid = (): string => `wamid.${randomBytes(24).toString("base64")}`;

/** What WhatsApp itself can do, by whichever of its two providers. */
export const FEATURES: LineFeatures = {
  buttons: true,
  lists: true,
  media: true,
  location: true,
  templates: true,
  voice: true,
  batches: true,
  reads: true,
  typedChoices: false,
};

/** Failures of WhatsApp that only a status tells. Source: Cloud API reference, error codes. */
export const LATER: readonly LineFailure[] = [
  { code: "131047", title: "Re-engagement message", when: "later" },
  { code: "131026", title: "Message undeliverable", when: "later" },
  { code: "131049", title: "Not delivered to maintain healthy engagement", when: "later" },
  { code: "130472", title: "User's number is part of an experiment", when: "later" },
  { code: "131050", title: "User has stopped marketing messages", when: "later" },
  { code: "131053", title: "Media upload error", when: "later" },
  { code: "131000", title: "Something went wrong", when: "later" },
];

/** Failures that WhatsApp tells at once, with the HTTP status of each. Source: Cloud API reference, error codes. */
export const AT_ONCE: readonly (LineFailure & { readonly status: number })[] = [
  {
    code: "131056",
    title: "(Business Account, Consumer Account) pair rate limit hit",
    status: 400,
  },
  { code: "130429", title: "Rate limit hit", status: 429 },
  { code: "131009", title: "Parameter value is not valid", status: 400 },
  { code: "131016", title: "Service unavailable", status: 500 },
  { code: "131031", title: "Account has been locked", status: 403 },
  { code: "190", title: "Access token has expired", status: 401 },
].map((one) => ({ ...one, when: "at_once" }) as const);

/** A failure as it is listed, without what only the played provider needs. */
export const shown = ({ code, title, when }: LineFailure): LineFailure => ({ code, title, when });

/** An id of a file as WhatsApp writes one: digits, which hold our own. */
export const toMediaId = (fileId: string): string =>
  BigInt(`0x${fileId.replaceAll("-", "")}`).toString();

/** Our id of a file; undefined where the digits hold none. */
export function fromMediaId(mediaId: string): string | undefined {
  if (!/^\d{1,39}$/.test(mediaId)) return undefined;
  const hex = BigInt(mediaId).toString(16).padStart(32, "0");
  if (hex.length > 32) return undefined;
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The person of a message, as WhatsApp lists people beside messages. */
const contactOf = ({ from, name }: Arrival): object => ({
  profile: { name: name ?? "" },
  wa_id: from,
});

/** Each person of some messages once. */
export const contactsOf = (messages: readonly Arrival[]): readonly object[] => [
  ...new Map(messages.map((message) => [message.from, contactOf(message)])).values(),
];

/** A message in WhatsApp's own form. Source: Cloud API reference, messages webhook. */
export function messageOf(arrival: Arrival, displayNumber: string): object {
  const { from, externalId: id, sentAt, quoted } = arrival;
  return {
    ...(quoted !== undefined && { context: { from: displayNumber, id: quoted } }),
    from,
    id,
    timestamp: String(unixSeconds(sentAt)),
    ...partOf(arrival.content, arrival),
  };
}

function partOf(content: SaidContent, arrival: Arrival): object {
  switch (content.type) {
    case "text":
      return { type: "text", text: { body: content.text } };
    case "choice":
      return choicePart(content);
    case "media":
      return mediaPart(content, arrival);
    case "location": {
      const { latitude, longitude, name, address } = content;
      const place = { latitude, longitude, ...defined({ name, address }) };
      return { type: "location", location: place };
    }
    case "contact": {
      const { name, phone } = content;
      const card = {
        name: { formatted_name: name, first_name: name },
        phones: [{ phone, wa_id: phone.replace(/\D/g, ""), type: "CELL" }],
      };
      return { type: "contacts", contacts: [card] };
    }
    case "reaction": {
      const { to, emoji } = content;
      return { type: "reaction", reaction: { message_id: to, ...defined({ emoji }) } };
    }
  }
}

function choicePart(choice: Extract<SaidContent, { type: "choice" }>): object {
  const { source, id, title, description } = choice;
  if (source === "template_button") return { type: "button", button: { payload: id, text: title } };
  const kind = source === "button" ? "button_reply" : "list_reply";
  const more = source === "list" ? defined({ description }) : {};
  const interactive = { type: kind, [kind]: { id, title, ...more } };
  return { type: "interactive", interactive };
}

function mediaPart(
  { media, caption, fileName }: Extract<SaidContent, { type: "media" }>,
  { file }: Arrival,
): object {
  const type = media === "voice" ? "audio" : media;
  const part = {
    ...(file !== undefined && {
      id: toMediaId(file.id),
      mime_type: file.mimeType,
      sha256: file.sha256,
    }),
    ...(["image", "video", "document"].includes(media) && defined({ caption })),
    ...(media === "document" && defined({ filename: fileName ?? file?.fileName })),
    ...(type === "audio" && { voice: media === "voice" }),
    ...(media === "sticker" && { animated: false }),
  };
  return { type, [type]: part };
}

/** A status in WhatsApp's own form, without an echo of our id. Source: Cloud API reference, status webhooks. */
export function statusOf({ externalId, status, person, error, at }: Report): object {
  return {
    id: externalId,
    status,
    timestamp: String(unixSeconds(at)),
    recipient_id: person,
    ...(error !== undefined && { errors: [errorOf(error)] }),
  };
}

function errorOf({ code, title }: Pick<LineFailure, "code" | "title">): object {
  const details = "Reported by the simulated provider.";
  return { code: Number(code), title, message: title, error_data: { details } };
}

/** A refusal in the form of the Graph API. Source: Graph API reference, error handling. */
export function graphError({ code, title }: Pick<LineFailure, "code" | "title">): object {
  return {
    error: {
      message: `(#${code}) ${title}`,
      type: "OAuthException",
      code: Number(code),
      error_data: { messaging_product: "whatsapp", details: "Told by the simulated provider." },
      fbtrace_id: "ASimulatedTrace",
    },
  };
}

/** The fields that have a value. */
export function defined(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
