import { z } from "zod";
import type { Address } from "../messages.ts";
import type { Database } from "./driver.ts";
import { CONVERSATION_DATA, insertEvents } from "./outgoing-events.ts";

/** Somebody of ours wrote to a person from the account's own phone. */
export interface StoredTakeover {
  readonly conversationId: string;
  readonly contactId: string;
  readonly channel: string;
  readonly address: Address;
  readonly externalId: string;
  readonly pauseMs: number;
}

/**
 * How long a message that is being sent may still be reported as written by the phone: the provider can be faster than its
 * own answer to us.
 */
const SENDING_FOR = "2 minutes";

/**
 * Keeps the bot quiet in conversations that a person of ours has taken over, those that the bot never had among them. What
 * we sent ourselves is no takeover, and neither is anything while a message of the conversation is on its way. Returns how
 * many conversations are paused.
 */
export async function pauseTaken(
  db: Database,
  takeovers: readonly StoredTakeover[],
): Promise<number> {
  if (takeovers.length === 0) return 0;
  const rows = await db.query(
    `with given as (
       select * from jsonb_to_recordset($1::jsonb) as g (
         "conversationId" uuid, "contactId" uuid, channel text, address jsonb, "externalId" text, "pauseMs" float8)
     ),
     quiet as (
       select id from conversations where id in (select "conversationId" from given) and paused_until > now()
     ),
     taken as (
     insert into conversations (id, channel, account, contact_id, address, paused_until, pause_reason)
     select distinct on ("conversationId") "conversationId", channel, address ->> 'account', "contactId", address,
       now() + "pauseMs" * interval '1 millisecond', 'takeover'
     from given g
     where not exists (select from (
         select m.channel, m.account, m.direction from messages m where m.external_id = g."externalId" offset 0
       ) named where (named.channel, named.account, named.direction) = (g.channel, g.address ->> 'account', 'out'))
       and not exists (select from messages m where m.conversation_id = g."conversationId" and m.direction = 'out'
         and m.status in ('sending', 'uncertain') and m.sending_at > now() - interval '${SENDING_FOR}')
     order by "conversationId", "pauseMs" desc
     on conflict (id) do update set
       paused_until = greatest(conversations.paused_until, excluded.paused_until), updated_at = now(),
       pause_reason = case when conversations.paused_until > now() then conversations.pause_reason else 'takeover' end
     returning *
     ),
     told as (
       ${insertEvents("'conversation.paused'", CONVERSATION_DATA, "(select * from taken where id not in (select id from quiet)) c")}
     )
     select id::text from taken`,
    [JSON.stringify(takeovers)],
  );
  return z.array(z.object({ id: z.string() })).parse(rows).length;
}
