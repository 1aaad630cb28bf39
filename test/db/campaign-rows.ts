import { randomUUIDv7 } from "node:crypto";
import type { Queryable } from "../../src/db/driver.ts";

export const CAMPAIGN = "00000000-0000-7000-8000-0000000000c1";
export const OTHER_CAMPAIGN = "00000000-0000-7000-8000-0000000000c2";

/** Two campaigns of one channel, without recipients. */
export async function addCampaigns(db: Queryable): Promise<void> {
  for (const id of [CAMPAIGN, OTHER_CAMPAIGN])
    await db.query(
      `insert into campaigns (id, channel, accounts, name, message, state, created_by)
       values ($1::text::uuid, 'whatsapp', '{111}', 'Aviso', '{"text":"Olá"}', 'running', 'admin')`,
      [id],
    );
}

/** A recipient of the campaign, by the state of its row; returns its id. */
export async function addRecipient(
  db: Queryable,
  state: "open" | "released" | "skipped",
): Promise<string> {
  const id = randomUUIDv7();
  await db.query(
    `insert into campaign_recipients (id, campaign_id, identity, match_key, state)
     values ($1::text::uuid, $2::text::uuid, '{"kind":"phone","value":"5561991112222"}', $1::text, $3::text)`,
    [id, CAMPAIGN, state],
  );
  return id;
}

export interface CampaignMessage {
  readonly recipient: string;
  readonly status: string;
  readonly error?: Readonly<Record<string, string>>;
  readonly partOf?: string;
  readonly superseded?: boolean;
  /** Whether the provider had taken it before. */
  readonly sent?: boolean;
  /** Seconds since it was sent. */
  readonly sentAgo?: number;
}

/** A message of the campaign with the times that its status needs; returns its id. */
export async function addMessage(db: Queryable, message: CampaignMessage): Promise<string> {
  const id = randomUUIDv7();
  const isSent = message.sent ?? ["sent", "delivered", "read"].includes(message.status);
  await db.query(
    `insert into messages (id, seq, conversation_id, contact_id, channel, account, direction, status, origin, campaign_id,
       recipient_id, error, part_of, superseded, sent_at, failed_at)
     values ($1::text::uuid, nextval('message_seq'), $1::text::uuid, $1::text::uuid, 'whatsapp', '111', 'out', $2::text,
       'campaign', $3::text::uuid, $4::text::uuid, $5::text::jsonb, $6::text::uuid, $7::boolean,
       case when $8::boolean then now() - $9::int * interval '1 second' end, case when $2::text = 'failed' then now() end)`,
    [
      id,
      message.status,
      CAMPAIGN,
      message.recipient,
      message.error === undefined ? null : JSON.stringify(message.error),
      message.partOf ?? null,
      message.superseded ?? false,
      isSent,
      message.sentAgo ?? 1,
    ],
  );
  return id;
}
