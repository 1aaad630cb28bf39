import { openPostgres } from "../../src/db/postgres.ts";

/** Lines that a person wrote one second after the other, the last of them now. */
const LINES = `
  insert into messages (id, seq, conversation_id, contact_id, channel, account, direction, status, origin, text, content,
    external_id, created_at)
  select gen_random_uuid(), nextval('message_seq'), c.id, c.contact_id, c.channel, c.account, 'in', 'received', 'person',
    'linha ' || n, '{"type":"text"}', 'wamid.line' || n, now() - ($2::int - n) * interval '1 second'
  from conversations c, generate_series(1, $2::int) n where c.id = $1::uuid order by n`;

/** Makes a conversation long, on a database of PostgreSQL. */
export async function lengthen(
  databaseUrl: string,
  conversation: string,
  count: number,
): Promise<void> {
  const db = openPostgres(databaseUrl, { poolSize: 1 });
  try {
    await db.query(LINES, [conversation, count]);
  } finally {
    await db.close();
  }
}
