import { z } from "zod";
import type { EventType } from "../event-types.ts";
import type { Database } from "./driver.ts";
import { utcText } from "./utc.ts";

/**
 * Writes the SQL that puts an event on its way to every receiver that wants it, for use inside the statement that makes the
 * event true. `type` and `data` are expressions over the rows of `source`.
 */
export function insertEvents(type: string, data: string, source: string): string {
  return `insert into outgoing_events (id, endpoint, type, payload)
    select gen_random_uuid(), s.endpoint, s.type,
      jsonb_build_object('type', s.type, 'timestamp', ${utcText("now()")}, 'data', ${data})
    from ${source} join event_subscriptions s on s.type = ${type}`;
}

/** What an event tells of a row `c` of conversations and its pause, as an SQL expression. */
export const CONVERSATION_DATA = `jsonb_strip_nulls(jsonb_build_object('conversation_id', c.id, 'contact_id', c.contact_id,
  'channel', c.channel, 'account', c.account, 'reason', c.pause_reason, 'until', ${utcText("c.paused_until")}))`;

/** A receiver and what it wants to be told. */
export interface Subscription {
  readonly endpoint: string;
  readonly types: readonly EventType[];
}

/** Remembers who wants what, in place of what an earlier start said. Throws `store_*`. */
export async function saveSubscriptions(
  db: Database,
  subscriptions: readonly Subscription[],
): Promise<void> {
  const rows = subscriptions.flatMap(({ endpoint, types }) =>
    types.map((type) => ({ endpoint, type })),
  );
  await db.query(
    `with wanted as (select * from jsonb_to_recordset($1::text::jsonb) as w (endpoint text, type text)),
     ended as (
       delete from event_subscriptions s
       where not exists (select from wanted w where (w.endpoint, w.type) = (s.endpoint, s.type))
     )
     insert into event_subscriptions (endpoint, type) select endpoint, type from wanted
     on conflict (endpoint, type) do nothing`,
    [JSON.stringify(rows)],
  );
}

const claimedRows = z.array(
  z.object({ id: z.string(), type: z.string(), body: z.string(), attempts: z.number() }),
);

/** An event that this process alone tries to deliver, until its lease ends. */
export type ClaimedEvent = z.output<typeof claimedRows>[number];

/**
 * Claims events of one receiver that are due, each counted as tried: a process that dies over one tries it again once the
 * lease has ended. Throws `store_*`.
 */
export async function claimEvents(
  db: Database,
  options: { readonly endpoint: string; readonly limit: number; readonly leaseMs: number },
): Promise<readonly ClaimedEvent[]> {
  const rows = await db.query(
    `with ready as (
       select id from outgoing_events
       where endpoint = $1::text and due <= now() and done_at is null and dead_at is null
       order by due limit $2::int for update skip locked
     )
     update outgoing_events e set
       attempts = e.attempts + 1, due = now() + $3::float8 * interval '1 millisecond'
     from ready where e.id = ready.id
     returning e.id::text, e.type, e.payload::text as body, e.attempts`,
    [options.endpoint, options.limit, options.leaseMs],
  );
  return claimedRows.parse(rows);
}

/** What came of one try. `unsent` was stopped before anybody answered and does not count. */
export type EventOutcome =
  | { readonly kind: "done" }
  | { readonly kind: "retry"; readonly delayMs: number; readonly error: string }
  | { readonly kind: "dead"; readonly error: string }
  | { readonly kind: "unsent" };

/** Records what came of a try; nothing where another process has taken the event since. Throws `store_*`. */
export async function settleEvent(
  db: Database,
  { id, attempts }: Pick<ClaimedEvent, "id" | "attempts">,
  outcome: EventOutcome,
): Promise<void> {
  const { kind } = outcome;
  await db.query(
    `update outgoing_events set
       done_at = case when $3::text = 'done' then now() end,
       dead_at = case when $3::text = 'dead' then now() end,
       due = case when $3::text = 'unsent' then now()
         when $3::text = 'retry' then now() + $4::float8 * interval '1 millisecond' else due end,
       attempts = attempts - case when $3::text = 'unsent' then 1 else 0 end,
       last_error = coalesce($5::text, case when $3::text = 'done' then null else last_error end)
     where id = $1::text::uuid and attempts = $2::int and done_at is null and dead_at is null`,
    [
      id,
      attempts,
      kind,
      kind === "retry" ? outcome.delayMs : 0,
      kind === "retry" || kind === "dead" ? outcome.error : null,
    ],
  );
}

/** A receiver is gone: what waits for it is given up, and nothing more is written for it. Throws `store_*`. */
export async function endSubscription(
  db: Database,
  endpoint: string,
  error: string,
): Promise<void> {
  await db.query(
    `with ended as (delete from event_subscriptions where endpoint = $1::text)
     update outgoing_events set dead_at = now(), last_error = $2::text
     where endpoint = $1::text and done_at is null and dead_at is null`,
    [endpoint, error],
  );
}
