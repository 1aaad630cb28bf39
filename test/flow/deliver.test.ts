import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { createMemoryCache } from "../../src/cache/memory.ts";
import type { Channel } from "../../src/channels/channel.ts";
import type { Database } from "../../src/db/driver.ts";
import type { Claimed, OutboxRow } from "../../src/db/mailbox.ts";
import { markSending, recordOutcomes } from "../../src/db/outbox.ts";
import { commitTurns } from "../../src/db/turns.ts";
import { BridgeError } from "../../src/errors.ts";
import { createDeliver, createReserve } from "../../src/flow/deliver.ts";
import type { DeliverDependencies } from "../../src/flow/delivery.ts";
import { createLanes } from "../../src/flow/lane.ts";
import { createPace } from "../../src/flow/pace.ts";
import type { SendFailure } from "../../src/send-failure.ts";
import { HttpFailure } from "../../src/transport.ts";
import { arrive, CHANNEL, claimOne, outgoing, textMessage, turnOf } from "../db/scene.ts";
import { emptyDatabase } from "../db/empty.ts";
import {
  callTools,
  defaultSettings,
  openDatabase,
  outboxRow,
  plainChannel,
  recordingObserver,
  scriptedHttp,
} from "./scene.ts";

const NOW = new Date("2026-11-21T10:00:00.000Z");
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const done = { kind: "done" };

let db: Database;
beforeAll(async () => {
  db = await openDatabase();
});
afterAll(() => db.close());
beforeEach(() => emptyDatabase(db));

/** A claimed conversation that has just been answered with `texts`, and its outbox. */
async function answered(texts: readonly string[], phone = "5561991112222") {
  await arrive(db, [textMessage(`wamid.${phone}`, "oi", phone)]);
  const conversation = await claimOne(db);
  const replies = texts.map(outgoing);
  await commitTurns(db, [turnOf(conversation, replies)]);
  return { conversation, rows: replies.map((reply) => outboxRow(reply)) };
}

interface Setup {
  readonly script?: readonly unknown[];
  readonly channel?: Partial<Channel>;
  readonly settings?: Partial<DeliverDependencies["settings"]>;
  readonly conversation?: Partial<DeliverDependencies["conversation"]>;
  readonly deps?: Partial<DeliverDependencies>;
}

/** The step with a scripted provider and the real statements. */
function setUp({
  script = [],
  channel = {},
  settings = {},
  conversation = {},
  deps = {},
}: Setup = {}) {
  const { http, bodies } = scriptedHttp(script);
  const observer = recordingObserver();
  const joins: string[] = [];
  const fallbacks: string[] = [];
  const deliver = createDeliver(
    {
      db,
      settings: { ...defaultSettings().delivery, ...settings },
      conversation: { ...defaultSettings().conversation, ...conversation },
      pace: createPace(createMemoryCache()),
      observer,
      tools: { ...callTools(http), now: () => NOW, timeoutMs: 1_000 },
      markSending: async (claim) => (await markSending(db, [claim]))[0] === true,
      record: async (outcome) => (await recordOutcomes(db, [outcome]))[0] === true,
      joinParked: async () => {
        joins.push("joined");
      },
      lanes: createLanes(createMemoryCache()),
      fallBack: async (messageId) => {
        fallbacks.push(messageId);
      },
      ...deps,
    },
    new Map([[CHANNEL, { channel: plainChannel(channel) }]]),
  );
  return { deliver, observer, joins, fallbacks, sent: () => bodies.map((body) => textOf(body)) };
}

function textOf(body: string): string {
  return /"body":"([^"]*)"/.exec(body)?.[1] ?? "";
}

const stored = () =>
  db.query(
    `select text, status, attempts, external_id as "externalId", error ->> 'reason' as reason
     from messages where direction = 'out' order by seq`,
  );

const refusal = (failure: SendFailure) =>
  new BridgeError("channel_refused", "no", {
    failure,
    provider: { code: "131000", title: "Something went wrong" },
  });

/** Puts a row into the state it has in the database as well. */
async function inState(row: OutboxRow | undefined, changes: Partial<OutboxRow>) {
  if (row === undefined) throw new Error("there is no such row");
  const changed = { ...row, ...changes };
  await db.query("update messages set status = $2::text, attempts = $3::int where id::text = $1", [
    changed.id,
    changed.status,
    changed.attempts,
  ]);
  return changed;
}

describe("order", () => {
  test("what waits is sent one after the other, each recorded with its try", async () => {
    const { conversation, rows } = await answered(["um", "dois"]);
    const { deliver, sent, observer } = setUp();
    expect(await deliver(conversation, rows)).toEqual(done);
    expect(sent()).toEqual(["um", "dois"]);
    const row = { status: "sent", attempts: 1, reason: null };
    expect(await stored()).toEqual([
      { ...row, text: "um", externalId: "wamid.1" },
      { ...row, text: "dois", externalId: "wamid.2" },
    ]);
    expect(observer.lines).toEqual(["send sent", "send sent"]);
    const tries = await db.query(
      "select attempt, outcome, started_at from send_attempts order by external_id",
    );
    expect(tries).toEqual([
      { attempt: 1, outcome: "sent", started_at: NOW },
      { attempt: 1, outcome: "sent", started_at: NOW },
    ]);
  });

  test.each([
    {
      label: "has to be tried again",
      script: [refusal({ class: "retry", waitMs: 7_000 })],
      want: { kind: "retry", delayMs: 7_000 },
      status: "queued",
    },
    {
      label: "may have arrived",
      script: [new HttpFailure("timeout", "unknown")],
      want: { kind: "wait", delayMs: 60_000 },
      status: "uncertain",
    },
  ])("nothing overtakes a message that $label", async ({ script, want, status }) => {
    const { conversation, rows } = await answered(["um", "dois"]);
    const { deliver, sent } = setUp({ script });
    expect(await deliver(conversation, rows)).toEqual(want);
    expect(sent()).toEqual(["um"]);
    expect(await stored()).toMatchObject([
      { text: "um", status, attempts: 1 },
      { text: "dois", status: "queued", attempts: 0 },
    ]);
  });

  test.each(["drop", "fix"] as const)(
    "a message refused for good (%s) lets the next one pass",
    async (failureClass) => {
      const { conversation, rows } = await answered(["um", "dois"]);
      const { deliver, sent, observer } = setUp({ script: [refusal({ class: failureClass })] });
      expect(await deliver(conversation, rows)).toEqual(done);
      expect(sent()).toEqual(["um", "dois"]);
      expect(await stored()).toMatchObject([
        { text: "um", status: "failed", reason: "channel_refused" },
        { text: "dois", status: "sent" },
      ]);
      expect(observer.lines).toEqual([
        `sendFailed ${failureClass} 131000`,
        "send failed",
        "dead channel_refused",
        "send sent",
      ]);
    },
  );

  test("a conversation of a channel that is not served waits", async () => {
    const { conversation, rows } = await answered(["um"]);
    const { deliver, sent } = setUp();
    const elsewhere = { ...conversation, channel: "gone" };
    expect(await deliver(elsewhere, rows)).toEqual({ kind: "retry", delayMs: 60_000 });
    expect(sent()).toEqual([]);
  });
});

describe("the window and the age", () => {
  const windowMs = DAY_MS;
  const closed = { windowClosed: true, quietMs: HOUR_MS };
  const late = { windowClosed: false, quietMs: DAY_MS + 1 };
  const api = { origin: "api" };
  test.each([
    { label: "a closed one", row: api, standing: closed, isSent: false },
    { label: "one that has passed", row: api, standing: late, isSent: false },
    {
      label: "one that never opened",
      row: api,
      standing: { windowClosed: false, quietMs: null },
      isSent: false,
    },
    {
      label: "an open one, to the last millisecond",
      row: api,
      standing: { windowClosed: false, quietMs: DAY_MS },
      isSent: true,
    },
    { label: "a reply, however late", row: {}, standing: { ...closed, ...late }, isSent: true },
    {
      label: "a message that needs no window",
      row: { ...api, needsWindow: false },
      standing: closed,
      isSent: true,
    },
  ])("the window decides about $label: $isSent", async ({ row, standing, isSent }) => {
    const { conversation, rows } = await answered(["um", "dois"]);
    const { deliver, sent } = setUp({ channel: { windowMs } });
    const [first, ...others] = rows.map((fresh) => ({ ...fresh, ...row }));
    const free = others.map((other) => ({ ...other, needsWindow: false }));
    const given = first === undefined ? [] : [first, ...free];
    expect(await deliver({ ...conversation, ...standing }, given)).toEqual(done);
    expect(sent()).toEqual(isSent ? ["um", "dois"] : ["dois"]);
    expect((await stored())[0]).toMatchObject(
      isSent ? { status: "sent" } : { status: "failed", reason: "channel_window_closed" },
    );
  });

  test("a channel without a window has none to close", async () => {
    const { conversation, rows } = await answered(["um"]);
    const { deliver, sent } = setUp();
    const given = rows.map((row) => ({ ...row, ...api }));
    await deliver({ ...conversation, ...closed, quietMs: null }, given);
    expect(sent()).toEqual(["um"]);
  });

  test.each([
    { label: "at the limit is sent", ageMs: DAY_MS, want: { status: "sent", reason: null } },
    {
      label: "past the limit is not",
      ageMs: DAY_MS + 1,
      want: { status: "failed", reason: "channel_unavailable" },
    },
  ])("a message whose age is $label", async ({ ageMs, want }) => {
    const { conversation, rows } = await answered(["um", "dois"]);
    const { deliver, sent } = setUp();
    const [first, second] = rows;
    if (first === undefined || second === undefined) throw new Error("two rows were asked for");
    expect(await deliver(conversation, [{ ...first, ageMs }, second])).toEqual(done);
    expect((await stored())[0]).toMatchObject(want);
    expect(sent().at(-1)).toBe("dois");
  });
});

describe("a send of unknown outcome", () => {
  test.each([
    { label: "waits for the provider's word", reconciliation: "echo" as const, delayMs: 60_000 },
    {
      label: "waits for nothing where there is no word",
      reconciliation: "none" as const,
      delayMs: 0,
    },
  ])("one whose worker died $label", async ({ reconciliation, delayMs }) => {
    const { conversation, rows } = await answered(["um"]);
    const { deliver, sent, observer } = setUp({ channel: { reconciliation } });
    const row = await inState(rows[0], { status: "sending", attempts: 1 });
    expect(await deliver(conversation, [row])).toEqual({ kind: "wait", delayMs });
    expect(sent()).toEqual([]);
    expect(await stored()).toMatchObject([{ status: "uncertain", attempts: 1 }]);
    expect(observer.lines).toEqual(["send uncertain"]);
  });

  const uncertain = { status: "uncertain", attempts: 1 } as const;
  test.each([
    {
      label: "still waits",
      row: { ...uncertain, uncertainMs: 20_000 },
      want: { kind: "wait", delayMs: 40_000 },
      state: { status: "uncertain", attempts: 1 },
    },
    {
      label: "is sent again after its time",
      row: { ...uncertain, uncertainMs: 60_000 },
      want: done,
      state: { status: "sent", attempts: 2 },
    },
    {
      label: "is sent again at once where the provider says no ids",
      row: { ...uncertain, uncertainMs: 0 },
      channel: { reconciliation: "none" as const },
      want: done,
      state: { status: "sent", attempts: 2 },
    },
    {
      label: "is left to a person where the policy says so",
      row: { ...uncertain, uncertainMs: 60_000 },
      settings: { uncertainPolicy: "fail" as const },
      want: done,
      state: { status: "failed", attempts: 1, reason: "channel_uncertain" },
    },
    {
      label: "waits under that policy as well",
      row: { ...uncertain, uncertainMs: 59_999 },
      settings: { uncertainPolicy: "fail" as const },
      want: { kind: "wait", delayMs: 1 },
      state: { status: "uncertain", attempts: 1 },
    },
    {
      label: "is not sent more often than any other message",
      row: { ...uncertain, attempts: 5, uncertainMs: 60_000 },
      want: done,
      state: { status: "failed", attempts: 5, reason: "channel_uncertain" },
    },
  ])("$label", async ({ row, channel = {}, settings = {}, want, state }) => {
    const { conversation, rows } = await answered(["um"]);
    const { deliver, sent } = setUp({ channel, settings });
    const given = await inState(rows[0], row);
    expect(await deliver(conversation, [given])).toEqual(want);
    expect(sent()).toHaveLength(state.attempts - row.attempts);
    expect(await stored()).toMatchObject([state]);
  });
});

describe("a channel that cannot be asked what became of a send", () => {
  const lost = () => new HttpFailure("timeout", "unknown");
  const failing = { uncertainPolicy: "fail" as const };

  test.each(["repeat", "none"] as const)(
    "waits no longer than before any other try (%s)",
    async (reconciliation) => {
      const { conversation, rows } = await answered(["um", "dois"]);
      const { deliver, sent } = setUp({ script: [lost()], channel: { reconciliation } });
      const { kind, ...rest } = await deliver(conversation, rows);
      expect(kind).toBe("retry");
      expect("delayMs" in rest && rest.delayMs).toBeLessThanOrEqual(1_500);
      expect(sent()).toEqual(["um"]);
      expect(await stored()).toMatchObject([{ status: "uncertain" }, { status: "queued" }]);
    },
  );

  test.each([
    { reconciliation: "repeat", state: { status: "sent", attempts: 2 } },
    { reconciliation: "none", state: { status: "failed", reason: "channel_uncertain" } },
    { reconciliation: "echo", state: { status: "failed", reason: "channel_uncertain" } },
  ] as const)(
    "a policy against resending is for those who would send twice ($reconciliation)",
    async ({ reconciliation, state }) => {
      const { conversation, rows } = await answered(["um"]);
      const { deliver } = setUp({ channel: { reconciliation }, settings: failing });
      const uncertain = { status: "uncertain", attempts: 1, uncertainMs: 60_000 } as const;
      expect(await deliver(conversation, [await inState(rows[0], uncertain)])).toEqual(done);
      expect(await stored()).toMatchObject([state]);
    },
  );
});

describe("a form of message that the provider does not know", () => {
  const unknown = () => refusal({ class: "fix", degrade: true });
  const note = { code: "choices_to_text", detail: "planted" };
  const degrade = (payload: unknown) =>
    JSON.stringify(payload).includes("plain")
      ? undefined
      : { payload: { text: { body: "plain" } }, note };

  test("goes out in a plainer one at once, which costs it no try", async () => {
    const { conversation, rows } = await answered(["um", "dois"]);
    const { deliver, sent, fallbacks } = setUp({ script: [unknown()], channel: { degrade } });
    expect(await deliver(conversation, rows)).toEqual(done);
    expect(sent()).toEqual(["um", "plain", "dois"]);
    expect(await stored()).toMatchObject([
      { status: "sent", attempts: 1 },
      { status: "sent", attempts: 1 },
    ]);
    expect(fallbacks).toEqual([]);
    const kept = "select notes, payload from messages where direction = 'out' order by seq limit 1";
    expect(await db.query(kept)).toEqual([{ notes: [note], payload: { text: { body: "plain" } } }]);
  });

  test("is refused for good where the plainer one is refused as well", async () => {
    const { conversation, rows } = await answered(["um"]);
    const { deliver, sent } = setUp({ script: [unknown(), unknown()], channel: { degrade } });
    expect(await deliver(conversation, rows)).toEqual(done);
    expect(sent()).toEqual(["um", "plain"]);
    expect(await stored()).toMatchObject([{ status: "failed", reason: "channel_refused" }]);
  });

  test("is refused for good where there is no plainer one", async () => {
    const { conversation, rows } = await answered(["um"]);
    const { deliver, sent } = setUp({ script: [unknown()] });
    expect(await deliver(conversation, rows)).toEqual(done);
    expect(sent()).toEqual(["um"]);
    expect(await stored()).toMatchObject([{ status: "failed" }]);
  });
});

test.each([
  { kind: "drop", again: false },
  { kind: "fix", again: false },
  { kind: "retry", again: true },
] as const)("another channel is looked for only after the end ($kind)", async ({ kind, again }) => {
  const { conversation, rows } = await answered(["um"]);
  const { deliver, fallbacks } = setUp({ script: [refusal({ class: kind })] });
  await deliver(conversation, rows);
  expect(fallbacks).toEqual(again ? [] : [rows[0]?.id]);
});

describe("a lane", () => {
  const lane = { gapMs: [5_000, 5_000] as const };
  const limits = { accountPerSecond: 1_000, pair: { burst: 45, refillMs: 1 }, lane };

  test("leaves a pause between the messages of an account", async () => {
    const { conversation, rows } = await answered(["um", "dois"]);
    const { deliver, sent } = setUp({ channel: { limits } });
    const delivery = await deliver(conversation, rows);
    expect(delivery.kind).toBe("retry");
    expect(sent()).toEqual(["um"]);
  });

  test.each([
    { origin: "reply", want: ["um"] },
    { origin: "push", want: [] },
  ])("keeps its hours for what nobody asked for ($origin)", async ({ origin, want }) => {
    const { conversation, rows } = await answered(["um"]);
    const hour = new Date().getUTCHours();
    const closed = { from: (hour + 2) % 24, to: (hour + 3) % 24, timeZone: "UTC" };
    const { deliver, sent } = setUp({
      channel: { limits: { ...limits, lane: { ...lane, hours: closed } } },
    });
    await deliver(
      conversation,
      rows.map((row) => ({ ...row, origin })),
    );
    expect(sent()).toEqual(want);
  });
});

describe("a lane beside other limits", () => {
  const lane = { gapMs: [5_000, 5_000] as const, perDay: 1 };
  const limits = { accountPerSecond: 1_000, pair: { burst: 45, refillMs: 1 }, lane };
  const pushed = async () => {
    const { conversation, rows } = await answered(["um", "dois"]);
    return { conversation, rows: rows.map((row) => ({ ...row, origin: "push" })) };
  };
  const paceOf = (waits: readonly number[]) => {
    const left = [...waits];
    const nothing = () => undefined;
    return { wait: async () => left.shift() ?? 0, pause: nothing, resume: nothing };
  };

  test("keeps the place of a message that they make wait", async () => {
    const { conversation, rows } = await pushed();
    const { deliver, sent } = setUp({ channel: { limits }, deps: { pace: paceOf([20, 10]) } });
    expect(await deliver(conversation, rows.slice(0, 1))).toEqual(done);
    expect(sent()).toEqual(["um"]);
  });

  test("does not count what they send back", async () => {
    const { conversation, rows } = await pushed();
    const lanes = createLanes(createMemoryCache());
    const deps = { lanes, pace: paceOf([60_000]) };
    const { deliver, sent } = setUp({ channel: { limits }, deps });
    expect(await deliver(conversation, rows.slice(0, 1))).toMatchObject({ delayMs: 60_000 });
    expect(sent()).toEqual([]);
    // The gap is still to be kept, but the day has room.
    const again = await deliver(conversation, rows.slice(0, 1));
    expect(again.kind === "retry" && again.delayMs <= 5_000).toBe(true);
  });
});

describe("the fence", () => {
  test("a conversation that was lost is left to its new holder", async () => {
    const { conversation, rows } = await answered(["um", "dois"]);
    const { deliver, sent } = setUp();
    const zombie: Claimed = { ...conversation, lease: "0" };
    expect(await deliver(zombie, rows)).toEqual({ kind: "lost" });
    expect(sent()).toEqual([]);
    expect(await stored()).toMatchObject([{ status: "queued" }, { status: "queued" }]);
  });

  test("a message that was settled meanwhile is not sent again, and the next one follows", async () => {
    const { conversation, rows } = await answered(["um", "dois"]);
    await db.query("update messages set status = 'delivered' where text = 'um'");
    const { deliver, sent } = setUp();
    expect(await deliver(conversation, rows)).toEqual(done);
    expect(sent()).toEqual(["dois"]);
  });
});

describe("refusals", () => {
  test.each([
    {
      label: "a passing failure below the limit is tried again",
      attempts: 3,
      failure: { class: "retry" },
      status: "queued",
    },
    {
      label: "one at the limit is final",
      attempts: 4,
      failure: { class: "retry" },
      status: "failed",
    },
    {
      label: "an error of its own limit is final at that",
      attempts: 1,
      failure: { class: "retry", maxAttempts: 2 },
      status: "failed",
    },
    {
      label: "an error's limit does not raise the configured one",
      attempts: 4,
      failure: { class: "retry", maxAttempts: 50 },
      status: "failed",
    },
    {
      label: "a throttle has no limit",
      attempts: 99,
      failure: { class: "throttle", maxAttempts: 1 },
      status: "queued",
    },
    {
      label: "trouble of the account has no limit",
      attempts: 99,
      failure: { class: "alert" },
      status: "queued",
    },
  ] as const)("$label", async ({ attempts, failure, status }) => {
    const { conversation, rows } = await answered(["um"]);
    const { deliver } = setUp({ script: [refusal({ waitMs: 9_000, ...failure })] });
    const row = await inState(rows[0], { attempts });
    const want = status === "queued" ? { kind: "retry", delayMs: 9_000 } : done;
    expect(await deliver(conversation, [row])).toEqual(want);
    expect(await stored()).toMatchObject([{ status, reason: "channel_refused" }]);
  });

  test.each([
    { failureClass: "retry", attempts: 0, from: 750, to: 1_000 },
    { failureClass: "retry", attempts: 2, from: 3_000, to: 4_000 },
    { failureClass: "throttle", attempts: 9, from: 45_000, to: 60_000 },
    { failureClass: "alert", attempts: 0, from: 45_000, to: 60_000 },
    { failureClass: "alert", attempts: 1, from: 90_000, to: 120_000 },
  ] as const)(
    "without advice, a $failureClass after $attempts tries waits $from to $to ms",
    async ({ failureClass, attempts, from, to }) => {
      const { conversation, rows } = await answered(["um"]);
      const { deliver } = setUp({ script: [refusal({ class: failureClass })] });
      const delivery = await deliver(conversation, [await inState(rows[0], { attempts })]);
      const delayMs = "delayMs" in delivery ? delivery.delayMs : -1;
      expect(delayMs).toBeGreaterThanOrEqual(from);
      expect(delayMs).toBeLessThanOrEqual(to);
    },
  );

  test.each([
    { label: "trouble of the account", failure: { class: "alert" }, others: ["um"] },
    {
      label: "a throttle of the account",
      failure: { class: "throttle", scope: "account" },
      others: ["um"],
    },
    {
      label: "a throttle of the pair",
      failure: { class: "throttle", scope: "pair" },
      others: ["um", "dois"],
    },
    { label: "a passing failure", failure: { class: "retry" }, others: ["um", "dois"] },
  ] as const)("who else has to wait: $label", async ({ failure, others }) => {
    const first = await answered(["um"]);
    const second = await answered(["dois"], "5561992223333");
    const { deliver, sent } = setUp({ script: [refusal({ waitMs: 5_000, ...failure })] });
    await deliver(first.conversation, first.rows);
    const delivery = await deliver(second.conversation, second.rows);
    expect(sent()).toEqual(others);
    expect(delivery.kind).toBe(others.length === 1 ? "retry" : "done");
    if (delivery.kind === "retry") expect(delivery.delayMs).toBeGreaterThan(4_000);
  });

  test("a closed window and a person who left are remembered", async () => {
    const { conversation, rows } = await answered(["um"]);
    const failure = { class: "drop", windowClosed: true, optOut: "marketing" } as const;
    await setUp({ script: [refusal(failure)] }).deliver(conversation, rows);
    expect(
      await db.query("select window_closed_at is not null as closed from conversations"),
    ).toEqual([{ closed: true }]);
    expect(await db.query("select contact_id::text, scope, method from opt_outs")).toEqual([
      { contact_id: conversation.contactId, scope: "marketing", method: "provider_error" },
    ]);
  });

  test("a refusal without either leaves both as they are", async () => {
    const { conversation, rows } = await answered(["um"]);
    await setUp({ script: [refusal({ class: "drop" })] }).deliver(conversation, rows);
    expect(
      await db.query("select window_closed_at is not null as closed from conversations"),
    ).toEqual([{ closed: false }]);
    expect(await db.query("select 1 from opt_outs")).toEqual([]);
  });
});

describe("pace", () => {
  const paceOf = (waits: readonly number[]) => {
    const left = [...waits];
    return {
      pace: {
        wait: async () => left.shift() ?? 0,
        pause: () => undefined,
        resume: () => undefined,
      },
    };
  };

  test("a short wait is slept through", async () => {
    const { conversation, rows } = await answered(["um"]);
    const { deliver, observer } = setUp({ deps: paceOf([40, 10, 0]) });
    const started = Date.now();
    expect(await deliver(conversation, rows)).toEqual(done);
    expect(Date.now() - started).toBeGreaterThanOrEqual(45);
    expect(observer.lines).toEqual(["wait 40", "wait 10", "send sent"]);
  });

  test("a long one gives the conversation back, and is no try", async () => {
    const { conversation, rows } = await answered(["um"]);
    const { deliver, sent } = setUp({ deps: paceOf([1_501]) });
    expect(await deliver(conversation, rows)).toEqual({ kind: "retry", delayMs: 1_501 });
    expect(sent()).toEqual([]);
    expect(await stored()).toMatchObject([{ status: "queued", attempts: 0 }]);
  });

  test("says which messages are bulk", async () => {
    const { conversation, rows } = await answered(["um", "dois"]);
    const told: unknown[] = [];
    const pace = {
      ...paceOf([]).pace,
      wait: async (_pair: unknown, _limits: unknown, isBulk?: boolean) => {
        told.push(isBulk);
        return 0;
      },
    };
    const { deliver } = setUp({ deps: { pace } });
    await deliver(conversation, rows.slice(0, 1));
    await deliver({ ...conversation, bulk: true }, rows.slice(1));
    expect(told).toEqual([false, true]);
  });

  test("the channel's own limits count", async () => {
    const { conversation, rows } = await answered(["um", "dois"]);
    const limits = { accountPerSecond: 80, pair: { burst: 1, refillMs: 6_000 } };
    const { deliver, sent } = setUp({ channel: { limits } });
    expect((await deliver(conversation, rows)).kind).toBe("retry");
    expect(sent()).toEqual(["um"]);
  });
});

describe("what the provider's answer tells", () => {
  const identities = (...values: string[]) => values.map((value) => ({ kind: "phone", value }));
  const names = async () =>
    (await db.query("select value from contact_identities order by value")).map(
      ({ value }) => value,
    );

  test("another number of the person is the same contact from now on", async () => {
    const { conversation, rows } = await answered(["um"]);
    const script = [{ externalId: "wamid.1", identities: identities("351912345678") }];
    await setUp({ script }).deliver(conversation, rows);
    expect(await names()).toEqual(["351912345678", "5561991112222"]);
    expect(await db.query("select id::text from contacts")).toEqual([
      { id: conversation.contactId },
    ]);
  });

  test("the number we used teaches nothing", async () => {
    const { conversation, rows } = await answered(["um"]);
    const script = [{ externalId: "wamid.1", identities: identities("5561991112222") }];
    const closed: Database = { ...db, query: () => Promise.reject(new Error("not needed")) };
    const { deliver } = setUp({ script, deps: { db: closed } });
    expect(await deliver(conversation, rows)).toEqual(done);
  });

  test.each([
    { isParked: true, want: ["joined"] },
    { isParked: false, want: [] },
  ])("statuses that came too early are joined: $isParked", async ({ isParked, want }) => {
    const { conversation, rows } = await answered(["um"]);
    const { deliver, joins } = setUp();
    if (isParked)
      await db.query(
        `insert into parked_statuses (channel, account, external_id, status, update)
         values ($1::text, '1', 'wamid.1', 'read', '{}')`,
        [CHANNEL],
      );
    await deliver(conversation, rows);
    expect(joins).toEqual(want);
  });
});

describe("an answer of several messages, typed by a person", () => {
  const conversation = { typingMsPerChar: 1_000, typingMaxMs: 2_000 };
  /** The outbox as the database gives it once the conversation is claimed again. */
  const claimAgain = async () => {
    await db.script("update conversations set lease_until = null, due = now()");
    return claimOne(db);
  };

  test("gives the conversation back between them, and keeps the rest in order", async () => {
    await answered(["um", "dois", "três"]);
    const { deliver, sent } = setUp({ conversation });
    for (const want of [["um"], ["um", "dois"], ["um", "dois", "três"]]) {
      const again = await claimAgain();
      const end = await deliver(again, again.outbox);
      expect(sent()).toEqual(want);
      expect(end).toEqual(want.length === 3 ? done : { kind: "retry", delayMs: 2_000 });
      await db.script("update messages set sent_at = sent_at - interval '5 seconds'");
    }
  });

  test("waits only for the rest after a crash", async () => {
    await answered(["um", "dois"]);
    const { deliver, sent } = setUp({ conversation });
    const first = await claimAgain();
    await deliver(first, first.outbox);
    const again = await claimAgain();
    const end = await deliver(again, again.outbox);
    expect(end).toMatchObject({ kind: "retry" });
    expect(end.kind === "retry" && end.delayMs < 2_000).toBe(true);
    expect(sent()).toEqual(["um"]);
  });

  test("sleeps through a short pause", async () => {
    await answered(["um", "dois"]);
    const { deliver, sent } = setUp({ conversation: { ...conversation, typingMaxMs: 20 } });
    const again = await claimAgain();
    expect(await deliver(again, again.outbox)).toEqual(done);
    expect(sent()).toEqual(["um", "dois"]);
  });

  test("is sent without pauses where nothing is set", async () => {
    await answered(["um", "dois"]);
    const { deliver, sent } = setUp();
    const again = await claimAgain();
    expect(await deliver(again, again.outbox)).toEqual(done);
    expect(sent()).toEqual(["um", "dois"]);
  });
});

describe("a reply that its turn wrote as being sent", () => {
  const markSendingNever = () => Promise.reject(new Error("it was marked by its turn"));

  /** As the turn's statement leaves it. */
  async function marked(texts: readonly string[]) {
    await arrive(db, [textMessage("wamid.marked", "oi")]);
    const conversation = await claimOne(db);
    const [first, ...others] = texts.map(outgoing);
    if (first === undefined) throw new Error("no text was given");
    const sending = { ...first, status: "sending" } as const;
    await commitTurns(db, [turnOf(conversation, [sending, ...others])]);
    return { conversation, row: { ...outboxRow(first), isMarked: true } };
  }

  test("goes at once and is recorded", async () => {
    const { conversation, row } = await marked(["um"]);
    const { deliver, sent } = setUp({ deps: { markSending: markSendingNever } });
    expect(await deliver(conversation, [row])).toEqual(done);
    expect(sent()).toEqual(["um"]);
    expect(await stored()).toMatchObject([{ status: "sent", attempts: 1, externalId: "wamid.1" }]);
  });

  test("is marked by itself when it goes again in a plainer form", async () => {
    const { conversation, row } = await marked(["um"]);
    const { deliver, sent } = setUp({
      script: [refusal({ class: "fix", degrade: true })],
      channel: {
        degrade: () => ({
          payload: { text: { body: "plain" } },
          note: { code: "choices_to_text", detail: "planted" },
        }),
      },
    });
    expect(await deliver(conversation, [row])).toEqual(done);
    expect(sent()).toEqual(["um", "plain"]);
    expect(await stored()).toMatchObject([{ status: "sent", attempts: 1 }]);
  });
});

describe("whether a reply may go at once", () => {
  const limits = { accountPerSecond: 1_000, pair: { burst: 1, refillMs: 60_000 } };
  const typing = { typingMsPerChar: 10, typingMinMs: 500, typingMaxMs: 900 };
  const LANE = { gapMs: [1, 2] as const };

  async function reserving({
    channel = {},
    conversation: settings = {},
    pace = createPace(createMemoryCache()),
  }: Pick<Setup, "channel" | "conversation"> & {
    readonly pace?: DeliverDependencies["pace"];
  } = {}) {
    const { conversation, rows } = await answered(["um", "dois"]);
    const observer = recordingObserver();
    const reserve = createReserve(
      { pace, conversation: { ...defaultSettings().conversation, ...settings }, observer },
      new Map([[CHANNEL, { channel: plainChannel(channel) }]]),
    );
    const [first] = rows;
    if (first === undefined) throw new Error("a row was asked for");
    return {
      reserve: (changes: Partial<OutboxRow> = {}) =>
        reserve(conversation, { ...first, ...changes }),
      observer,
    };
  }

  test("it may while the pace has a place, which it takes", async () => {
    const { reserve } = await reserving({ channel: { limits } });
    expect(await reserve()).toBe(true);
    expect(await reserve()).toBe(false);
  });

  test.each<{ label: string; setup?: Parameters<typeof reserving>[0]; row?: Partial<OutboxRow> }>([
    { label: "is a push, whose window may be closed", row: { origin: "push" } },
    {
      label: "follows another after a typist's pause",
      setup: { conversation: typing },
      row: { sinceMs: 0 },
    },
    { label: "goes through a lane", setup: { channel: { limits: { ...limits, lane: LANE } } } },
    { label: "was tried before", row: { status: "uncertain" } },
  ])("it may not where it $label, and takes no place", async ({ setup = {}, row = {} }) => {
    const asked: string[] = [];
    const pace = {
      ...createPace(createMemoryCache()),
      wait: async () => asked.push("asked") && 0,
    };
    const { reserve } = await reserving({ ...setup, pace });
    expect(await reserve(row)).toBe(false);
    expect(asked).toEqual([]);
  });

  test("it waits for its turn where the pace cannot be asked: what the bot said is written first", async () => {
    const wait = () => Promise.reject(new BridgeError("store_unavailable", "away"));
    const pace = { ...createPace(createMemoryCache()), wait };
    const { reserve, observer } = await reserving({ pace });
    expect(await reserve()).toBe(false);
    expect(observer.lines).toEqual(["problem the pace could not be asked"]);
  });
});
