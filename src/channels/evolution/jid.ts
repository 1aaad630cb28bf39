import type { Identity } from "../../messages.ts";

/**
 * A person's address: a phone, an opaque id of somebody whose number is hidden, or plain digits where an instance runs on
 * nothing. A part after a colon names one of the person's devices. Source: Evolution API, webhook messages.upsert, key.
 */
const PERSON = /^(\d{5,20})(?::\d{1,5})?(?:@(s\.whatsapp\.net|c\.us|lid))?$/;

/** Reads one address; undefined for groups, broadcasts, newsletters and what is no address at all. */
export function readJid(raw: unknown): Identity | undefined {
  if (typeof raw !== "string") return undefined;
  const [, digits, server] = PERSON.exec(raw) ?? [];
  if (digits === undefined) return undefined;
  return { kind: server === "lid" ? "lid" : "phone", value: digits };
}

/** Reads the names of one person out of several fields: each once, phones first, because they are answered. */
export function readJids(fields: readonly unknown[]): Identity[] {
  const found = fields.map(readJid).filter((identity) => identity !== undefined);
  const unique = [...new Map(found.map((one) => [`${one.kind}:${one.value}`, one])).values()];
  return [
    ...unique.filter(({ kind }) => kind === "phone"),
    ...unique.filter(({ kind }) => kind === "lid"),
  ];
}

/** Tells whether an address is a group. */
export function isGroup(raw: unknown): boolean {
  return typeof raw === "string" && raw.endsWith("@g.us");
}

/** How a person is written to: as `number` of a send and as the `remoteJid` of a message's key. */
export interface Recipient {
  readonly number: string;
  readonly jid: string;
}

/**
 * Finds how to write to a person. The bare digits of a hidden number look like a phone and would reach a stranger, so that
 * form keeps its server.
 */
export function recipientOf(identities: readonly Identity[]): Recipient | undefined {
  const phone = identities.find(({ kind }) => kind === "phone")?.value.replace(/^\+/, "");
  if (phone !== undefined) return { number: phone, jid: `${phone}@s.whatsapp.net` };
  const lid = identities.find(({ kind }) => kind === "lid")?.value;
  return lid === undefined ? undefined : { number: `${lid}@lid`, jid: `${lid}@lid` };
}
