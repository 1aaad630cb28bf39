import { createHash, randomUUIDv7 } from "node:crypto";
import type { Identity } from "./messages.ts";

function formatUuid(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/** A UUID that follows from what it names (version 8: the content is ours). */
function hashedUuid(name: string): string {
  const hash = createHash("sha256").update(name).digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return formatUuid(hash.subarray(0, 16).toString("hex"));
}

/**
 * The id of the conversation of a contact with one of our accounts. It follows from the three, so that no look-up stands
 * between a webhook and its row and two processes cannot create two conversations.
 */
export function conversationId(channel: string, account: string, contactId: string): string {
  return hashedUuid(`${channel}\n${account}\n${contactId}`);
}

/** The id of one thing that follows from another: made again, it is the same, so nothing is stored twice. */
export function derivedId(id: string, part: string): string {
  return hashedUuid(`${id}\n${part}`);
}

/**
 * A Brazilian mobile number with the ninth digit: 55, two digits of area, 9, eight digits that begin with 6 to 9.
 * Numbers of landlines begin with 2 to 5 and never had a ninth digit.
 */
const BRAZILIAN_WITH_NINTH = /^55(\d{2})9([6-9]\d{7})$/;

/**
 * The form of an identity under which a person is found. WhatsApp reports the same Brazilian mobile with and without the
 * ninth digit, so both spellings share the key without it. The key is for matching only: replies go to the identity as
 * the provider spelled it.
 */
export function matchKey(identity: Identity): string {
  if (identity.kind !== "phone") return `${identity.kind}:${identity.value}`;
  const digits = identity.value.replace(/\D/g, "");
  const brazilian = BRAZILIAN_WITH_NINTH.exec(digits);
  return `phone:${brazilian ? `55${brazilian[1]}${brazilian[2]}` : digits}`;
}

/** Gives things ids of the present moment (UUIDv7) that sort in their order, which those of one millisecond else do not. */
export function withIds<Thing>(
  things: readonly Thing[],
): readonly { readonly id: string; readonly thing: Thing }[] {
  const ids = things.map(() => randomUUIDv7()).toSorted();
  return things.map((thing, index) => ({ id: ids[index] ?? randomUUIDv7(), thing }));
}
