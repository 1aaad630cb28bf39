import { z } from "zod";
import { inboxRow, outboxRow } from "./mailbox-rows.ts";
import { addressSchema, menuSchema } from "./stored-message.ts";
import type { Database, Queryable } from "./driver.ts";
import { utc, utcText } from "./utc.ts";

export type { InboxRow, OutboxRow } from "./mailbox-rows.ts";

/** How long a typed number still means the menu that was shown. */
const MENU_LIFE = "24 hours";

const freeRecord = z.record(z.string(), z.unknown());

const claimedRow = z.object({
  id: z.string(),
  channel: z.string(),
  account: z.string(),
  contactId: z.string(),
  address: addressSchema,
  lease: z.string(),
  wake: z.string(),
  fails: z.number(),
  contactName: z.string().nullable(),
  username: z.string().nullable(),
  language: z.string().nullable(),
  startReference: z.string().nullable(),
  paused: z.boolean(),
  optedOut: z.boolean(),
  hinted: z.boolean(),
  apologised: z.boolean(),
  /** The choices offered last, while they are fresh. */
  menu: menuSchema.nullable(),
  /** The name under which a backend knows the conversation; null where that is our own id. */
  session: z.string().nullable(),
  slots: freeRecord,
  /** What is known of the person. */
  properties: freeRecord,
  /** What backends keep of the session, by name. */
  memory: freeRecord,
  sessionStartedAt: z.string().nullable(),
  /** When anything was last said by either side and answered; null where nothing was. */
  lastSaidAt: z.string().nullable(),
  /** The backend that is to hear the next message first. */
  heldBy: z.string().nullable(),
  /** Whether all there is to do is to send bulk messages. */
  bulk: z.boolean(),
  /** Milliseconds since the person's last message; null where there was none. */
  quietMs: z.number().nullable(),
  windowClosed: z.boolean(),
  inbox: z.array(inboxRow),
  outbox: z.array(outboxRow),
});

/** `isFresh` is false where something arrived while it was claimed, which is not among what was read. */
const readRows = z.array(z.object({ conversation: claimedRow, isFresh: z.boolean() }));

/** A conversation that this process alone may work on, until its lease ends. */
export type Claimed = z.output<typeof claimedRow>;

/** Proof of a claim: writes that carry an older lease number are refused. */
export interface Lease {
  readonly conversationId: string;
  readonly lease: string;
}

/**
 * What claimed conversations have to do. Each is looked up by itself (`offset 0`): a plan that is made once, for however many
 * there may be, would rather read whole tables.
 *
 * `claims` is a table of the claims: id, lease, wake, fails, most (messages read, each way); `isFresh` says whether what is
 * read is all that had arrived when the conversation was claimed. Parameters: $1 milliseconds between two hints, $2 channels
 * where texts are joined, $3 how many messages are read there at least.
 */
const reading = (claims: string, isFresh: string) => `
  select c.id::text, c.channel, c.account, c.contact_id::text as "contactId", c.address, g.lease::text, g.wake::text, g.fails,
    ${isFresh} as "isFresh",
    p.name as "contactName", p.username, coalesce(c.language, p.language) as language, c.start_reference as "startReference",
    coalesce(c.paused_until > now(), false) as paused,
    exists (select from opt_outs o where o.contact_id = c.contact_id and o.revoked_at is null and o.scope = 'all'
      and (o.channel, o.account) = (c.channel, c.account)) as "optedOut",
    coalesce(c.hinted_at > now() - $1::float8 * interval '1 millisecond', false) as hinted,
    c.apologised_at is not null as apologised,
    c.slots, p.properties, c.memory, ${utc("c.session_started_at", '"sessionStartedAt"')},
    ${utc("(select m.created_at from messages m where m.conversation_id = c.id order by m.seq desc limit 1)", '"lastSaidAt"')},
    case when c.held_until > now() then c.held_by end as "heldBy", c.bulk,
    case when c.menu_at > now() - interval '${MENU_LIFE}' then c.menu end as menu, c.session,
    (extract(epoch from now() - c.last_inbound_at) * 1000)::float8 as "quietMs",
    c.window_closed_at is not null as "windowClosed",
    coalesce((
      select json_agg(json_build_object('id', i.id::text, 'messageId', i.message_id, 'message', i.message,
        'receivedAt', i.received_at, 'ageMs', extract(epoch from now() - i.received_at) * 1000, 'emitted', i.emitted,
        'replayed', i.replayed_at is not null, 'trace', i.trace) order by i.id)
      from (select * from inbox where conversation_id = c.id and done_at is null order by id
        limit case when c.channel = any($2::text[]) then greatest(g.most, $3::int) else g.most end) i
    ), '[]') as inbox,
    coalesce((
      select json_agg(json_build_object('id', m.id, 'status', m.status, 'payload', m.payload, 'needsWindow', m.needs_window,
        'origin', m.origin, 'attempts', m.attempts, 'round', m.round, 'createdAt', ${utcText("coalesce(m.released_at, m.created_at)")},
        'ageMs', extract(epoch from now() - coalesce(m.released_at, m.created_at)) * 1000,
        'uncertainMs', extract(epoch from now() - m.uncertain_at) * 1000,
        'inReplyTo', m.in_reply_to, 'trace', m.trace, 'outside', m.outside_window, 'chars', length(m.text), 'sinceMs', (
          select extract(epoch from now() - max(s.sent_at)) * 1000 from messages s
          where s.in_reply_to = m.in_reply_to and s.direction = 'out')) order by m.seq)
      from (select * from messages where conversation_id = c.id and direction = 'out'
        and status in ('queued', 'sending', 'uncertain') and held_for is null order by seq limit g.most) m
    ), '[]') as outbox
  from ${claims} g
  cross join lateral (select v.*, v.ctid as version from conversations v where v.id = g.id offset 0) c
  cross join lateral (select * from contacts q where q.id = c.contact_id offset 0) p`;

/**
 * Bulk takes what is left of the places, and never all of them: a reply that arrives a moment later finds one.
 *
 * A conversation whose lease was not given back has seen its worker die: that counts as a failed try, so that a message
 * that kills the process does not do so for ever.
 *
 * What is asked for stands in a row, here as in every statement that runs all the time: a server that sees a limit or the
 * length of a list while it plans finds a plan for just that, and plans each time anew, which takes longer than the work.
 *
 * The conversation is locked as it is now, but read, with its messages, as it was when the statement began. A message that
 * arrived between the two would be counted by the wake counter as seen, and be forgotten: `isFresh` says that there was none,
 * because whatever arrives changes the conversation, and the row that was locked is the very one that was read.
 */
const CLAIM = `
  with asked as materialized (
    select places, bulk_places, channels, lease_ms * interval '1 millisecond' as lease_time, most
    from json_to_recordset($4::json) as a (places int, bulk_places int, channels text[], lease_ms int, most int)
  ),
  urgent as materialized (
    select id, ctid as version from conversations
    where due <= now() and not bulk and (lease_until is null or lease_until <= now())
      and channel = any((select channels from asked)::text[])
    order by due limit (select places from asked) for update skip locked
  ),
  bulk as materialized (
    select id, ctid as version from conversations
    where due <= now() and bulk and (lease_until is null or lease_until <= now())
      and channel = any((select channels from asked)::text[])
    order by due limit (select greatest(0, least(bulk_places, places - (select count(*) from urgent))) from asked)
    for update skip locked
  ),
  ready as (select * from urgent union all select * from bulk),
  claimed as (
    update conversations c set
      fails = c.fails + case when c.lease_until is null then 0 else 1 end,
      lease_until = now() + lease_time, due = now() + lease_time,
      lease = c.lease + 1,
      gather_at = null, gather_until = null
    from asked where c.id = any(array(select id from ready))
    returning c.id, c.lease, c.wake, c.fails, most
  )
  ${reading("(select * from claimed join ready using (id))", "c.version = g.version")}`;

/** Reads conversations again that were claimed: a statement of its own sees all that had arrived before it. */
const READ = reading(
  `(select a.* from json_to_recordset($4::json) as a (id uuid, lease bigint, wake bigint, fails int, most int)
    join conversations held on held.id = a.id and held.lease = a.lease)`,
  "true",
);

export interface ClaimOptions {
  readonly limit: number;
  /** How many of them may be there for bulk messages alone; as many as there are places where it is not said. */
  readonly bulkLimit?: number;
  readonly leaseMs: number;
  /** Messages read per conversation, each way. */
  readonly perConversation: number;
  readonly channels: readonly string[];
  /** Milliseconds in which a person who left is told only once how to come back. */
  readonly hintEveryMs: number;
  /** Where texts are joined, and how many messages are read there at least: a burst must not be cut. */
  readonly bursts?: { readonly channels: readonly string[]; readonly limit: number };
}

/** Claims conversations that have work, bulk last and the oldest first; others' claims are skipped, not waited for. */
export async function claim(db: Database, options: ClaimOptions): Promise<readonly Claimed[]> {
  const { limit, leaseMs, channels, bulkLimit = limit, perConversation: most } = options;
  const read = async (statement: string, claims: readonly object[]) => {
    const { hintEveryMs, bursts } = options;
    const reader = [hintEveryMs, bursts?.channels ?? [], bursts?.limit ?? 0];
    const rows = await db.query(statement, [...reader, JSON.stringify(claims)]);
    return readRows.parse(rows.map(({ isFresh, ...conversation }) => ({ conversation, isFresh })));
  };
  const asked = { places: limit, bulk_places: bulkLimit, channels, lease_ms: leaseMs, most };
  const claimed = await read(CLAIM, [asked]);
  const stale = claimed.filter(({ isFresh }) => !isFresh).map(({ conversation }) => conversation);
  const fresh = claimed.filter(({ isFresh }) => isFresh);
  if (stale.length > 0) {
    const claims = stale.map(({ id, lease, wake, fails }) => ({ id, lease, wake, fails, most }));
    fresh.push(...(await read(READ, claims)));
  }
  return fresh.map(({ conversation }) => conversation);
}

/** Extends leases; returns the conversations that are still ours. One that was given back meanwhile stays given back. */
export async function renew(
  db: Database,
  leases: readonly Lease[],
  leaseMs: number,
): Promise<ReadonlySet<string>> {
  const rows = await db.query(
    `with held as materialized (
       select c.id from conversations c join unnest($1::text[], $2::bigint[]) as mine (id, lease)
         on c.id = mine.id::uuid and c.lease = mine.lease and c.lease_until is not null
       order by c.id for update of c
     )
     update conversations c set
       lease_until = now() + $3::int * interval '1 millisecond', due = now() + $3::int * interval '1 millisecond'
     from held where c.id = held.id returning c.id::text`,
    [leases.map(({ conversationId }) => conversationId), leases.map(({ lease }) => lease), leaseMs],
  );
  return new Set(
    z
      .array(z.object({ id: z.string() }))
      .parse(rows)
      .map(({ id }) => id),
  );
}

/** How a claim ends. */
export interface Release extends Lease {
  /** The wake counter the claim saw: a higher one means that work arrived since. */
  readonly wake: string;
  /**
   * "done": nothing is left unless the counter moved; "more": work is left; "wait": look again after `delayMs` or when
   * woken; "retry": look again after `delayMs`, however much arrives, so that order survives.
   */
  readonly kind: "done" | "more" | "wait" | "retry";
  readonly delayMs: number;
  /** The tries the first waiting message has had. */
  readonly fails: number;
}

const RELEASE = `
  with given as (
    select id, lease, wake, kind, delay * interval '1 millisecond' as delay, fails
    from json_to_recordset($1::json)
      as g (id uuid, lease bigint, wake bigint, kind text, delay int, fails int)
  ),
  held as materialized (
    select c.id from conversations c join given g on c.id = g.id and c.lease = g.lease order by c.id for update of c
  )
  update conversations c set
    lease_until = null,
    fails = g.fails,
    due = case
      when g.kind = 'more' then now()
      when g.kind in ('done', 'wait') and c.wake <> g.wake then greatest(now(), c.gather_at)
      when g.kind = 'done' then null
      else now() + g.delay
    end,
    gather_until = case when g.kind in ('done', 'wait') then c.gather_until end
  from given g, held where c.id = g.id and held.id = c.id`;

/** Gives claims back. One that was lost meanwhile is left to its new holder. */
export async function release(db: Database, releases: readonly Release[]): Promise<void> {
  const given = releases.map(({ conversationId, lease, wake, kind, delayMs, fails }) => ({
    id: conversationId,
    lease,
    wake,
    kind,
    delay: Math.round(delayMs),
    fails,
  }));
  await db.query(RELEASE, [JSON.stringify(given)]);
}

/** Makes conversations of an account due at once that wait with something to send: what they waited for is over. */
export async function wakeAccount(
  db: Database,
  { channel, account }: { readonly channel: string; readonly account: string },
): Promise<void> {
  await db.query(
    `with waiting as materialized (
       select id from conversations c
       where c.due > now() and c.lease_until is null and (c.channel, c.account) = ($1::text, $2::text)
         and exists (select from messages m where m.conversation_id = c.id and m.direction = 'out'
           and m.status in ('queued', 'sending', 'uncertain'))
       order by id for update
     )
     update conversations c set due = now(), wake = c.wake + 1 from waiting where c.id = waiting.id`,
    [channel, account],
  );
}

/** Makes conversations due at once, or as soon as their present claim ends. */
export async function wakeConversations(
  db: Queryable,
  conversationIds: readonly string[],
): Promise<void> {
  await db.query(
    `with woken as materialized (
       select id from conversations where id = any($1::text[]::uuid[]) order by id for update
     )
     update conversations c set
       wake = c.wake + 1, due = case when c.lease_until > now() then c.due else now() end
     from woken where c.id = woken.id`,
    [conversationIds],
  );
}
