import { randomUUIDv7 } from "node:crypto";
import type { Queryable } from "../../../src/db/driver.ts";

/** A campaign on WhatsApp that takes recipients; returns its id. */
export async function addCampaign(
  db: Queryable,
  {
    state = "draft",
    category = null,
    message = { text: "Olá {{nome}}" },
  }: {
    readonly state?: string;
    readonly category?: string | null;
    readonly message?: object;
  } = {},
): Promise<string> {
  const id = randomUUIDv7();
  await db.query(
    `insert into campaigns (id, channel, accounts, name, message, state, category, created_by)
     values ($1::text::uuid, 'whatsapp', '{111}', 'Aviso', $2::text::jsonb, $3::text, $4::text, 'admin')`,
    [id, JSON.stringify(message), state, category],
  );
  return id;
}

/** Somebody whom a channel knows, with an open opt-out where `scope` is given; returns the contact's id. */
export async function addPerson(
  db: Queryable,
  phone: { readonly value: string; readonly key: string },
  scope?: "all" | "marketing",
): Promise<string> {
  const id = randomUUIDv7();
  await db.query("insert into contacts (id, name) values ($1::text::uuid, 'Ana')", [id]);
  await db.query(
    `insert into contact_identities (channel, match_key, kind, value, contact_id)
     values ('whatsapp', $2::text, 'phone', $3::text, $1::text::uuid)`,
    [id, phone.key, phone.value],
  );
  if (scope !== undefined)
    await db.query(
      `insert into opt_outs (id, contact_id, channel, account, scope, method)
       values (gen_random_uuid(), $1::text::uuid, 'whatsapp', '111', $2::text, 'command')`,
      [id, scope],
    );
  return id;
}

/** Bytes as they come over the wire, in pieces of `size`. */
export async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) {
    await Promise.resolve();
    yield bytes.subarray(from, from + size);
  }
}

/** Everything that comes, as a list. */
export async function gathered<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}
