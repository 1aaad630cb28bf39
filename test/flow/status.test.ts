import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Database } from "../../src/db/driver.ts";
import { release } from "../../src/db/mailbox.ts";
import { markSending, recordOutcomes } from "../../src/db/outbox.ts";
import { commitTurns } from "../../src/db/turns.ts";
import type { Pair } from "../../src/flow/pace.ts";
import { createStatusFlow } from "../../src/flow/status.ts";
import type { ReportedStatus, StatusUpdate } from "../../src/messages.ts";
import type { SendFailure } from "../../src/send-failure.ts";
import {
  ACCOUNT,
  arrive,
  CHANNEL,
  claimAll,
  claimOne,
  leaseOf,
  outgoing,
  releaseOf,
  textMessage,
  turnOf,
} from "../db/scene.ts";
import { emptyDatabase } from "../db/empty.ts";
import { defaultSettings, openDatabase, recordingObserver } from "./scene.ts";

let db: Database;
beforeAll(async () => {
  db = await openDatabase();
});
afterAll(() => db.close());
beforeEach(() => emptyDatabase(db));

function setUp() {
  const observer = recordingObserver();
  const pauses: { scope: string; ms: number; pair: Pair }[] = [];
  const work: string[] = [];
  const fallbacks: string[] = [];
  const flow = createStatusFlow({
    db,
    delivery: defaultSettings().delivery,
    pace: {
      wait: async () => 0,
      pause: (pair, scope, ms) => pauses.push({ scope, ms, pair }),
      resume: () => undefined,
    },
    observer,
    fallBack: async (messageId, { class: kind }) => {
      fallbacks.push(`${messageId} ${kind}`);
    },
    onWork: () => work.push("woken"),
  });
  return { flow, observer, pauses, work, fallbacks };
}

/** A message that was sent once and released; what became of the send is `outcome`. */
async function sentMessage(outcome: "sent" | "uncertain" = "sent") {
  await arrive(db, [textMessage("wamid.in", "oi")]);
  const conversation = await claimOne(db);
  const reply = outgoing("olá");
  await commitTurns(db, [turnOf(conversation, [reply])]);
  await markSending(db, [{ ...leaseOf(conversation), messageId: reply.id }]);
  const externalId = outcome === "sent" ? "wamid.out" : null;
  await recordOutcomes(db, [
    { messageId: reply.id, outcome, externalId, error: null, startedAt: null },
  ]);
  const end = outcome === "sent" ? "done" : "wait";
  await release(db, [{ ...releaseOf(conversation), kind: end, delayMs: 60_000 }]);
  return { conversation, id: reply.id };
}

const reported = (status: ReportedStatus, extra: Partial<StatusUpdate> = {}) => ({
  channel: CHANNEL,
  update: {
    kind: "status" as const,
    account: ACCOUNT,
    externalId: "wamid.out",
    status,
    at: "2026-11-21T10:00:05.000Z",
    identities: [],
    ...extra,
  },
});
const failed = (failure: SendFailure) =>
  reported("failed", { failure, error: { code: "131000", title: "Something went wrong" } });

const states = () =>
  db.query(
    `select status, external_id as "externalId" from messages where direction = 'out' order by seq`,
  );

describe("a failure that is reported later", () => {
  const again = { status: "queued", externalId: null };
  const final = { status: "failed", externalId: "wamid.out" };
  test.each([
    {
      label: "a passing one is tried again",
      failure: { class: "retry" },
      attempts: 4,
      want: again,
    },
    {
      label: "a throttle is tried again",
      failure: { class: "throttle" },
      attempts: 4,
      want: again,
    },
    {
      label: "one that had its tries is final",
      failure: { class: "retry" },
      attempts: 5,
      want: final,
    },
    {
      label: "one with fewer tries of its own is final",
      failure: { class: "retry", maxAttempts: 2 },
      attempts: 2,
      want: final,
    },
    { label: "a drop is final", failure: { class: "drop" }, attempts: 1, want: final },
    { label: "one to be fixed is final", failure: { class: "fix" }, attempts: 1, want: final },
    {
      label: "trouble of the account is final",
      failure: { class: "alert", scope: "account" },
      attempts: 1,
      want: final,
    },
  ] as const)("$label", async ({ failure, attempts, want }) => {
    const { id } = await sentMessage();
    await db.query("update messages set attempts = $2::int where id::text = $1", [id, attempts]);
    const { flow, work, observer } = setUp();
    await flow.apply([failed({ waitMs: 0, ...failure })]);
    expect(await states()).toEqual([want]);
    expect(work).toEqual(want === again ? ["woken"] : []);
    expect(await claimAll(db)).toHaveLength(want === again ? 1 : 0);
    expect(observer.lines).toEqual([`sendFailed ${failure.class} 131000`]);
  });

  test("the next try waits as long as the provider says", async () => {
    await sentMessage();
    await setUp().flow.apply([failed({ class: "retry", waitMs: 60_000 })]);
    expect(await states()).toEqual([again]);
    expect(await claimAll(db)).toEqual([]);
  });

  test("a failure without advice is recorded and no more", async () => {
    await sentMessage();
    const { flow, work, pauses } = setUp();
    await flow.apply([reported("failed")]);
    expect(await states()).toEqual([final]);
    expect({ work, pauses }).toEqual({ work: [], pauses: [] });
  });

  test("a failure of a message we do not know does nothing but wait for it", async () => {
    const { flow, work, pauses } = setUp();
    await flow.apply([failed({ class: "alert", scope: "account", optOut: "all" })]);
    expect({ work, pauses }).toEqual({ work: [], pauses: [] });
    expect(await db.query("select status from parked_statuses")).toEqual([{ status: "failed" }]);
  });

  test.each(["pair", "account"] as const)("it pauses the %s it names", async (scope) => {
    const { conversation } = await sentMessage();
    const { flow, pauses } = setUp();
    await flow.apply([failed({ class: "throttle", scope, waitMs: 7_000 })]);
    const { contactId } = conversation;
    expect(pauses).toEqual([
      { scope, ms: 7_000, pair: { channel: CHANNEL, account: ACCOUNT, contactId } },
    ]);
  });

  test("it pauses nothing where it names nothing", async () => {
    await sentMessage();
    const { flow, pauses } = setUp();
    await flow.apply([failed({ class: "throttle", waitMs: 7_000 })]);
    expect(pauses).toEqual([]);
  });

  const memory = async () => ({
    closed: await db.query("select window_closed_at is not null as closed from conversations"),
    optOuts: await db.query("select contact_id::text, account, scope, method from opt_outs"),
  });

  test("a closed window and a person who left are remembered", async () => {
    const { conversation } = await sentMessage();
    await setUp().flow.apply([failed({ class: "drop", windowClosed: true, optOut: "all" })]);
    const { contactId } = conversation;
    expect(await memory()).toEqual({
      closed: [{ closed: true }],
      optOuts: [
        { contact_id: contactId, account: ACCOUNT, scope: "all", method: "provider_error" },
      ],
    });
  });

  test("where the failure says neither, nothing is", async () => {
    await sentMessage();
    await setUp().flow.apply([failed({ class: "drop" })]);
    expect(await memory()).toEqual({ closed: [{ closed: false }], optOuts: [] });
  });

  test.each(["drop", "fix", "retry", "throttle"] as const)(
    "another channel is looked for unless it is tried again (%s)",
    async (kind) => {
      const { id } = await sentMessage();
      const { flow, fallbacks } = setUp();
      await flow.apply([failed({ class: kind })]);
      const isFinal = kind === "drop" || kind === "fix";
      expect(fallbacks).toEqual(isFinal ? [`${id} ${kind}`] : []);
    },
  );

  test("in a list of statuses each failure meets its own message", async () => {
    await sentMessage();
    const stranger = reported("failed", { externalId: "wamid.other", failure: { class: "retry" } });
    await setUp().flow.apply([stranger, reported("sent"), failed({ class: "drop" })]);
    expect(await states()).toEqual([final]);
  });
});

describe("a send of unknown outcome", () => {
  test("goes on as soon as the provider names it", async () => {
    const { id } = await sentMessage("uncertain");
    expect(await claimAll(db)).toEqual([]);
    const { flow, work } = setUp();
    await flow.apply([reported("delivered", { messageId: id })]);
    expect(await states()).toEqual([{ status: "delivered", externalId: "wamid.out" }]);
    expect(work).toEqual(["woken"]);
    expect(await claimAll(db)).toHaveLength(1);
  });

  test("a message whose outcome was known wakes nobody", async () => {
    await sentMessage();
    const { flow, work } = setUp();
    await flow.apply([reported("delivered")]);
    expect(work).toEqual([]);
    expect(await claimAll(db)).toEqual([]);
  });
});

describe("statuses that came before their message was known", () => {
  const parked = () => db.query("select external_id from parked_statuses order by external_id");

  test("are applied once it is, with all they mean, counted no more, and forgotten", async () => {
    const { flow, work, observer } = setUp();
    const stranger = reported("read", { externalId: "wamid.other" });
    await flow.apply([stranger, failed({ class: "retry", waitMs: 0 })]);
    await sentMessage();
    await flow.joinParked();
    expect(await states()).toEqual([{ status: "queued", externalId: null }]);
    expect(work).toEqual(["woken"]);
    expect(observer.lines).toEqual(["sendFailed retry 131000"]);
    expect(await parked()).toEqual([{ external_id: "wamid.other" }]);
  });

  test("stay where they are while it is not", async () => {
    const { flow } = setUp();
    await flow.apply([reported("read")]);
    await flow.joinParked();
    expect(await parked()).toEqual([{ external_id: "wamid.out" }]);
  });
});

describe("what a message costs", () => {
  const priced = (status: ReportedStatus, pricing: StatusUpdate["pricing"]) =>
    reported(status, pricing === undefined ? {} : { pricing });
  const regular = { category: "Authentication-International", type: "regular" };
  test.each([
    {
      label: "what is delivered is billed once, however often it is told",
      statuses: [
        priced("sent", { ...regular, billable: true }),
        priced("delivered", { ...regular, billable: true }),
        priced("delivered", { ...regular, billable: true }),
      ],
      want: ["billed authentication_international"],
    },
    {
      label: "the proof may be that it was read",
      statuses: [priced("read", { category: "utility", billable: true })],
      want: ["billed utility"],
    },
    {
      label: "what the provider does not bill is not",
      statuses: [priced("delivered", { category: "service", billable: false })],
      want: [],
    },
    {
      label: "without that word the type says so",
      statuses: [priced("delivered", regular)],
      want: ["billed authentication_international"],
    },
    {
      label: "a free type is free",
      statuses: [priced("delivered", { category: "service", type: "free_entry_point" })],
      want: [],
    },
    { label: "nothing told, nothing billed", statuses: [priced("delivered", undefined)], want: [] },
  ])("$label", async ({ statuses, want }) => {
    await sentMessage();
    const { flow, observer } = setUp();
    for (const status of statuses) await flow.apply([status]);
    expect(observer.lines.filter((line) => line.startsWith("billed"))).toEqual(want);
  });
});
