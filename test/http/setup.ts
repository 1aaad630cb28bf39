import type { RequestListener } from "node:http";
import { createMemoryCache } from "../../src/cache/memory.ts";
import type { Cache } from "../../src/cache/cache.ts";
import { cloud } from "../../src/channels/cloud/index.ts";
import { rest } from "../../src/channels/rest/index.ts";
import type { AcceptedWebhook } from "../../src/flow/accept.ts";
import { createApp } from "../../src/http/app.ts";
import { HTTP_DEFAULTS } from "../../src/http/dependencies.ts";
import type {
  AppDependencies,
  HealthSnapshot,
  HttpSettings,
  NamedChannel,
} from "../../src/http/dependencies.ts";
import { createMetrics } from "../../src/http/metrics.ts";
import { rateLimitStores } from "../../src/http/rate-limit.ts";
import type { Log } from "../../src/log.ts";
import type { InboundMessage } from "../../src/messages.ts";
import { recordingLog } from "../standins/recording-log.ts";
import { signWebhook } from "../standins/graph-webhooks.ts";

export const ADMIN_KEY = "an-admin-key-for-tests";
export const APP_SECRET = "app-secret-of-the-tests";
export const VERIFY_TOKEN = "verify-token-of-the-tests";
export const ACCESS_TOKEN = "EAAG-access-token-of-the-tests";
export const ACCOUNT = "106540352242922";

export const SNAPSHOT: HealthSnapshot = {
  storage: "postgres",
  queues: {
    inbox: { depth: 3, oldestSeconds: 1.4 },
    outbox: { depth: 0, oldestSeconds: 0 },
    dead: { depth: 1, oldestSeconds: 60 },
  },
};

export interface AppSetup {
  readonly rest?: Record<string, unknown>;
  /** In place of the usual two. */
  readonly channels?: readonly NamedChannel[];
  readonly settings?: Partial<HttpSettings>;
  readonly accept?: AppDependencies["accept"];
  readonly ask?: AppDependencies["ask"];
  readonly checks?: Partial<AppDependencies["checks"]>;
  readonly snapshot?: AppDependencies["snapshot"];
  readonly isDraining?: () => boolean;
  readonly cache?: Cache;
  /** In place of the recording one. */
  readonly log?: Log;
  readonly api?: NonNullable<AppDependencies["api"]>;
  readonly docs?: NonNullable<AppDependencies["docs"]>;
  readonly about?: object;
  readonly messagingTests?: NonNullable<AppDependencies["messagingTests"]>;
  readonly files?: NonNullable<AppDependencies["files"]>;
}

/** What one call of `ask` was given. */
export interface Asked {
  readonly message: InboundMessage;
  readonly rawBody: Buffer;
  readonly signal: AbortSignal;
  readonly channel: string;
}

export interface TestApp {
  readonly app: RequestListener;
  readonly log: ReturnType<typeof recordingLog>;
  readonly metrics: AppDependencies["metrics"];
  readonly accepted: AcceptedWebhook[];
  readonly asked: Asked[];
  /** What the edge is made of. */
  readonly deps: AppDependencies;
}

/** The real edge with the real channels `whatsapp` and `rest` before a flow that only records. */
export function testApp(setup: AppSetup = {}): TestApp {
  const log = recordingLog();
  const accepted: AcceptedWebhook[] = [];
  const asked: Asked[] = [];
  const metrics = createMetrics({ channels: ["whatsapp", "rest"], backends: ["rasa"] });
  const channels = setup.channels ?? [
    {
      name: "whatsapp",
      type: "cloud",
      channel: cloud.configure({
        access_token: ACCESS_TOKEN,
        verify_tokens: [VERIFY_TOKEN],
        phone_number_ids: [ACCOUNT],
        app_secrets: [APP_SECRET],
      }),
    },
    { name: "rest", type: "rest", channel: rest.configure(setup.rest ?? {}) },
  ];
  const ask = setup.ask ?? (() => payloads({ recipient_id: "ana", text: "oi" }));
  const deps: AppDependencies = {
    channels: new Map(channels.map((named) => [named.name, named])),
    accept: async (webhook) => {
      accepted.push(webhook);
      return setup.accept?.(webhook) ?? [];
    },
    ask: (message, rawBody, signal, channel) => {
      asked.push({ message, rawBody, signal, channel });
      return ask(message, rawBody, signal, channel);
    },
    tools: {
      http: () => Promise.reject(new Error("nobody is called here")),
      stream: () => Promise.reject(new Error("nobody is called here")),
      cache: setup.cache ?? createMemoryCache(),
      now: () => new Date(),
    },
    checks: { database: async () => undefined, migrations: async () => undefined, ...setup.checks },
    snapshot: setup.snapshot ?? (async () => SNAPSHOT),
    adminKey: ADMIN_KEY,
    log: setup.log ?? log,
    metrics,
    limits: rateLimitStores(setup.cache ?? createMemoryCache()),
    ...(setup.isDraining === undefined ? {} : { isDraining: setup.isDraining }),
    ...(setup.api === undefined ? {} : { api: setup.api }),
    ...(setup.docs === undefined ? {} : { docs: setup.docs }),
    ...(setup.about === undefined ? {} : { about: setup.about }),
    ...(setup.messagingTests === undefined ? {} : { messagingTests: setup.messagingTests }),
    ...(setup.files === undefined ? {} : { files: setup.files }),
    settings: { ...HTTP_DEFAULTS, version: "1.2.3", ...setup.settings },
  };
  return { app: createApp(deps), log, metrics, accepted, asked, deps };
}

/** An answer whose payloads all exist at once. */
export async function* payloads(...items: unknown[]): AsyncGenerator {
  for (const item of items) yield item;
}

/** The headers of a webhook as Meta signs it. */
export function signed(rawBody: Buffer | string): Record<string, string> {
  return { ...signWebhook(rawBody, APP_SECRET).headers };
}
