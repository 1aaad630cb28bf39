import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Queryable } from "./driver.ts";

/** How long a request is recognised as one that was made before. */
export const REQUESTS_KEPT = "24 hours";

/** How long a request that nobody renews counts as under way: its process may have died. */
const LEASE = "60 seconds";

/** A request as its caller named it; `digest` is that of what it asks for, in hexadecimal. */
export interface NamedRequest {
  readonly owner: string;
  readonly key: string;
  readonly digest: string;
}

/** What a request came to. */
export interface KeptAnswer {
  readonly status: number;
  readonly answer: unknown;
  /** Of a body that was read as it came, in hexadecimal; null for any other, which the request's own digest covers. */
  readonly bodyDigest: string | null;
}

/** What is to be done with a request. */
export type Claim =
  | { readonly kind: "claimed"; readonly seed: string; readonly lease: string }
  | ({ readonly kind: "answered" } & KeptAnswer)
  | { readonly kind: "running" }
  | { readonly kind: "mismatch" };

const claimedRows = z.array(z.object({ seed: z.guid() }));

const OVER = `k.created_at < now() - interval '${REQUESTS_KEPT}'`;

// One that is over begins anew, with a seed of its own: a new request must not find the ids of an old one.
const CLAIM = `
  insert into idempotency_keys as k (owner, key, request_digest, lease, lease_until)
  values ($1::text, $2::text, decode($3::text, 'hex'), $4::text::uuid, now() + interval '${LEASE}')
  on conflict (owner, key) do update set
    request_digest = excluded.request_digest, lease = excluded.lease, lease_until = excluded.lease_until, status = null,
    answer = null, seed = case when ${OVER} then excluded.seed else k.seed end,
    created_at = case when ${OVER} then now() else k.created_at end
  where ${OVER}
    or (k.status is null and k.lease_until <= now() and k.request_digest = excluded.request_digest)
  returning seed::text`;

const foundRows = z.array(
  z.object({
    is_same: z.boolean(),
    status: z.int().nullable(),
    answer: z.unknown(),
    body_digest: z.string().nullable(),
  }),
);

const FIND = `select request_digest = decode($3::text, 'hex') as is_same, status, answer, body_digest
  from idempotency_keys where (owner, key) = ($1::text, $2::text)`;

/** Takes a request over, unless it was answered, is under way, or asks for something else. Throws `store_*`. */
export async function claimRequest(db: Queryable, request: NamedRequest): Promise<Claim> {
  const { owner, key, digest } = request;
  const lease = randomUUID();
  const [claimed] = claimedRows.parse(await db.query(CLAIM, [owner, key, digest, lease]));
  if (claimed !== undefined) return { kind: "claimed", seed: claimed.seed, lease };
  const [found] = foundRows.parse(await db.query(FIND, [owner, key, digest]));
  if (found === undefined) return { kind: "running" };
  const { is_same: isSame, status, answer, body_digest: bodyDigest } = found;
  if (!isSame) return { kind: "mismatch" };
  return status === null ? { kind: "running" } : { kind: "answered", status, answer, bodyDigest };
}

type Claimed = Pick<NamedRequest, "owner" | "key"> & { readonly lease: string };

const MINE = "(owner, key, lease) = ($1::text, $2::text, $3::text::uuid) and status is null";

/** Keeps a request for whoever is still at it. Throws `store_*`. */
export async function renewRequest(db: Queryable, { owner, key, lease }: Claimed): Promise<void> {
  await db.query(
    `update idempotency_keys set lease_until = now() + interval '${LEASE}' where ${MINE}`,
    [owner, key, lease],
  );
}

/** Keeps what a request came to; nothing where another has taken it over. Throws `store_*`. */
export async function answerRequest(
  db: Queryable,
  { owner, key, lease }: Claimed,
  { status, answer, bodyDigest }: KeptAnswer,
): Promise<void> {
  await db.query(
    `update idempotency_keys set status = $4::int, answer = $5::text::jsonb, body_digest = $6::text where ${MINE}`,
    [owner, key, lease, status, JSON.stringify(answer), bodyDigest],
  );
}

/** Lets the next repetition try at once, with the same ids. Throws `store_*`. */
export async function releaseRequest(db: Queryable, { owner, key, lease }: Claimed): Promise<void> {
  await db.query(`update idempotency_keys set lease_until = now() where ${MINE}`, [
    owner,
    key,
    lease,
  ]);
}
