import { recordAudit } from "../../../src/db/audit.ts";
import { Readable } from "node:stream";
import { expect } from "@jest/globals";
import express from "express";
import request from "supertest";
import type { Response } from "supertest";
import { resolveContacts } from "../../../src/db/contacts.ts";
import type { Database } from "../../../src/db/driver.ts";
import { createEraseContact } from "../../../src/flow/erase-contact.ts";
import type { ApiChannel, ApiDependencies } from "../../../src/http/api/dependencies.ts";
import { problem } from "../../../src/http/api/document.ts";
import { createSender } from "../../../src/campaigns/send-message.ts";
import { resolveTemplate } from "../../../src/campaigns/templates/resolve.ts";
import { createLogLevels } from "../../../src/log-level.ts";
import { createMemoryCache } from "../../../src/cache/memory.ts";
import { createApi } from "../../../src/http/api/index.ts";
import { isStillAllowed } from "../../../src/http/api/stream.ts";
import { createSessionTokens } from "../../../src/http/session-token.ts";
import { createStreamHub } from "../../../src/http/api/stream-hub.ts";
import type { Route } from "../../../src/http/api/route.ts";
import { ROUTES } from "../../../src/http/api/routes.ts";
import { rateLimitStores } from "../../../src/http/rate-limit.ts";
import { problemHandler } from "../../../src/http/problem.ts";
import { sendChannels } from "../../campaigns/send-channels.ts";
import { SECRET } from "./seed.ts";
import { agreeingSimulator } from "./simulator.ts";
import { agreeingOffice } from "./template-office.ts";

export const ADMIN_KEY = "admin-key-for-tests";

const HOUR_MS = 3_600_000;

/** The API on an empty database, and a client that holds every answer against the schema of its route. */
export interface ApiUnderTest {
  readonly db: Database;
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Response>;
  readonly post: (path: string, body?: object) => Promise<Response>;
  readonly patch: (path: string, body: object) => Promise<Response>;
  readonly delete: (path: string) => Promise<Response>;
  /** Calls an operation by its verb, with another key than the admin's where one is given; a text is sent as CSV. */
  readonly call: (
    method: Route["method"],
    path: string,
    body?: object | string,
    key?: string,
  ) => Promise<Response>;
  /** The application around the API, for calls that the client would not make. */
  readonly app: express.Express;
  /** Failures that nobody named. */
  readonly bugs: unknown[];
  readonly replayed: string[];
  /** What providers were told of opt-outs. */
  readonly announced: string[];
  /** Keys of files that were removed. */
  readonly removedFiles: string[];
}

function routeOf(method: string, path: string) {
  const bare = path.replace(/\?.*$/, "");
  return ROUTES.find(
    (route) =>
      route.method === method &&
      new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(bare),
  );
}

function check(method: string, path: string, response: Response): Response {
  const route = routeOf(method, path);
  if (response.status < 300) expect(response.status).toBe(route?.status);
  if (response.status < 300 && route?.respond === undefined) route?.answer.parse(response.body);
  else if (response.status >= 300) problem.parse(response.body);
  return response;
}

/** The configured channels of the tests, all of one tenant. */
export const CHANNELS: ReadonlyMap<string, ApiChannel> = new Map<string, ApiChannel>([
  [
    "whatsapp",
    {
      type: "cloud",
      tenant: "default",
      channel: { accounts: ["111", "222"], delivery: "push", windowMs: 24 * HOUR_MS },
    },
  ],
  [
    "rest",
    { type: "rest", tenant: "default", channel: { accounts: ["rest"], delivery: "collect" } },
  ],
]);

/** The set-up of an installation with the defaults. */
const SETTINGS: ApiDependencies["settings"] = {
  version: "1.2.3",
  storage: "embedded",
  role: "all",
  public_url: "https://bridge.example",
  chain: ["templates"],
  languages: { default: "pt-BR", replies: ["pt-BR", "en"] },
  retention: {
    raw_webhooks_days: 30,
    inbox_days: 35,
    parked_days: 31,
    history_days: 365,
    media_days: 30,
  },
  media: { enabled: true, store: "disk", max_bytes: 1, url_ttl_ms: 1, refused_types: [] },
  campaigns: {
    max_recipients: 1,
    bulk_share: 0.8,
    error_rate: 0.2,
    error_sample: 50,
    error_window_ms: 1,
    currency: "BRL",
  },
  notices: [],
  channels: ["rest", "whatsapp"],
};

/** What a trial of the backend `templates` comes to. */
const TRIED = {
  outcome: "answered",
  replies: [{ text: "Olá!" }],
  ms: 3,
  confidence: 0.9,
  intent: "greet",
  error: null,
  rendered: [],
} as const;

export function createApiUnderTest(
  db: Database,
  overrides: Partial<ApiDependencies> = {},
): ApiUnderTest {
  const bugs: unknown[] = [];
  const replayed: string[] = [];
  const announced: string[] = [];
  const removedFiles: string[] = [];
  const record = (_message: string, fields?: Record<string, unknown>) => {
    bugs.push(fields?.["error"]);
  };
  const log = { debug: record, info: record, warn: record, error: record };
  const stream = createStreamHub({
    db,
    log,
    isAllowed: (caller) => isStillAllowed(db, caller),
    times: { pollMs: 10, campaignMs: 10 },
  });
  const api = createApi({
    db,
    adminKey: ADMIN_KEY,
    sessions: createSessionTokens(ADMIN_KEY, Date.now),
    simulator: agreeingSimulator(),
    perMinute: { key: 100_000, address: 100_000 },
    limits: rateLimitStores(createMemoryCache()),
    log,
    channels: CHANNELS,
    publicUrl: "https://bridge.example",
    version: "1.2.3",
    hint: (type, code, language) =>
      code === "131026" ? `hint for ${type} ${code} in ${language}` : undefined,
    backends: () => [],
    checkChannel: (name) =>
      Promise.resolve(
        name === "rest"
          ? undefined
          : [{ account: "111", state: "disconnected", detail: "channel_unavailable", ms: 3 }],
      ),
    connectAccount: (_name, account) =>
      Promise.resolve(account === "111" ? { state: "connecting", code: "2@abc" } : undefined),
    tryBackend: (name) => Promise.resolve(name === "templates" ? TRIED : undefined),
    settings: SETTINGS,
    openFile: (key) =>
      Promise.resolve(
        key === "the-key"
          ? { sizeBytes: 5, chunks: Readable.from([Buffer.from("photo")]) }
          : undefined,
      ),
    replayEvent: (id) => {
      replayed.push(id);
      return Promise.resolve({ state: "stored", reason: null, eventCount: 2 });
    },
    announceConsent: (channel, { account, optedOut }) => {
      announced.push(`${channel} ${account} ${optedOut ? "out" : "in"}`);
      return Promise.resolve();
    },
    sender: createSender({
      db,
      channels: sendChannels(),
      resolveTemplate: (channel, wanted) => resolveTemplate(db, channel, wanted),
      onWork: () => undefined,
    }),
    templates: agreeingOffice(db),
    stream,
    costs: {
      currency: "BRL",
      prices: { whatsapp: { marketing: 0.35 } },
      freeServiceMessages: 1_000,
    },
    maxRecipients: 5_000_000,
    control: {
      reload: async (actor) => {
        await recordAudit(db, { actor, action: "reload", subject: "configuration", detail: {} });
        return { outcome: "done", changed: [], needsRestart: [], notices: [] };
      },
      logLevels: createLogLevels({
        configured: "info",
        apply: () => undefined,
        onChange: () => undefined,
      }),
    },
    resolveContact: async (person) => (await resolveContacts(db, [person]))[0] ?? "",
    eraseContact: createEraseContact({
      db,
      removeFile: (storageKey) => {
        removedFiles.push(storageKey);
        return Promise.resolve();
      },
      onFileLeft: (error) => bugs.push(error),
    }),
    secrets: [SECRET],
    ...overrides,
  });
  const app = express().use("/api/v1", api).use(problemHandler(log));
  const authorization = `Bearer ${ADMIN_KEY}`;
  return {
    db,
    app,
    bugs,
    replayed,
    announced,
    removedFiles,
    get: async (path, headers = {}) =>
      check(
        "get",
        path,
        await request(app)
          .get(`/api/v1${path}`)
          .set({ authorization, ...headers }),
      ),
    patch: async (path, body) =>
      check(
        "patch",
        path,
        await request(app).patch(`/api/v1${path}`).set({ authorization }).send(body),
      ),
    call: async (method, path, body, key = ADMIN_KEY) => {
      const agent = request(app);
      const headers = { authorization: `Bearer ${key}`, "x-requested-with": "ponte" };
      const call = agent[method](`/api/v1${path}`).set(headers);
      if (typeof body === "string") call.set("content-type", "text/csv");
      return check(method, path, await (body === undefined ? call : call.send(body)));
    },
    delete: async (path) =>
      check("delete", path, await request(app).delete(`/api/v1${path}`).set({ authorization })),
    post: async (path, body) => {
      const call = request(app).post(`/api/v1${path}`).set({ authorization });
      return check("post", path, await (body === undefined ? call : call.send(body)));
    },
  };
}
