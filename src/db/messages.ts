import { z } from "zod";
import type { Database } from "./driver.ts";

/** The contact a message was sent to. */
export async function contactOf(db: Database, messageId: string): Promise<string> {
  const rows = await db.query("select contact_id::text from messages where id = $1::text::uuid", [
    messageId,
  ]);
  return z.tuple([z.object({ contact_id: z.string() })]).parse(rows)[0].contact_id;
}

const turnRow = z.object({
  done: z.boolean(),
  replies: z.array(z.object({ seq: z.string(), payload: z.unknown() })),
});

/** What is committed of the turn of an inbound message: the replies after `afterSeq`, and whether more may come. */
export async function readTurn(
  db: Database,
  messageId: string,
  afterSeq: string,
): Promise<z.output<typeof turnRow>> {
  const rows = await db.query(
    `select
       coalesce((select bool_and(done_at is not null) from inbox where message_id = $1::text::uuid), true) as done,
       coalesce((
         select json_agg(json_build_object('seq', seq::text, 'payload', payload) order by seq) from messages
         where in_reply_to = $1::text::uuid and direction = 'out' and seq > $2::bigint
       ), '[]') as replies`,
    [messageId, afterSeq],
  );
  return turnRow.parse(rows[0]);
}
