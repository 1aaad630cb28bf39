/** How often something was counted in the current window. */
export interface Count {
  readonly hits: number;
  /** Milliseconds until the window ends and the count starts again at nothing. */
  readonly endsInMs: number;
}

/** A bucket that holds `burst` at most and gets one more each `intervalMs`. */
export interface Bucket {
  readonly burst: number;
  readonly intervalMs: number;
}

/** What keeps sends within limits, for as many processes as share it. */
export type Buckets = Pick<Cache, "reserve" | "reserveMany" | "block" | "unblock">;

/**
 * Short-lived shared state: values that can be fetched again and counters of a fixed window. It is never the only copy
 * of anything: whoever reads it must be right, if slower, when it is empty.
 */
export interface Cache {
  readonly get: (key: string) => Promise<string | undefined>;
  readonly set: (key: string, value: string, ttlMs: number) => Promise<void>;
  readonly remove: (key: string) => Promise<void>;
  /** Counts one more; the first one opens a window of `windowMs`. */
  readonly increment: (key: string, windowMs: number) => Promise<Count>;
  /** Takes one from a bucket: 0 when it was there, else the milliseconds until it will be; nothing is taken then. */
  readonly reserve: (key: string, bucket: Bucket) => Promise<number>;
  /** Takes up to `wanted` from a bucket at once; returns how many were there. */
  readonly reserveMany: (key: string, bucket: Bucket, wanted: number) => Promise<number>;
  /** Closes a bucket for a time: nothing can be taken. A shorter time does not end a longer one. */
  readonly block: (key: string, ms: number) => Promise<void>;
  /** Opens a closed bucket. */
  readonly unblock: (key: string) => Promise<void>;
  /** Takes one back, never below nothing and never opening a window. */
  readonly decrement: (key: string) => Promise<void>;
}
