import { z } from "zod";
import type { Identity } from "../messages.ts";
import type { Database, Queryable } from "./driver.ts";
import { enqueue, type OutboundLot } from "./outbound.ts";

const identitySchema = z.custom<Identity>(
  (value) =>
    typeof value === "object" &&
    value !== null &&
    "kind" in value &&
    typeof value.kind === "string" &&
    "value" in value &&
    typeof value.value === "string",
);

const leasedRows = z.array(
  z.object({
    id: z.string(),
    identity: identitySchema,
    name: z.string().nullable(),
    language: z.string().nullable(),
    params: z.record(z.string(), z.unknown()),
  }),
);

/** A recipient that this process alone prepares, until its lease ends. */
export type LeasedRecipient = z.output<typeof leasedRows>[number];

export interface LeaseOptions {
  readonly campaignId: string;
  /** Proof of the lease: an id of this one look. */
  readonly lease: string;
  readonly limit: number;
  readonly leaseMs: number;
}

const LEASE = `
  with next as (
    select id from campaign_recipients
    where campaign_id = $1::text::uuid and state = 'open' and (lease_until is null or lease_until <= now())
    order by place limit $3::int for update skip locked
  ),
  leased as (
    update campaign_recipients r set lease = $2::text::uuid, lease_until = now() + $4::int * interval '1 millisecond'
    from next where r.id = next.id
    returning r.id, r.place, r.identity, r.name, r.language, r.params
  )
  select id::text, identity, name, language, params from leased order by place`;

/** Takes the next open recipients of a campaign in the order of the list; those of other processes are passed over. */
export async function leaseRecipients(
  db: Queryable,
  { campaignId, lease, limit, leaseMs }: LeaseOptions,
): Promise<readonly LeasedRecipient[]> {
  return leasedRows.parse(await db.query(LEASE, [campaignId, lease, limit, leaseMs]));
}

/** Gives recipients back; they are looked at again after `pauseMs`. */
export async function giveBack(
  db: Queryable,
  lease: string,
  ids: readonly string[],
  pauseMs: number,
): Promise<void> {
  if (ids.length === 0) return;
  await db.query(
    `update campaign_recipients set lease = null, lease_until = now() + $3::int * interval '1 millisecond'
     where id = any($2::text[]::uuid[]) and lease = $1::text::uuid and state = 'open'`,
    [lease, ids, pauseMs],
  );
}

const knownRows = z.array(
  z.object({
    contact_id: z.string(),
    account: z.string(),
    identities: z.array(identitySchema),
    has_written: z.boolean(),
  }),
);

/** A conversation with somebody on one of the campaign's accounts, the one they wrote to last first. */
export type KnownConversation = z.output<typeof knownRows>[number];

/** Finds where people are known already: under which account, and how the provider spells them there. */
export async function readKnown(
  db: Queryable,
  channel: string,
  contactIds: readonly string[],
): Promise<readonly KnownConversation[]> {
  const rows = await db.query(
    `select c.contact_id::text, c.account, c.address -> 'identities' as identities,
       c.last_inbound_at is not null as has_written
     from conversations c
     where c.contact_id = any($2::text[]::uuid[]) and c.channel = $1::text
     order by c.last_inbound_at desc nulls last, c.id`,
    [channel, contactIds],
  );
  return knownRows.parse(rows);
}

/** Those who want no message of this kind from any of the accounts. */
export async function readOptedOut(
  db: Queryable,
  where: {
    readonly channel: string;
    readonly accounts: readonly string[];
    readonly isMarketing: boolean;
  },
  contactIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db.query(
    `select distinct o.contact_id::text as id from opt_outs o
     where o.contact_id = any($4::text[]::uuid[]) and o.channel = $1::text and o.account = any($2::text[])
       and o.revoked_at is null and (o.scope = 'all' or $3::boolean)`,
    [where.channel, where.accounts, where.isMarketing, contactIds],
  );
  return new Set(
    z
      .array(z.object({ id: z.string() }))
      .parse(rows)
      .map(({ id }) => id),
  );
}

/** What is decided about one leased recipient. */
export interface ReadyRecipient {
  readonly recipientId: string;
  readonly account: string;
  readonly messageId: string;
  readonly lot: OutboundLot;
}

export interface SkippedRecipient {
  readonly recipientId: string;
  /** A closed word. */
  readonly reason: string;
}

const RELEASE = `
  update campaign_recipients r set state = 'released', released_at = now(), lease = null, lease_until = null,
    account = g.account, contact_id = g.contact_id::uuid, conversation_id = g.conversation_id::uuid,
    message_id = g.message_id::uuid
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
    as g (id, account, contact_id, conversation_id, message_id)
  where r.id = g.id::uuid and r.state = 'open' and r.lease = $1::text::uuid
  returning 1`;

class LeaseLost extends Error {}

/**
 * Puts the messages of recipients into the outbox and marks the recipients, all or none: a recipient that is somebody
 * else's by now takes the whole release back. So does a campaign that no longer runs; whoever pauses it waits for
 * releases under way, so that what they enqueued is withdrawn with the rest. Conversations are locked before recipients,
 * as a webhook does that notes a reply. Returns whether it happened.
 */
export async function releaseRecipients(
  db: Database,
  campaignId: string,
  lease: string,
  ready: readonly ReadyRecipient[],
): Promise<boolean> {
  if (ready.length === 0) return true;
  try {
    await db.transaction(async (tx) => {
      const running = await tx.query(
        "select 1 from campaigns where id = $1::text::uuid and state = 'running' for share",
        [campaignId],
      );
      if (running.length === 0) throw new LeaseLost();
      await enqueue(
        tx,
        ready.map(({ lot }) => lot),
      );
      const released = await tx.query(RELEASE, [
        lease,
        ready.map(({ recipientId }) => recipientId),
        ready.map(({ account }) => account),
        ready.map(({ lot }) => lot.target.contactId),
        ready.map(({ lot }) => lot.target.conversationId),
        ready.map(({ messageId }) => messageId),
      ]);
      if (released.length < ready.length) throw new LeaseLost();
    });
    return true;
  } catch (error) {
    if (error instanceof LeaseLost) return false;
    throw error;
  }
}

/** Leaves recipients out for good, each with its reason. */
export async function skipRecipients(
  db: Queryable,
  lease: string,
  skipped: readonly SkippedRecipient[],
): Promise<void> {
  if (skipped.length === 0) return;
  await db.query(
    `update campaign_recipients r set state = 'skipped', skip_reason = g.reason, skipped_at = now(), lease = null,
       lease_until = null
     from unnest($2::text[], $3::text[]) as g (id, reason)
     where r.id = g.id::uuid and r.state = 'open' and r.lease = $1::text::uuid`,
    [lease, skipped.map(({ recipientId }) => recipientId), skipped.map(({ reason }) => reason)],
  );
}
