import { randomUUIDv7 } from "node:crypto";
import { z } from "zod";
import { matchKey } from "../identity.ts";
import type { Identity } from "../messages.ts";
import type { Database } from "./driver.ts";

/** Somebody as a webhook names them. */
export interface Person {
  readonly channel: string;
  readonly identities: readonly Identity[];
}

const foundRows = z.array(z.object({ key: z.string(), contact_id: z.string() }));

/** Names an identity across channels, for maps. */
function mapKey(channel: string, key: string): string {
  return `${channel}\n${key}`;
}

function keysOf(person: Person): readonly string[] {
  return person.identities.map((identity) => mapKey(person.channel, matchKey(identity)));
}

async function lookUp(db: Database, people: readonly Person[]): Promise<Map<string, string>> {
  const pairs = people.flatMap(({ channel, identities }) =>
    identities.map((identity) => ({ channel, key: matchKey(identity) })),
  );
  const rows = await db.query(
    `select channel || E'\\n' || match_key as key, contact_id::text
     from unnest($1::text[], $2::text[]) as wanted (channel, match_key)
     cross join lateral (
       select i.contact_id from contact_identities i
       where (i.channel, i.match_key) = (wanted.channel, wanted.match_key) offset 0
     ) found`,
    [pairs.map(({ channel }) => channel), pairs.map(({ key }) => key)],
  );
  return new Map(foundRows.parse(rows).map((row) => [row.key, row.contact_id]));
}

interface NewIdentity {
  readonly key: string;
  readonly channel: string;
  readonly identity: Identity;
  readonly contactId: string;
}

/** Chooses a contact for every unknown identity: that of a known identity of the same person, else a new one. */
function chooseContacts(people: readonly Person[], known: Map<string, string>) {
  const chosen = new Map(known);
  const identities: NewIdentity[] = [];
  const contacts = new Set<string>();
  for (const person of people) {
    const keys = keysOf(person);
    const existing = keys.map((key) => chosen.get(key)).find((id) => id !== undefined);
    const contactId = existing ?? randomUUIDv7();
    if (existing === undefined) contacts.add(contactId);
    person.identities.forEach((identity, index) => {
      const key = keys[index];
      if (key === undefined || chosen.has(key)) return;
      chosen.set(key, contactId);
      identities.push({ key, channel: person.channel, identity, contactId });
    });
  }
  return { contacts: [...contacts], identities };
}

/**
 * Records new identities, sorted by key so that two processes cannot deadlock. When another process was faster, the
 * conflict returns its contact, and ours, which nobody refers to, goes again. Where somebody was erased who had wanted no
 * messages and is back, the wish holds on; it is then theirs to take back, so that the digests go.
 */
async function introduce(
  db: Database,
  contacts: readonly string[],
  identities: readonly NewIdentity[],
): Promise<Map<string, string>> {
  const rows = await db.query(
    `with people as (
       insert into contacts (id) select id::uuid from unnest($1::text[]) as new (id)
     ),
     made as (
       insert into contact_identities (channel, match_key, kind, value, contact_id)
       select channel, match_key, kind, value, contact_id::uuid
         from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
           as new (channel, match_key, kind, value, contact_id)
         order by channel, match_key
       on conflict (channel, match_key) do update set last_seen_at = now()
       returning channel, match_key, contact_id
     ),
     back as (
       select distinct e.person, made.contact_id from made
       join erased_opt_outs e on e.channel = made.channel and e.digest = sha256(convert_to(made.match_key, 'UTF8'))
     ),
     forgotten as (
       delete from erased_opt_outs e using back where e.person = back.person
       returning back.contact_id, e.channel, e.account, e.scope, e.method, e.created_at
     ),
     restored as (
       insert into opt_outs (id, contact_id, channel, account, scope, method, created_at)
       select gen_random_uuid(), contact_id, channel, account, scope, min(method), min(created_at)
       from forgotten group by contact_id, channel, account, scope
       on conflict (contact_id, channel, account, scope) where revoked_at is null do nothing
     )
     select channel || E'\\n' || match_key as key, contact_id::text from made`,
    [
      contacts,
      identities.map(({ channel }) => channel),
      identities.map(({ identity }) => matchKey(identity)),
      identities.map(({ identity }) => identity.kind),
      identities.map(({ identity }) => identity.value),
      identities.map(({ contactId }) => contactId),
    ],
  );
  const settled = new Map(foundRows.parse(rows).map((row) => [row.key, row.contact_id]));
  const lost = identities.filter(({ key, contactId }) => settled.get(key) !== contactId);
  if (lost.length > 0)
    await db.query(
      `delete from contacts where id = any($1::text[]::uuid[])
         and not exists (select from contact_identities where contact_id = contacts.id)`,
      [lost.map(({ contactId }) => contactId)],
    );
  return settled;
}

/**
 * Finds the contact of each person, creating what is new and joining contacts that turn out to be one person. Contact ids
 * come back in the order of `people`.
 */
export async function resolveContacts(
  db: Database,
  people: readonly Person[],
): Promise<readonly string[]> {
  if (people.length === 0) return [];
  const known = await lookUp(db, people);
  const missing = people.filter((person) => keysOf(person).some((key) => !known.has(key)));
  if (missing.length > 0) {
    const { contacts, identities } = chooseContacts(missing, known);
    for (const [key, id] of await introduce(db, contacts, identities)) known.set(key, id);
  }
  const resolved: string[] = [];
  for (const person of people) {
    const ids = new Set(keysOf(person).flatMap((key) => known.get(key) ?? []));
    const [keep, ...others] = [...ids].toSorted();
    if (keep === undefined) throw new Error("a person without identities cannot be resolved");
    for (const other of others) {
      await joinContacts(db, keep, other);
      for (const [key, id] of known) if (id === other) known.set(key, keep);
    }
    resolved.push(keep);
  }
  return resolved;
}

/** Joins two contacts that are one person; the older one (the smaller id) stays. */
async function joinContacts(db: Database, keep: string, drop: string): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query(
      `delete from opt_outs o using opt_outs kept
       where o.contact_id = $2::text::uuid and kept.contact_id = $1::text::uuid
         and o.revoked_at is null and kept.revoked_at is null
         and (o.channel, o.account, o.scope) = (kept.channel, kept.account, kept.scope)`,
      [keep, drop],
    );
    for (const table of MOVED_TABLES) await tx.query(MOVE[table], [keep, drop]);
    await tx.query("delete from contacts where id = $1::text::uuid", [drop]);
  });
}

const MOVED_TABLES = [
  "contact_identities",
  "opt_outs",
  "conversations",
  "messages",
  "interactions",
  "campaign_recipients",
] as const;

const MOVE = {
  contact_identities:
    "update contact_identities set contact_id = $1::text::uuid where contact_id = $2::text::uuid",
  opt_outs: "update opt_outs set contact_id = $1::text::uuid where contact_id = $2::text::uuid",
  conversations:
    "update conversations set contact_id = $1::text::uuid where contact_id = $2::text::uuid",
  messages: `update messages set contact_id = $1::text::uuid where contact_id = $2::text::uuid
    and conversation_id in (select id from conversations where contact_id = $1::text::uuid)`,
  interactions: `update interactions set contact_id = $1::text::uuid where contact_id = $2::text::uuid
    and conversation_id in (select id from conversations where contact_id = $1::text::uuid)`,
  campaign_recipients:
    "update campaign_recipients set contact_id = $1::text::uuid where contact_id = $2::text::uuid",
} as const satisfies Record<(typeof MOVED_TABLES)[number], string>;
