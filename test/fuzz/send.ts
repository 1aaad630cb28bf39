import { createHash } from "node:crypto";
import { z } from "zod";
import type { Queryable } from "../../src/db/driver.ts";
import { type Calls, createCalls } from "../faults/t10-calls.ts";
import type { FuzzedBody } from "./bodies.ts";
import type { Finding } from "./read.ts";
import { readBody } from "./read.ts";
import { channelOf, type Subject } from "./subjects.ts";

/** Bodies on their way at once. */
const AT_ONCE = 32;

/** Answers that a genuine body may get beside 200: what a web client's caller did wrong, and what is too large. */
const REFUSED: ReadonlySet<number> = new Set([400, 413]);

/** What became of the bodies that were sent to a bridge. */
export interface Sent {
  /** HTTP status codes and how often each came; 0 stands for no answer. */
  readonly answers: ReadonlyMap<number, number>;
  /** MD5 of what has to be in `webhook_events` now, and how often. */
  readonly kept: ReadonlyMap<string, number>;
  readonly findings: readonly Finding[];
}

const digestOf = (body: Buffer): string => createHash("md5").update(body).digest("hex");

/** Posts genuine bodies to the channel's address. */
export async function sendBodies(
  subject: Subject,
  url: string,
  bodies: Iterable<FuzzedBody>,
): Promise<Sent> {
  const channel = channelOf(subject);
  const calls: Calls = createCalls(AT_ONCE);
  const answers = new Map<number, number>();
  const kept = new Map<string, number>();
  const findings: Finding[] = [];
  const target = `${url}/webhooks/${subject.name}/webhook`;
  const queue = bodies[Symbol.iterator]();
  const work = async (): Promise<void> => {
    for (let next = queue.next(); next.done !== true; next = queue.next()) {
      const body = next.value;
      const headers = subject.headers(body.rawBody);
      const { status } = await calls.post(target, headers, body.rawBody);
      answers.set(status, (answers.get(status) ?? 0) + 1);
      if (status !== 200 && !REFUSED.has(status))
        findings.push({ origin: body.origin, what: `was answered ${String(status)}` });
      if (status !== 200) continue;
      const { result } = readBody(subject, channel, body);
      if (result?.kind === "handshake") continue;
      // What is kept of a body that repeats a secret is the body without it.
      const stored = result?.kind === "events" ? (result.keptBody ?? body.rawBody) : body.rawBody;
      const digest = digestOf(stored);
      kept.set(digest, (kept.get(digest) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  calls.close();
  return { answers, kept, findings };
}

const digests = z.array(z.object({ digest: z.string(), count: z.number() }));

/** How many acknowledged bodies are not in the database byte for byte. */
export async function countMissing(
  db: Queryable,
  kept: ReadonlyMap<string, number>,
): Promise<number> {
  const rows = await db.query(
    "select md5(body) as digest, count(*)::int as count from webhook_events group by 1",
  );
  const stored = new Map(digests.parse(rows).map(({ digest, count }) => [digest, count]));
  let missing = 0;
  for (const [digest, count] of kept) missing += Math.max(0, count - (stored.get(digest) ?? 0));
  return missing;
}
