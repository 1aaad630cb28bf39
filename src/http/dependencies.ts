import type { Router } from "express";
import type { Store } from "express-rate-limit";
import type { Channel } from "../channels/channel.ts";
import type { Accept, AcceptedWebhook } from "../flow/accept.ts";
import type { CallTools } from "../flow/call.ts";
import type { Log } from "../log.ts";
import type { InboundMessage } from "../messages.ts";
import type { BacklogName, QueueName } from "./metric-words.ts";
import type { Metrics, QueueState } from "./metrics.ts";

/** A channel under its configured name. */
export interface NamedChannel {
  readonly name: string;
  readonly type: string;
  readonly channel: Channel;
}

/**
 * Stores a web client's message, then gives the payloads of its turn as they exist; ends with the turn or when time is
 * up. Aborting `signal` says that nobody waits any more; the turn goes on. Throws `store_*` before the first payload.
 */
export type Ask = (
  message: InboundMessage,
  rawBody: Buffer,
  signal: AbortSignal,
  channel: string,
) => AsyncIterable<unknown>;

/** What `/health` and the queue gauges show. It is read from the database at most every few seconds. */
export interface HealthSnapshot {
  readonly storage: "postgres" | "embedded";
  readonly queues: Readonly<
    Record<QueueName, QueueState> & Partial<Record<BacklogName, QueueState>>
  >;
  /** Seconds that the conversation that is due longest waits for a worker. */
  readonly workWaitingSeconds?: number;
  /** Whether events can arrive, where they are taken. */
  readonly broker?: "connected" | "away" | undefined;
}

/**
 * Stores a webhook by `direct`, or keeps it where the database does not take it. When it resolves the webhook outlives any crash:
 * only then may the provider be answered. Throws what `direct` throws, and `store_*`.
 */
export type Shelter = (webhook: AcceptedWebhook, direct: () => Promise<unknown>) => Promise<void>;

/** Gives each rate limiter its own store of counters. */
export type RateLimitStoreFactory = (limiter: string) => Store;

export interface HttpSettings {
  readonly version: string;
  /** How many proxies in front of the server are trusted to name the caller. */
  readonly trustProxy: number;
  /** Whether `/metrics` needs no key. */
  readonly metricsPublic: boolean;
  /** Milliseconds a webhook may take to be stored before the provider is asked to send it again. */
  readonly storeTimeoutMs: number;
  /** Milliseconds one check of health or readiness may take. */
  readonly checkTimeoutMs: number;
  /** Milliseconds for which the result of a health check is shown again. */
  readonly healthMaxAgeMs: number;
  /** Calls per minute and address: of the webhook verification, and of people's files. */
  readonly perMinute: {
    readonly verification: number;
    readonly files: number;
  };
}

/** Everything the HTTP edge needs. */
export interface AppDependencies {
  /** By name. */
  readonly channels: ReadonlyMap<string, NamedChannel>;
  readonly accept: Accept;
  /** Where webhooks go that the database does not take; undefined where there is no such place. */
  readonly shelter?: Shelter | undefined;
  readonly ask: Ask;
  /** For channels that must call somebody to check a webhook's sender. */
  readonly tools: CallTools;
  /** Each resolves when all is well: a write that reaches the disk; the schema this program expects. */
  readonly checks: {
    readonly database: () => Promise<void>;
    readonly migrations: () => Promise<void>;
  };
  readonly snapshot: () => Promise<HealthSnapshot>;
  /** Whether this process is about to stop, and calls should go to another one. */
  readonly isDraining?: () => boolean;
  readonly adminKey: string;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly limits: RateLimitStoreFactory;
  /** Mounted at `/files`. */
  readonly files?: Router;
  /** Mounted at `/api/v1`. */
  readonly api?: Router;
  /** Mounted at `/docs`. */
  readonly docs?: Router;
  /** Pages by the path each is mounted at. */
  readonly pages?: ReadonlyMap<string, Router>;
  /** The routes by which an operator sends a test message. */
  readonly messagingTests?: Router;
  /** What `/health` shows beside the usual. */
  readonly about?: object;
  readonly settings: HttpSettings;
}

/** The settings that need no choice. */
export const HTTP_DEFAULTS = {
  trustProxy: 0,
  metricsPublic: false,
  storeTimeoutMs: 3_000,
  checkTimeoutMs: 2_000,
  healthMaxAgeMs: 5_000,
  perMinute: { verification: 30, files: 600 },
} as const;
