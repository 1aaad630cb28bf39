import { z } from "zod";
import type { AcceptedWebhook } from "../flow/accept.ts";
import type { ChannelEvent } from "../messages.ts";

/** A webhook as it stands in the spool. */
export interface SpooledWebhook {
  readonly webhook: AcceptedWebhook;
  /** When it arrived, ISO 8601 UTC. */
  readonly at: string;
  /** The version of the program that read its events: another one reads the body anew. */
  readonly version: string;
}

/** Bytes of the number that says how long the description before the body is. */
const LENGTH_BYTES = 4;

const isEvent = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "kind" in value && typeof value.kind === "string";

const description = z.object({
  channel: z.string(),
  at: z.iso.datetime(),
  version: z.string(),
  headers: z.record(z.string(), z.string()),
  result: z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("events"),
      // Written by ourselves, and read by the very version that wrote it.
      events: z.array(z.custom<ChannelEvent>(isEvent)),
    }),
    z.object({ kind: z.literal("quarantine"), reason: z.string() }),
  ]),
});

/**
 * Writes a webhook: a description, and the body as it may be kept. What it means is kept beside the body, because a channel
 * may read it out of headers that hold credentials and are not kept.
 */
export function encodeWebhook({ webhook, at, version }: SpooledWebhook): Buffer {
  const { channel, headers, result, rawBody } = webhook;
  const kept =
    result.kind === "events" ? { kind: result.kind, events: result.events } : { ...result };
  const text = Buffer.from(JSON.stringify({ channel, at, version, headers, result: kept }));
  const length = Buffer.allocUnsafe(LENGTH_BYTES);
  length.writeUInt32LE(text.length);
  return Buffer.concat([length, text, rawBody]);
}

/** Reads one back; undefined where it is none, whatever its sums say. */
export function decodeWebhook(content: Buffer): SpooledWebhook | undefined {
  if (content.length < LENGTH_BYTES) return undefined;
  const end = LENGTH_BYTES + content.readUInt32LE();
  if (end > content.length) return undefined;
  const parsed = description.safeParse(parseText(content.toString("utf8", LENGTH_BYTES, end)));
  if (!parsed.success) return undefined;
  const { channel, at, version, headers, result } = parsed.data;
  const rawBody = content.subarray(end);
  return { webhook: { channel, headers, rawBody, result }, at, version };
}

function parseText(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
