import type { Identity } from "../../../messages.ts";
import { isRecord, present, readText } from "./fields.ts";

/** Digits of a `wa_id`. E.164 allows 15; a few more do no harm. */
const PHONE = /^\+?(\d{1,20})$/;

/** A business-scoped user id, and with `ENT.` its parent form. Source: Cloud API reference, business-scoped user ids. */
const USER_ID = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/;

const KIND_ORDER: readonly Identity["kind"][] = ["phone", "bsuid", "parent_bsuid"];

/** What a webhook's `contacts` say about one person. */
export interface Contact {
  readonly identities: readonly Identity[];
  readonly name?: string;
  readonly username?: string;
}

/** The contacts of a webhook, found by any of their identities and never by position. */
export type Contacts = ReadonlyMap<string, Contact>;

/** Reads a name of a person by its shape: user ids have been seen in fields meant for phones. */
export function readIdentity(raw: unknown): Identity | undefined {
  if (typeof raw !== "string") return undefined;
  const phone = PHONE.exec(raw)?.[1];
  if (phone !== undefined) return { kind: "phone", value: phone };
  const userId = USER_ID.exec(raw);
  if (userId === null) return undefined;
  return { kind: userId[1] === undefined ? "bsuid" : "parent_bsuid", value: raw };
}

/** Reads the names of one person out of several fields: each once, phones first because replies prefer them. */
export function readIdentities(fields: readonly unknown[]): Identity[] {
  return mergeIdentities(fields.map(readIdentity).filter((identity) => identity !== undefined));
}

/** Joins what several fields say of one person, without repetition, phones first. */
export function mergeIdentities(identities: readonly Identity[]): Identity[] {
  const unique = new Map(identities.map((identity) => [keyOf(identity), identity]));
  return [...unique.values()].toSorted(
    (a, b) => KIND_ORDER.indexOf(a.kind) - KIND_ORDER.indexOf(b.kind),
  );
}

/** Reads `value.contacts`, which may be missing or incomplete. */
export function readContacts(raw: unknown): Contacts {
  const contacts = new Map<string, Contact>();
  for (const entry of Array.isArray(raw) ? raw : []) {
    if (!isRecord(entry)) continue;
    const identities = readIdentities([entry["wa_id"], entry["user_id"], entry["parent_user_id"]]);
    const profile = isRecord(entry["profile"]) ? entry["profile"] : {};
    const name = readText(profile["name"]);
    const contact = present({ identities, name, username: readText(profile["username"]) });
    for (const identity of identities) contacts.set(keyOf(identity), contact);
  }
  return contacts;
}

/** Finds the contact that shares a name with a sender or recipient. */
export function findContact(
  contacts: Contacts,
  identities: readonly Identity[],
): Contact | undefined {
  for (const identity of identities) {
    const contact = contacts.get(keyOf(identity));
    if (contact !== undefined) return contact;
  }
  return undefined;
}

function keyOf(identity: Identity): string {
  return `${identity.kind}:${identity.value}`;
}
