import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createStandings, describeBackends } from "../../../src/answers/standing.ts";
import type { Database } from "../../../src/db/driver.ts";
import { BridgeError } from "../../../src/errors.ts";
import { openDatabase } from "../../flow/scene.ts";
import { createApiUnderTest } from "./api-client.ts";
import { makeKey } from "./keys.ts";

let db: Database;
beforeAll(async () => {
  db = await openDatabase();
});
afterAll(() => db.close());

test("backends are listed in the order they are asked, with how they fare", async () => {
  const settings = { failures: 1, share: 1, calls: 10, windowMs: 1_000, pauseMs: 60_000 };
  const now = () => new Date("2026-11-21T10:00:00Z");
  const standings = createStandings(["rasa", "llm"], settings, { now });
  const failure = new BridgeError("answer_timeout", "no answer within 8000 ms");
  standings.enter("rasa")?.end({ outcome: "answer_timeout", failure, isOwn: true, ms: 8_000 });
  const configured = [
    { name: "rasa", type: "rasa" },
    { name: "llm", type: "openai", isSpare: true },
  ];
  const api = createApiUnderTest(db, {
    backends: () => describeBackends(configured, standings.list()),
  });
  expect((await api.get("/backends")).body).toEqual({
    data: [
      {
        name: "rasa",
        type: "rasa",
        in_chain: true,
        breaker: "open",
        calls_today: 1,
        failures_today: 1,
        last_failure: { code: "answer_timeout", at: "2026-11-21T10:00:00.000Z" },
      },
      {
        name: "llm",
        type: "openai",
        in_chain: false,
        breaker: "closed",
        calls_today: 0,
        failures_today: 0,
        last_failure: null,
      },
    ],
    next_cursor: null,
  });
});

test("a backend is tried with what was asked, for a channel that there is", async () => {
  const trials: unknown[] = [];
  const api = createApiUnderTest(db, {
    tryBackend: (name, trial) => {
      trials.push([name, trial]);
      return Promise.resolve({
        outcome: "failed",
        replies: [{ text: "<b>", buttons: [{ title: "a", more: { deep: [1] } }], custom: [1] }],
        ms: 3,
        confidence: null,
        intent: null,
        error: { code: "answer_timeout", detail: "no answer" },
        rendered: [
          {
            channel: "whatsapp",
            payloads: [{ a: 1 }, null],
            notes: [{ code: "cut", detail: "x" }],
          },
        ],
      });
    },
  });
  const { body } = await api.post("/backends/my%20bot/try", {
    text: "oi",
    language: "en",
    as_channel: "whatsapp",
  });
  expect(trials).toEqual([["my bot", { text: "oi", language: "en", asChannel: "whatsapp" }]]);
  expect(body).toEqual({
    outcome: "failed",
    replies: [{ text: "<b>", buttons: [{ title: "a", more: { deep: [1] } }], custom: [1] }],
    ms: 3,
    confidence: null,
    intent: null,
    error: { code: "answer_timeout", detail: "no answer" },
    rendered: [
      { channel: "whatsapp", payloads: [{ a: 1 }, null], notes: [{ code: "cut", detail: "x" }] },
    ],
  });
});

test.each([
  { path: "nobody", body: { text: "oi" }, want: [404, "request_not_found"] },
  {
    path: "templates",
    body: { text: "oi", as_channel: "nobody" },
    want: [404, "request_not_found"],
  },
  { path: "templates", body: {}, want: [422, "request_invalid"] },
  { path: "templates", body: { text: "" }, want: [422, "request_invalid"] },
  { path: "templates", body: { text: "x".repeat(4_097) }, want: [422, "request_invalid"] },
  {
    path: "templates",
    body: { text: "oi", language: "x".repeat(36) },
    want: [422, "request_invalid"],
  },
  { path: "templates", body: { text: "oi", extra: 1 }, want: [422, "request_invalid"] },
])("trying $path with $body is refused", async ({ path, body, want }) => {
  const answer = await createApiUnderTest(db).post(`/backends/${path}/try`, body);
  expect([answer.status, answer.body.code]).toEqual(want);
});

test("a key of a tenant's own tries no backend, whatever it may do", async () => {
  const { key } = await makeKey(db, { tenant: "default" });
  const api = createApiUnderTest(db);
  const { status } = await api.call("post", "/backends/templates/try", { text: "oi" }, key);
  expect(status).toBe(403);
});
