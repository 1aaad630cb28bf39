import { z } from "zod";
import type { Database } from "./driver.ts";

/** Keeps button payloads that are too long for a channel under the short ids that were sent instead. */
export async function keepPayloads(
  db: Database,
  kept: readonly { readonly id: string; readonly payload: string }[],
): Promise<void> {
  await db.query(
    `insert into button_payloads (id, payload)
     select id, min(payload) from unnest($1::text[], $2::text[]) as k (id, payload) group by id order by id
     on conflict (id) do update set used_at = now()`,
    [kept.map(({ id }) => id), kept.map(({ payload }) => payload)],
  );
}

/** The payload kept under a short id, or undefined once it was forgotten. */
export async function findPayload(db: Database, id: string): Promise<string | undefined> {
  const rows = await db.query("select payload from button_payloads where id = $1::text", [id]);
  return z.array(z.object({ payload: z.string() })).parse(rows)[0]?.payload;
}
