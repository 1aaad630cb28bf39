import type { Queryable } from "./driver.ts";

/** Something that happened outside of a conversation, on its way to the backend. */
export interface TriggerRow {
  readonly conversationId: string;
  /** Our id of the message that carries it. */
  readonly messageId: string;
  readonly intent: string;
  readonly entities: Readonly<Record<string, unknown>>;
}

/**
 * The row takes its place among the person's messages, so that its turn has its order and its retries, but it is none of
 * them: it opens no window and changes no address.
 */
const ENQUEUE = `
  with told as materialized (
    select id, channel, account, address from conversations where id = $1::text::uuid for update
  ),
  stored as (
    insert into inbox (id, conversation_id, channel, account, external_id, message_id, message, sent_at)
    select nextval('inbox_id_seq'), id, channel, account, 'trigger:' || $2::text, $2::text::uuid,
      jsonb_build_object('kind', 'message', 'externalId', 'trigger:' || $2::text, 'account', account,
        'identities', coalesce(address -> 'identities', '[]'), 'text', '', 'content', $3::jsonb,
        'sentAt', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')),
      now()
    from told
  )
  update conversations c set wake = c.wake + 1, due = coalesce(c.due, now()), updated_at = now()
  from told where c.id = told.id
  returning c.id`;

/** Puts a trigger into the inbox of a conversation and wakes it. Returns whether there is one. Throws `store_*`. */
export async function enqueueTrigger(
  db: Queryable,
  { conversationId, messageId, intent, entities }: TriggerRow,
): Promise<boolean> {
  const content = JSON.stringify({ type: "trigger", intent, entities });
  const rows = await db.query(ENQUEUE, [conversationId, messageId, content]);
  return rows.length > 0;
}
