import { z } from "zod";
import type { ChannelEvent, Content, ProviderError } from "../../messages.ts";
import type { GridEvent } from "../azure/envelope.ts";
import { readIsoTime } from "../azure/times.ts";
import {
  identifier,
  optionalIdentifier,
  optionalText,
  present,
  text,
  word,
} from "../whatsapp/inbound/fields.ts";
import { describeError } from "../whatsapp/inbound/provider-errors.ts";
import { readAcsContent, wordsOf } from "./content.ts";
import { findAccount, nameIn, type Ours, partiesOf, peopleIn } from "./parties.ts";

/** The time of an event that has none. Reading a webhook never looks at the clock. */
const NO_TIME = "1970-01-01T00:00:00.000Z";

const errorSchema = z
  .object({
    channelCode: z
      .union([z.number().int(), text.pipe(z.string().max(20))])
      .transform(String)
      .catch(""),
    channelMessage: optionalText,
  })
  .transform((error): ProviderError => ({
    code: error.channelCode,
    title: error.channelMessage ?? "",
  }));

const contextSchema = z.object({ id: optionalIdentifier });

/** The error of an event: `channelCode` is the code of WhatsApp itself. */
export function readAcsError(raw: unknown): ProviderError | undefined {
  return errorSchema.safeParse(raw).data;
}

/** The first field that holds a usable id. */
export function firstId(fields: readonly unknown[]): string | undefined {
  return fields.map((field) => identifier.safeParse(field).data).find((id) => id !== undefined);
}

/** The time of an event: the message's own, else when the event was made. */
export function timeOf({ data, time }: GridEvent): string {
  return readIsoTime(data?.["receivedTimestamp"]) ?? time ?? NO_TIME;
}

/**
 * Reads an inbound message in the shape the provider sends or in the one first documented. What cannot be a message, or is
 * not for us, becomes an unsupported event. Source: Event Grid documentation, Advanced Messaging events.
 */
export function readMessage(event: GridEvent, ours: Ours): ChannelEvent {
  const { data, subject } = event;
  if (data === undefined) return { kind: "unsupported", what: "message that cannot be read" };
  const parties = partiesOf(subject);
  const fields = [data["channelRegistrationId"], data["to"], parties.recipient];
  const account = findAccount(fields, ours);
  if (account === undefined) return { kind: "unsupported", what: "message of another channel" };
  if (isOwn(data["from"], ours)) return unsupported(account, "message of our own number");
  const externalId = firstId([data["messageId"], data["id"], event.id]);
  if (externalId === undefined) return unsupported(account, "message without a usable id");
  const named = peopleIn([data["from"], data["fromBSUID"]]);
  const identities = named.length > 0 ? named : peopleIn([parties.sender]);
  if (identities.length === 0) return unsupported(account, "message without a known sender");
  const { type, reading } = readAcsContent(data);
  const quoted = contextSchema.safeParse(data["context"]).data?.id;
  return present({
    kind: "message",
    externalId,
    account,
    identities,
    sentAt: timeOf(event),
    text: reading?.text ?? wordsOf(data) ?? "",
    content: reading?.content ?? unreadable(type, data["error"]),
    context: quoted === undefined ? undefined : { quoted },
  });
}

/** A person wrote something we cannot read; they are still there and may be told so. */
function unreadable(type: string, error: unknown): Content {
  const problem = readAcsError(error);
  const reason = problem === undefined ? undefined : describeError(problem);
  return present({ type: "unsupported", providerType: word(type), reason });
}

function isOwn(from: unknown, { phone_number: own }: Ours): boolean {
  return own !== undefined && nameIn(from)?.replace(/^\+/, "") === own;
}

function unsupported(account: string, what: string): ChannelEvent {
  return { kind: "unsupported", account, what };
}
