import type { Channel, WebhookResult } from "../../src/channels/channel.ts";
import { BridgeError } from "../../src/errors.ts";
import type { FuzzedBody } from "./bodies.ts";
import { callOf, type Subject } from "./subjects.ts";

/** Milliseconds of processor time that one body may take: the event loop is blocked as long. */
export const MAX_BLOCK_MS = 50;

/** A body that broke a promise. */
export interface Finding {
  readonly origin: string;
  readonly what: string;
}

export interface Reading {
  /** Undefined where the body was refused, or broke something. */
  readonly result: WebhookResult | undefined;
  /** Of one reading, in milliseconds of processor time. */
  readonly blockedMs: number;
  readonly finding?: Finding;
}

/** Milliseconds of processor time that this thread has used. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** What a channel that takes a body may throw: the caller is at fault, and the answer says so. */
const REFUSALS: ReadonlySet<string> = new Set(["webhook_malformed"]);

/** Reads one genuine body as the webhook does, and once more as a replay does. */
export function readBody(subject: Subject, channel: Channel, body: FuzzedBody): Reading {
  const call = callOf(subject, body.rawBody);
  const began = threadMs();
  try {
    const result = channel.receive(call);
    const blockedMs = threadMs() - began;
    if (result.kind === "events") channel.reread(result.keptBody ?? body.rawBody);
    const what = findFault(result);
    return { result, blockedMs, ...(what && { finding: { origin: body.origin, what } }) };
  } catch (thrown) {
    const blockedMs = threadMs() - began;
    if (thrown instanceof BridgeError && REFUSALS.has(thrown.code))
      return { result: undefined, blockedMs };
    const what = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    return { result: undefined, blockedMs, finding: { origin: body.origin, what } };
  }
}

/** Readings that are taken together: the system counts a thread's time in ticks. */
const READINGS = 8;

/** What reading a body takes, in milliseconds of processor time, once more and free of what it met the first time. */
export function measureMs(subject: Subject, channel: Channel, body: FuzzedBody): number {
  const began = threadMs();
  for (let reading = 0; reading < READINGS; reading += 1) readBody(subject, channel, body);
  return (threadMs() - began) / READINGS;
}

/** Something in the events that a database refuses; it would cost the webhook its understanding. */
function findFault(result: WebhookResult): string | undefined {
  if (result.kind !== "events") return undefined;
  return findUnstorable(result.events, "events");
}

function findUnstorable(value: unknown, path: string): string | undefined {
  if (typeof value === "string") return isStorable(value) ? undefined : `${path} is not storable`;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : `${path} is no number`;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    if (!isStorable(key)) return `a key of ${path} is not storable`;
    const found = findUnstorable(item, `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\u0000");
}
