import { z } from "zod";
import type { Queryable } from "./driver.ts";
import type { Changes } from "./turns.ts";
import { utc } from "./utc.ts";

/** Bytes that the slots of a conversation, or the properties of a person, may take as JSON. */
export const MAX_REMEMBERED_BYTES = 65_536;

/** What a conversation knows in its session. */
export const slotsRow = z.strictObject({
  slots: z.record(z.string(), z.unknown()),
  session_started_at: z.iso.datetime().nullable(),
});

const SLOTS = `select slots, ${utc("session_started_at")} from conversations where id = $1::uuid`;

/** Reads the slots of a conversation; undefined where there is none. Throws `store_*`. */
export async function findSlots(
  db: Queryable,
  id: string,
): Promise<z.infer<typeof slotsRow> | undefined> {
  return z.array(slotsRow).parse(await db.query(SLOTS, [id]))[0];
}

/** What became of a change: `too_large` changed nothing. */
export type ChangeResult = "done" | "too_large" | "not_found";

const results = z.tuple([z.object({ result: z.enum(["done", "too_large", "not_found"]) })]);

/**
 * Changes named values one by one, in the row's newest version: a turn that writes others at this moment loses none of its
 * own, and neither do we.
 */
const MERGED = (column: string, row: string): string =>
  `((${row}.${column} || $2::text::jsonb) - $3::text[])`;

const resultOf = (table: string): string => `
  select case when exists (select from changed) then 'done'
    when exists (select from ${table} where id = $1::uuid) then 'too_large' else 'not_found' end as result`;

const fits = (expression: string): string =>
  `octet_length((${expression})::text) <= ${MAX_REMEMBERED_BYTES}`;

const CHANGE_SLOTS = `
  with changed as (
    update conversations c set slots = ${MERGED("slots", "c")}
    where c.id = $1::uuid and ${fits(MERGED("slots", "c"))} returning c.id
  ) ${resultOf("conversations")}`;

/** Changes slots of a conversation. Throws `store_*`. */
export async function changeSlots(
  db: Queryable,
  id: string,
  { set, remove }: Changes,
): Promise<ChangeResult> {
  const rows = await db.query(CHANGE_SLOTS, [id, JSON.stringify(set), remove]);
  return results.parse(rows)[0].result;
}

const END_SESSION = `
  update conversations set session_started_at = null, slots = '{}', memory = '{}', held_by = null, held_until = null,
    menu = null, updated_at = now()
  where id = $1::uuid returning id`;

/** Ends the session of a conversation: the next message begins a new one. Returns whether there is such a conversation. */
export async function endSession(db: Queryable, id: string): Promise<boolean> {
  return (await db.query(END_SESSION, [id])).length > 0;
}

/** What an operator changes about a person; absent keys stay as they are, null takes away. */
export interface ContactChange {
  readonly name?: string | null | undefined;
  readonly language?: string | null | undefined;
  readonly properties: Changes;
}

/** A language counts for the conversations too: what they showed by themselves is overruled. */
const CHANGE_CONTACT = `
  with changed as (
    update contacts p set
      name = case when $4::boolean then $5::text else p.name end,
      name_kept = case when $4::boolean then $5::text is not null else p.name_kept end,
      language = case when $6::boolean then $7::text else p.language end,
      properties = ${MERGED("properties", "p")},
      updated_at = now()
    where p.id = $1::uuid and ${fits(MERGED("properties", "p"))} returning p.id
  ),
  spoken as (
    update conversations c set language = $7::text from changed p where c.contact_id = p.id and $6::boolean
  ) ${resultOf("contacts")}`;

/** Changes what is known of a person. Throws `store_*`. */
export async function changeContact(
  db: Queryable,
  id: string,
  { name, language, properties }: ContactChange,
): Promise<ChangeResult> {
  const rows = await db.query(CHANGE_CONTACT, [
    id,
    JSON.stringify(properties.set),
    properties.remove,
    name !== undefined,
    name ?? null,
    language !== undefined,
    language ?? null,
  ]);
  return results.parse(rows)[0].result;
}
