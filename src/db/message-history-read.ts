import { z } from "zod";
import type { Queryable } from "./driver.ts";
import { utc } from "./utc.ts";

const attemptRow = z.strictObject({
  message_id: z.guid(),
  attempt: z.int(),
  outcome: z.enum(["sent", "retry", "failed", "uncertain"]),
  error: z.unknown(),
  external_id: z.string().nullable(),
  evidence: z.string().nullable(),
  started_at: z.iso.datetime().nullable(),
  finished_at: z.iso.datetime(),
});

const statusRow = z.strictObject({
  message_id: z.guid(),
  external_id: z.string(),
  status: z.string(),
  at: z.iso.datetime(),
  error: z.unknown(),
  recorded_at: z.iso.datetime(),
});

/** One try to send a message. */
export type AttemptRow = z.infer<typeof attemptRow>;

/** One status that the provider reported about a message. */
export type StatusRow = z.infer<typeof statusRow>;

/** What happened to outbound messages after they were queued, oldest first. */
export interface MessageHistory {
  readonly attempts: readonly AttemptRow[];
  readonly statuses: readonly StatusRow[];
}

const ATTEMPTS = `select message_id, attempt, outcome, error, external_id, evidence, ${utc("started_at")}, ${utc("finished_at")}
  from send_attempts a where message_id = any($1::uuid[]) order by a.finished_at, attempt`;

const STATUSES = `select message_id, external_id, status, ${utc("at")}, error, ${utc("recorded_at")}
  from message_statuses s where message_id = any($1::uuid[]) order by s.at, s.recorded_at, status`;

/** Reads the tries and the reported statuses of these messages. Throws `store_*`. */
export async function readHistory(
  db: Queryable,
  messageIds: readonly string[],
): Promise<MessageHistory> {
  const attempts = await db.query(ATTEMPTS, [messageIds]);
  const statuses = await db.query(STATUSES, [messageIds]);
  return {
    attempts: z.array(attemptRow).parse(attempts),
    statuses: z.array(statusRow).parse(statuses),
  };
}

/** An inbound message as the inbox holds it: the parsed message and how its turn went. */
export const inboundRow = z.strictObject({
  message_id: z.guid(),
  event_id: z.guid().nullable(),
  message: z.unknown(),
  attempts: z.int(),
  received_at: z.iso.datetime(),
  done_at: z.iso.datetime().nullable(),
  dead_at: z.iso.datetime().nullable(),
  dead_reason: z.string().nullable(),
  dead_detail: z.string().nullable(),
});

const INBOUND = `select message_id, event_id, message, attempts, ${utc("received_at")}, ${utc("done_at")},
  ${utc("dead_at")}, dead_reason, dead_detail from inbox where message_id = $1::uuid`;

/** Finds the inbox row of an inbound message; it is gone once its retention is over. Throws `store_*`. */
export async function findInbound(
  db: Queryable,
  messageId: string,
): Promise<z.infer<typeof inboundRow> | undefined> {
  const rows = await db.query(INBOUND, [messageId]);
  return z.array(inboundRow).parse(rows)[0];
}
