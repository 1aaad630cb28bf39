import type { Queryable } from "./driver.ts";

/** Ends a session for good, which would have lasted until `endsAt`, and forgets those that are over anyway. Throws `store_*`. */
export async function keepSignOut(
  db: Queryable,
  { id, endsAt }: { readonly id: string; readonly endsAt: string },
): Promise<void> {
  await db.query(
    `with over as (delete from sign_outs where ends_at < now())
     insert into sign_outs (session_id, ends_at) values ($1::text::uuid, $2::text::timestamptz) on conflict do nothing`,
    [id, endsAt],
  );
}

/** Whether somebody ended a session. Throws `store_*`. */
export async function isSignedOut(db: Queryable, id: string): Promise<boolean> {
  const rows = await db.query("select from sign_outs where session_id = $1::text::uuid", [id]);
  return rows.length > 0;
}
