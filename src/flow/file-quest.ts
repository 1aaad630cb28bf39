import type { Channel } from "../channels/channel.ts";
import type { MediaReference } from "../channels/media-source.ts";
import type { MissingReason } from "../messages.ts";
import type { CallTools } from "./call.ts";

/** A file's bytes, or why there are none; `transient` where another try may find it. */
export type Fetched = { readonly kind: "bytes"; readonly bytes: Buffer } | Missing;

export interface Missing {
  readonly kind: "missing";
  readonly reason: MissingReason;
  readonly transient: boolean;
}

/** One try to find the file of a message. */
export interface FileQuest {
  readonly channel: Channel;
  readonly media: MediaReference;
  readonly account: string;
  readonly externalId: string;
  /** The webhook that brought the message; undefined where it is no longer kept. */
  readonly readWebhook: () => Promise<Buffer | undefined>;
  readonly tools: CallTools;
  readonly maxBytes: number;
  /** Milliseconds for everything together. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** The same with its end fixed, on the clock of `performance.now()`. */
export type TimedQuest = FileQuest & { readonly deadline: number };

export const gone: Missing = { kind: "missing", reason: "unavailable", transient: false };
export const away: Missing = { kind: "missing", reason: "unavailable", transient: true };
export const tooLarge: Missing = { kind: "missing", reason: "too_large", transient: false };

/** Bytes that were found, unless they are too many. */
export function sizeChecked(bytes: Buffer, maxBytes: number): Fetched {
  return bytes.length > maxBytes ? tooLarge : { kind: "bytes", bytes };
}
