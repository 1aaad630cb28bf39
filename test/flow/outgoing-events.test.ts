import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { webhookSettings } from "../../src/config/webhook-settings.ts";
import type { Database } from "../../src/db/driver.ts";
import { insertEvents, saveSubscriptions } from "../../src/db/outgoing-events.ts";
import {
  createEventDelivery,
  type EventDeliveryDependencies,
} from "../../src/flow/outgoing-events.ts";
import { createHttp } from "../../src/http/client.ts";
import { listQuickest } from "../database.ts";
import { type EventReceiver, startEventReceiver } from "../standins/event-receiver.ts";
import { recordingObserver } from "./scene.ts";
import { until } from "../until.ts";
import { emptyDatabase } from "../db/empty.ts";

const SECRET = `whsec_${randomBytes(32).toString("base64")}`;

const httpDate = (ms: number): string => new Date(Date.now() + ms).toUTCString();

const INSERT = insertEvents("'conversation.paused'", "jsonb_build_object('n', g.n)", "g");

const states = z.array(
  z.object({
    id: z.string(),
    attempts: z.number(),
    state: z.string(),
    error: z.string().nullable(),
    waits: z.number(),
  }),
);

describe.each(await listQuickest())("events on their way on $label", ({ open }) => {
  let db: Database;
  let receiver: EventReceiver;
  const client = createHttp();
  beforeAll(async () => {
    db = await open();
  });
  afterAll(async () => {
    client.close();
    await db.close();
  });
  beforeEach(async () => {
    await emptyDatabase(db);
    receiver = await startEventReceiver(SECRET);
  });
  afterEach(() => receiver.close());

  function delivery(overrides: Partial<EventDeliveryDependencies> = {}, timeoutMs = 20_000) {
    const observer = recordingObserver();
    const settings = { url: receiver.url, secret: SECRET, timeout_ms: timeoutMs };
    const { endpoints } = webhookSettings.parse({ endpoints: { desk: settings } });
    const deps = {
      db,
      http: client.http,
      endpoints,
      allowInsecure: false,
      observer,
      now: () => new Date(),
      ...overrides,
    };
    return { ...createEventDelivery(deps), observer };
  }

  const happen = (count = 1) =>
    db.query(`with g as (select generate_series(1, $1::int) as n), told as (${INSERT}) select 1`, [
      count,
    ]);

  const makeDue = () => db.query("update outgoing_events set due = now()");

  async function stored() {
    return states.parse(
      await db.query(
        `select id::text, attempts, last_error as error,
           case when done_at is not null then 'done' when dead_at is not null then 'dead' else 'due' end as state,
           round(extract(epoch from due - now()))::int as waits
         from outgoing_events order by created_at, ctid`,
      ),
    );
  }

  test("an event that nobody wants is not written", async () => {
    await saveSubscriptions(db, [{ endpoint: "desk", types: ["session.started"] }]);
    await happen();
    expect(await stored()).toEqual([]);
  });

  test("a receiver that was taken out of the settings gets nothing more", async () => {
    await saveSubscriptions(db, [{ endpoint: "old", types: ["conversation.paused"] }]);
    await saveSubscriptions(db, [{ endpoint: "desk", types: ["conversation.paused"] }]);
    await happen();
    expect(await db.query("select endpoint from outgoing_events")).toEqual([{ endpoint: "desk" }]);
  });

  test("an event arrives signed, with its type, time and data, and once", async () => {
    const { subscribe, run } = delivery();
    await subscribe();
    await happen();
    await run();
    await run();
    expect(receiver.complaints).toEqual([]);
    expect(receiver.calls).toHaveLength(1);
    expect(receiver.events).toEqual([
      {
        id: expect.any(String),
        type: "conversation.paused",
        timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
        data: { n: 1 },
      },
    ]);
    expect(await stored()).toMatchObject([{ state: "done", attempts: 1, error: null }]);
  });

  test.each([
    { label: "an answer of 500", fault: { kind: "status", status: 500 }, error: "answered 500" },
    { label: "an answer of 404", fault: { kind: "status", status: 404 }, error: "answered 404" },
    { label: "no answer", fault: { kind: "hang" }, error: "no answer: timeout" },
    { label: "a broken line", fault: { kind: "reset" }, error: "no answer: reset" },
  ] as const)("$label is tried again with the same id", async ({ fault, error }) => {
    const { subscribe, run } = delivery({}, 1_000);
    await subscribe();
    await happen();
    receiver.failNext(fault);
    await run();
    const [waiting] = await stored();
    expect(waiting).toMatchObject({ state: "due", attempts: 1, error });
    expect(waiting?.waits).toBeGreaterThanOrEqual(4);
    expect(waiting?.waits).toBeLessThanOrEqual(5);
    await makeDue();
    await run();
    expect(receiver.calls).toEqual([waiting?.id, waiting?.id]);
    expect(await stored()).toMatchObject([{ state: "done", error: null }]);
  });

  test("a redirect is not followed", async () => {
    const elsewhere = await startEventReceiver(SECRET);
    const { subscribe, run } = delivery();
    await subscribe();
    await happen();
    receiver.failNext({ kind: "status", status: 307, location: elsewhere.url });
    await run();
    expect(elsewhere.calls).toEqual([]);
    expect(await stored()).toMatchObject([{ state: "due", error: "answered 307" }]);
    await elsewhere.close();
  });

  test("each try waits longer than the one before, and after the last the operator is told", async () => {
    const { subscribe, run, observer } = delivery();
    await subscribe();
    await happen();
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 7; attempt += 1) {
      receiver.failNext({ kind: "status", status: 503 });
      await makeDue();
      await run();
      const [event] = await stored();
      if (event?.state === "due") waits.push(Math.round(event.waits / 5) * 5);
    }
    expect(waits).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000]);
    expect(await stored()).toMatchObject([{ state: "dead", attempts: 7, error: "answered 503" }]);
    expect(observer.lines).toEqual(["problem an event was given up"]);
    await makeDue();
    await run();
    expect(receiver.calls).toHaveLength(7);
  });

  test.each([
    { label: "429 with seconds", status: 429, retryAfter: "120", want: 120 },
    {
      label: "503 with a date",
      status: 503,
      retryAfter: httpDate(600_000),
      want: 600,
    },
    {
      label: "429 with a date that is past",
      status: 429,
      retryAfter: httpDate(-60_000),
      want: 1,
    },
    { label: "429 with no time at all", status: 429, retryAfter: "0", want: 1 },
    { label: "429 with days", status: 429, retryAfter: "864000", want: 3_600 },
    { label: "429 with words", status: 429, retryAfter: "later", want: 5 },
    { label: "503 with a negative number", status: 503, retryAfter: "-5", want: 5 },
    {
      label: "500 with seconds, which mean nothing there",
      status: 500,
      retryAfter: "120",
      want: 5,
    },
  ])("$label is tried again in $want s", async ({ status, retryAfter, want }) => {
    const { subscribe, run } = delivery();
    await subscribe();
    await happen();
    receiver.failNext({ kind: "status", status, retryAfter });
    await run();
    const [waiting] = await stored();
    expect(waiting?.waits).toBeLessThanOrEqual(want);
    if (want > 5) expect(waiting?.waits).toBeGreaterThan(want / 2);
  });

  test("a receiver that is gone is told nothing more", async () => {
    const { subscribe, run, observer } = delivery();
    await subscribe();
    await happen(1);
    receiver.failNext({ kind: "status", status: 410 });
    await run();
    await happen(3);
    await makeDue();
    await run();
    expect(receiver.calls).toHaveLength(1);
    expect(await stored()).toMatchObject([{ state: "dead", error: "answered 410" }]);
    expect(observer.lines).toEqual(["problem a receiver of events is gone"]);
  });

  test("several processes deliver every event once", async () => {
    const processes = [delivery(), delivery(), delivery()];
    await processes[0]?.subscribe();
    await happen(60);
    await Promise.all(processes.map(({ run }) => run()));
    expect(receiver.calls).toHaveLength(60);
    expect(new Set(receiver.calls).size).toBe(60);
    expect((await stored()).every(({ state }) => state === "done")).toBe(true);
  });

  test("an event of a process that died is delivered by another once its lease has ended", async () => {
    const { subscribe, run } = delivery();
    await subscribe();
    await happen();
    await db.query(
      "update outgoing_events set attempts = 1, due = now() + interval '300 milliseconds'",
    );
    await run();
    expect(receiver.calls).toEqual([]);
    await makeDue();
    await run();
    expect(await stored()).toMatchObject([{ state: "done", attempts: 2 }]);
  });

  test("what is under way at a stop is given back and does not count as tried", async () => {
    const { subscribe, run, stop } = delivery();
    await subscribe();
    await happen();
    receiver.failNext({ kind: "hang" });
    const running = run();
    await until(() => receiver.calls.length === 1);
    await stop();
    await running;
    expect(await stored()).toMatchObject([{ state: "due", attempts: 0 }]);
  });

  test("a receiver that hangs holds up no other", async () => {
    const slow = await startEventReceiver(SECRET);
    slow.failNext({ kind: "hang" });
    const { endpoints } = webhookSettings.parse({
      endpoints: {
        slow: { url: slow.url, secret: SECRET, timeout_ms: 20_000 },
        desk: { url: receiver.url, secret: SECRET },
      },
    });
    const { subscribe, run, stop } = delivery({ endpoints });
    await subscribe();
    await happen();
    const running = run();
    await until(() => receiver.events.length === 1 && slow.calls.length === 1);
    await happen();
    await until(async () => {
      await run();
      return receiver.events.length === 2;
    });
    await stop();
    await running;
    await slow.close();
  });

  test.each([
    { label: "is refused", allowInsecure: false, error: "no answer: refused" },
    { label: "is called where that is allowed", allowInsecure: true, error: "no answer: reset" },
  ])("a private address $label", async ({ allowInsecure, error }) => {
    const { port } = new URL(receiver.url);
    const url = `http://0.0.0.0:${port}/events`;
    receiver.failNext({ kind: "reset" });
    const settings = { url, secret: SECRET };
    const { endpoints } = webhookSettings.parse({ endpoints: { desk: settings } });
    const { subscribe, run } = delivery({ allowInsecure, endpoints });
    await subscribe();
    await happen();
    await run();
    expect(receiver.calls).toHaveLength(allowInsecure ? 1 : 0);
    expect(await stored()).toMatchObject([{ state: "due", error }]);
  });
});

test.each([
  {
    label: "a secret without its prefix",
    settings: { secret: randomBytes(32).toString("base64") },
  },
  { label: "a secret that can be guessed", settings: { secret: "whsec_c2hvcnQ=" } },
  {
    label: "a secret of 65 bytes",
    settings: { secret: `whsec_${randomBytes(65).toString("base64")}` },
  },
  { label: "an address that is no http", settings: { url: "ftp://desk.example" } },
  { label: "a password in the address", settings: { url: "https://me:word@desk.example" } },
  { label: "an event nobody knows", settings: { events: ["message.lost"] } },
  { label: "no event", settings: { events: [] } },
])("settings refuse $label", ({ settings }) => {
  const right = { url: "https://desk.example/events", secret: SECRET };
  expect(webhookSettings.safeParse({ endpoints: { desk: right } }).success).toBe(true);
  const given = { endpoints: { desk: { ...right, ...settings } } };
  expect(webhookSettings.safeParse(given).success).toBe(false);
});
