import { expect } from "@jest/globals";
import express from "express";
import request from "supertest";
import type { Response } from "supertest";
import type { Database } from "../../../src/db/driver.ts";
import type { ApiDependencies } from "../../../src/http/api/dependencies.ts";
import { problem } from "../../../src/http/api/document.ts";
import { createApi } from "../../../src/http/api/index.ts";
import { ROUTES } from "../../../src/http/api/routes.ts";
import { problemHandler } from "../../../src/http/problem.ts";
import { SECRET } from "./seed.ts";

export const ADMIN_KEY = "admin-key-for-tests";

const HOUR_MS = 3_600_000;

/** The API on an empty database, and a client that holds every answer against the schema of its route. */
export interface ApiUnderTest {
  readonly db: Database;
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Response>;
  readonly post: (path: string, body?: object) => Promise<Response>;
  readonly patch: (path: string, body: object) => Promise<Response>;
  /** The application around the API, for calls that the client would not make. */
  readonly app: express.Express;
  /** Failures that nobody named. */
  readonly bugs: unknown[];
  readonly replayed: string[];
  /** What providers were told of opt-outs. */
  readonly announced: string[];
}

function routeOf(method: string, path: string) {
  const bare = path.replace(/\?.*$/, "");
  return ROUTES.find(
    (route) =>
      route.method === method &&
      new RegExp(`^${route.path.replace(/\{\w+\}/, "[^/]+")}$`).test(bare),
  );
}

function check(method: string, path: string, response: Response): Response {
  const route = routeOf(method, path);
  if (response.status < 300) expect(response.status).toBe(route?.status);
  if (response.status < 300) route?.answer.parse(response.body);
  else problem.parse(response.body);
  return response;
}

export function createApiUnderTest(
  db: Database,
  overrides: Partial<ApiDependencies> = {},
): ApiUnderTest {
  const bugs: unknown[] = [];
  const replayed: string[] = [];
  const announced: string[] = [];
  const api = createApi({
    db,
    adminKey: ADMIN_KEY,
    channels: new Map([
      [
        "whatsapp",
        {
          type: "cloud",
          channel: { accounts: ["111", "222"], delivery: "push", windowMs: 24 * HOUR_MS },
        },
      ],
      ["rest", { type: "rest", channel: { accounts: ["rest"], delivery: "collect" } }],
    ]),
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
    replayEvent: (id) => {
      replayed.push(id);
      return Promise.resolve({ state: "stored", reason: null, eventCount: 2 });
    },
    announceConsent: (channel, { account, optedOut }) => {
      announced.push(`${channel} ${account} ${optedOut ? "out" : "in"}`);
      return Promise.resolve();
    },
    secrets: [SECRET],
    ...overrides,
  });
  const record = (_message: string, fields?: Record<string, unknown>) => {
    bugs.push(fields?.["error"]);
  };
  const log = { debug: record, info: record, warn: record, error: record };
  const app = express().use("/api/v1", api).use(problemHandler(log));
  const authorization = `Bearer ${ADMIN_KEY}`;
  return {
    db,
    app,
    bugs,
    replayed,
    announced,
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
    post: async (path, body) => {
      const call = request(app).post(`/api/v1${path}`).set({ authorization });
      return check("post", path, await (body === undefined ? call : call.send(body)));
    },
  };
}
