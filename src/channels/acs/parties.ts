import type { Identity } from "../../messages.ts";
import { isRecord } from "../whatsapp/inbound/fields.ts";
import { readIdentities } from "../whatsapp/inbound/identities.ts";
import type { AcsSettings } from "./settings.ts";

/** What decides whose an event is. */
export interface Ours extends Pick<AcsSettings, "channel_ids" | "phone_number"> {
  /** Whether an event that names no channel is ours: not at an address that is another channel's. */
  readonly takesUnnamed: boolean;
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `advancedMessage/sender/{person}/recipient/{channel}`. Source: Event Grid documentation, Advanced Messaging events. */
const SUBJECT = /^advancedMessage\/sender\/([^/]{1,150})\/recipient\/([^/]{1,150})$/i;

/** The person and the channel that a subject names. It is what the provider writes for people: read last. */
export function partiesOf(subject: string): {
  readonly sender: string | undefined;
  readonly recipient: string | undefined;
} {
  const [, sender, recipient] = SUBJECT.exec(subject) ?? [];
  return { sender, recipient };
}

/** The name in a field: plain, or inside `phoneNumber` with `whatsapp:` before it, as first documented. */
export function nameIn(field: unknown): string | undefined {
  const value = isRecord(field) ? field["phoneNumber"] : field;
  return typeof value === "string" ? value.trim().replace(/^whatsapp:/i, "") : undefined;
}

/** Reads the names of one person out of several fields: each once, phones first. */
export function peopleIn(fields: readonly unknown[]): readonly Identity[] {
  return readIdentities(fields.map(nameIn));
}

/**
 * Finds which of our channels an event concerns: the first channel id that any field gives decides, even where it is
 * another's. An event without one is of the only channel there is, unless it names a phone number that is not ours.
 */
export function findAccount(fields: readonly unknown[], ours: Ours): string | undefined {
  const names = namesIn(fields);
  const id = names.find((name) => GUID.test(name))?.toLowerCase();
  const { channel_ids: ids, phone_number: own, takesUnnamed } = ours;
  if (id !== undefined) return ids.includes(id) ? id : undefined;
  const isOther = own !== undefined && names.some((name) => name.replace(/^\+/, "") !== own);
  return takesUnnamed && !isOther && ids.length === 1 ? ids[0] : undefined;
}

/** Every channel id that an event names, wherever, in lower case. */
export function channelIdsIn(fields: readonly unknown[]): readonly string[] {
  return namesIn(fields)
    .filter((name) => GUID.test(name))
    .map((name) => name.toLowerCase());
}

function namesIn(fields: readonly unknown[]): readonly string[] {
  return fields.map((field) => nameIn(field) ?? "").filter((name) => name !== "");
}
