import { randomUUID } from "node:crypto";
import { openPostgres } from "../src/db/postgres.ts";
import { ACCOUNTS } from "./webhook.ts";

const FILL = `
  with person as (
    insert into contacts (id, name) values (gen_random_uuid(), 'Joana P.') returning id
  ), talk as (
    insert into conversations (id, channel, account, contact_id, address, last_inbound_at)
    select $1::text::uuid, 'whatsapp', $2::text, id, jsonb_build_object('account', $2::text, 'identities', '[]'::jsonb), now()
    from person returning id, contact_id
  )
  insert into messages (id, seq, conversation_id, contact_id, channel, account, direction, status, origin, text, content,
    payload, external_id, created_at)
  select gen_random_uuid(), n, t.id, t.contact_id, 'whatsapp', $2::text, side.way, side.status, side.origin, side.text,
    side.content, side.payload, 'wamid.long.' || n, now() - ($3::int - n) * interval '90 seconds'
  from talk t, generate_series(1, $3::int) n,
    lateral (
      select case when n % 2 = 0 then 'out' else 'in' end as way, case when n % 2 = 0 then 'read' else 'received' end as status,
        case when n % 2 = 0 then 'reply' else 'person' end as origin,
        'Mensagem ' || n || ' ' || repeat('sobre a ciclovia ', n % 12) as text,
        case when n % 2 = 1 then '{"type":"text"}'::jsonb end as content,
        case when n % 2 = 0 then jsonb_build_object('type', 'text', 'text', jsonb_build_object('body',
          'Mensagem ' || n || ' ' || repeat('sobre a ciclovia ', n % 12))) end as payload
    ) side`;

/** Writes a conversation of so many messages into a database; returns its id. */
export async function fillConversation(databaseUrl: string, messages: number): Promise<string> {
  const db = openPostgres(databaseUrl, { poolSize: 1 });
  const id = randomUUID();
  try {
    await db.query(FILL, [id, ACCOUNTS[0] ?? "", messages]);
    await db.script("analyze messages");
    return id;
  } finally {
    await db.close();
  }
}
