import { z } from "zod";
import { matchKey } from "../identity.ts";
import type { Queryable } from "./driver.ts";
import { utc } from "./utc.ts";

const clockRows = z.array(
  z.object({
    id: z.string(),
    now: z.iso.datetime(),
    last_inbound_at: z.iso.datetime(),
    window_closed_at: z.iso.datetime().nullable(),
  }),
);

/** What is known of a conversation's window; `now` is the database's time. */
export type SimulatedClock = z.output<typeof clockRows>[number];

/**
 * Makes it so that a simulated person wrote last a number of hours ago; with none, what marks the window as closed goes too.
 * Undefined where the person has never written. Throws `store_*`.
 */
export async function moveClock(
  db: Queryable,
  { conversationId, hours }: { readonly conversationId: string; readonly hours: number },
): Promise<SimulatedClock | undefined> {
  const rows = await db.query(
    `update conversations
        set last_inbound_at = now() - make_interval(secs => $2::float8 * 3600),
            window_closed_at = case when $2::float8 = 0 then null else window_closed_at end
      where id = $1::text::uuid and last_inbound_at is not null
      returning id::text, ${utc("now()", "now")}, ${utc("last_inbound_at")}, ${utc("window_closed_at")}`,
    [conversationId, hours],
  );
  return clockRows.parse(rows)[0];
}

/** Forgets, under all names, that an erased person wanted no messages, which otherwise holds on. Throws `store_*`. */
export async function forgetErasedOptOut(
  db: Queryable,
  { channel, phone }: { readonly channel: string; readonly phone: string },
): Promise<void> {
  await db.query(
    `delete from erased_opt_outs where person in (
       select person from erased_opt_outs
       where channel = $1::text and digest = sha256(convert_to($2::text, 'UTF8')))`,
    [channel, matchKey({ kind: "phone", value: phone })],
  );
}
