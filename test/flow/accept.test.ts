import { randomUUIDv7 } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Database } from "../../src/db/driver.ts";
import { type AcceptedWebhook, createAccept } from "../../src/flow/accept.ts";
import { createReplay } from "../../src/flow/replay.ts";
import { createStatusFlow } from "../../src/flow/status.ts";
import type {
  AccountState,
  ChannelEvent,
  InboundMessage,
  StatusUpdate,
  Takeover,
} from "../../src/messages.ts";
import { ACCOUNT, arrive, CHANNEL, textMessage, sentLater } from "../db/scene.ts";
import { emptyDatabase } from "../db/empty.ts";
import { defaultSettings, openDatabase, plainChannel, recordingObserver } from "./scene.ts";

let db: Database;
beforeAll(async () => {
  db = await openDatabase();
});
afterAll(() => db.close());
beforeEach(() => emptyDatabase(db));

function setUp(over: Database = db) {
  const observer = recordingObserver();
  const work: string[] = [];
  const onWork = (): void => {
    work.push("woken");
  };
  const resumed: string[] = [];
  const pace = {
    wait: async () => 0,
    pause: () => undefined,
    resume: ({ account }: { account: string }) => resumed.push(account),
  };
  const { delivery } = defaultSettings();
  const statuses = createStatusFlow({
    db: over,
    delivery,
    pace,
    observer,
    fallBack: async () => undefined,
    onWork,
  });
  const channels = new Map([[CHANNEL, { channel: plainChannel() }]]);
  const gather = () => undefined;
  const accept = createAccept({ db: over, statuses, pace, channels, gather, observer, onWork });
  return { accept, observer, work, resumed };
}

const webhook = (...events: readonly ChannelEvent[]): AcceptedWebhook => ({
  channel: CHANNEL,
  headers: { "user-agent": "provider" },
  rawBody: Buffer.from("{}"),
  result: { kind: "events", events },
});

const status = (extra: Partial<StatusUpdate> = {}): StatusUpdate => ({
  kind: "status",
  account: ACCOUNT,
  externalId: "wamid.out",
  status: "read",
  at: "2026-11-21T10:00:05.000Z",
  identities: [],
  ...extra,
});
const unstorableStatus = status({ externalId: "wamid.bad", at: "some day" });
const unstorable = (id: string): InboundMessage => ({
  ...textMessage(id, "oi"),
  sentAt: "some day",
});

const inbox = async () =>
  (await db.query("select external_id from inbox order by id")).map((row) => row["external_id"]);
const webhooks = () =>
  db.query(`select state, reason, event_count as events from webhook_events order by state`);
const REFUSED = "the database refused a value of the webhook";

describe("a webhook", () => {
  test("is stored with its messages, whose ids come back in order, and workers are woken", async () => {
    const { accept, observer, work } = setUp();
    const ids = await accept(webhook(textMessage("wamid.b", "um"), textMessage("wamid.a", "dois")));
    const rows = await db.query("select message_id::text as message from inbox order by id");
    expect(rows.map(({ message }) => message)).toEqual(ids);
    expect(await inbox()).toEqual(["wamid.b", "wamid.a"]);
    expect(await webhooks()).toEqual([{ state: "stored", reason: null, events: 2 }]);
    expect(work).toEqual(["woken"]);
    expect(observer.lines).toEqual(["stored 2", "event message", "event message"]);
  });

  test("that is repeated wakes nobody", async () => {
    const { accept, work } = setUp();
    await accept(webhook(textMessage("wamid.1", "oi")));
    await accept(webhook(textMessage("wamid.1", "oi")));
    expect(await inbox()).toEqual(["wamid.1"]);
    expect(work).toEqual(["woken"]);
  });

  test("that was not understood is kept for later", async () => {
    const { accept, observer } = setUp();
    const result = { kind: "quarantine", reason: "no JSON" } as const;
    expect(await accept({ ...webhook(), result })).toEqual([]);
    expect(await webhooks()).toEqual([{ state: "quarantined", reason: "no JSON", events: 0 }]);
    expect(observer.lines).toEqual(["stored 0", "event quarantined"]);
  });

  test("with a value that cannot be stored is kept for later, and the operator is told", async () => {
    const { accept, observer } = setUp();
    expect(await accept(webhook(unstorable("wamid.bad")))).toEqual([]);
    expect(await webhooks()).toEqual([{ state: "quarantined", reason: REFUSED, events: 0 }]);
    expect(observer.lines[0]).toBe("problem a webhook could not be stored as it was understood");
  });

  test("is refused as a whole while the database is away", async () => {
    const away = Object.assign(new Error("away"), { code: "store_unavailable" });
    const { accept, observer } = setUp({ ...db, query: () => Promise.reject(away) });
    await expect(accept(webhook(textMessage("wamid.1", "oi")))).rejects.toBe(away);
    expect(observer.lines).toEqual([]);
  });

  test.each([
    { label: "message", bad: unstorable("wamid.bad") },
    { label: "status", bad: unstorableStatus },
  ])("does not suffer from a bad $label of another one in its batch", async ({ bad }) => {
    const { accept } = setUp();
    const good = [1, 2, 3, 4].map((n) =>
      webhook(textMessage(`wamid.${n}`, "oi"), status({ externalId: `wamid.out${n}` })),
    );
    await Promise.all([...good.slice(0, 3), webhook(bad), ...good.slice(3)].map(accept));
    expect(new Set(await inbox())).toEqual(new Set(["wamid.1", "wamid.2", "wamid.3", "wamid.4"]));
    const parked = await db.query("select external_id from parked_statuses order by external_id");
    expect(parked.map((row) => row["external_id"])).toEqual([
      "wamid.out1",
      "wamid.out2",
      "wamid.out3",
      "wamid.out4",
    ]);
    const states = (await webhooks()).map(({ state }) => state);
    expect(states).toEqual(["quarantined", "stored", "stored", "stored", "stored"]);
  });
});

describe("what else a webhook may tell", () => {
  test("a person who was renamed stays one person", async () => {
    const { accept } = setUp();
    const [before] = await arrive(db, [textMessage("wamid.1", "oi")]);
    const [previous] = textMessage("", "").identities;
    if (previous === undefined) throw new Error("the person has no name");
    const current = [{ kind: "phone", value: "351912345678" }] as const;
    await accept(
      webhook({ kind: "identity", account: ACCOUNT, externalId: "i1", previous, current }),
    );
    await accept(webhook(textMessage("wamid.2", "oi", "351912345678")));
    expect(await db.query("select distinct conversation_id::text as id from inbox")).toEqual([
      { id: before?.conversationId },
    ]);
  });

  test("a person may leave and come back by the provider's own switch", async () => {
    const { accept } = setUp();
    const preference = (optedOut: boolean, at: string): ChannelEvent => ({
      kind: "preference",
      account: ACCOUNT,
      externalId: "p1",
      identities: [{ kind: "phone", value: "5561991112222" }],
      scope: "marketing",
      optedOut,
      at,
    });
    const open = () => db.query("select scope, method, revoked_at is null as open from opt_outs");
    const stop = preference(true, "2026-11-21T10:00:00.000Z");
    const start = preference(false, "2026-11-21T10:00:01.000Z");
    const row = { scope: "marketing", method: "provider_setting" };
    await accept(webhook(stop));
    expect(await open()).toEqual([{ ...row, open: true }]);
    await accept(webhook(start));
    expect(await open()).toEqual([{ ...row, open: false }]);
    // Providers tell things twice, and late: an earlier word undoes no later one.
    await accept(webhook(stop));
    expect(await open()).toEqual([{ ...row, open: false }]);
    await accept(webhook(preference(true, "2026-11-21T10:00:02.000Z")));
    await accept(webhook(start));
    expect((await open()).filter((one) => one["open"] === true)).toHaveLength(1);
  });

  test("statuses are counted as they are reported, also those whose message nobody knows", async () => {
    const { accept, observer } = setUp();
    await accept(webhook(status(), status({ status: "delivered" })));
    expect(observer.lines).toEqual([
      "stored 0",
      "event status",
      "status read",
      "event status",
      "status delivered",
    ]);
  });

  test("notices are told to the operator, and what is not understood is counted", async () => {
    const { accept, observer, work } = setUp();
    await accept(
      webhook(
        {
          kind: "notice",
          account: ACCOUNT,
          severity: "alert",
          topic: "account_update",
          detail: "disabled",
        },
        { kind: "unsupported", what: "calls" },
      ),
    );
    expect(observer.lines).toEqual([
      "stored 0",
      "event notice",
      "notice account_update",
      "event unsupported",
    ]);
    expect(work).toEqual([]);
  });
});

describe("a replay", () => {
  /** A quarantined webhook, and its replay through a channel that reads `events` from any body. */
  async function quarantined(events: readonly ChannelEvent[]) {
    const { accept, work } = setUp();
    const result = { kind: "quarantine", reason: "no JSON" } as const;
    await accept({ ...webhook(), result });
    const [event] = await db.query("select id::text from webhook_events");
    const channel = plainChannel({
      reread: () => (events.length === 0 ? result : { kind: "events", events }),
    });
    const replay = createReplay({ db, accept, channels: new Map([[CHANNEL, { channel }]]) });
    return { id: String(event?.["id"]), replay, work };
  }

  test("stores what is new in it, and only that", async () => {
    await arrive(db, [textMessage("wamid.1", "oi")]);
    await db.script("delete from webhook_events");
    const messages = [textMessage("wamid.1", "oi"), textMessage("wamid.2", "oi")];
    const { id, replay, work } = await quarantined(messages);
    expect(await replay(id)).toEqual({ state: "stored", reason: null, eventCount: 2 });
    expect(await inbox()).toEqual(["wamid.1", "wamid.2"]);
    expect(await webhooks()).toEqual([{ state: "stored", reason: null, events: 2 }]);
    expect(work).toEqual(["woken"]);
  });

  test("of what is for nobody we know leaves it in quarantine", async () => {
    const push = { kind: "push", recipient: "nobody", reply: { text: "um" } } as const;
    const { id, replay } = await quarantined([push]);
    const want = { state: "quarantined", reason: expect.stringContaining("no conversation") };
    expect(await replay(id)).toEqual({ ...want, eventCount: 0 });
    expect(await webhooks()).toEqual([{ state: "quarantined", reason: "no JSON", events: 0 }]);
  });

  test("of what is still not understood changes nothing", async () => {
    const { id, replay } = await quarantined([]);
    const want = { state: "quarantined", reason: "no JSON", eventCount: 0 };
    expect(await replay(id)).toEqual(want);
    expect(await webhooks()).toEqual([{ state: "quarantined", reason: "no JSON", events: 0 }]);
  });

  test("whose values cannot be stored says so, and the webhook stays in quarantine", async () => {
    const { id, replay } = await quarantined([unstorable("wamid.bad")]);
    await expect(replay(id)).rejects.toMatchObject({ code: "store_data" });
    expect(await webhooks()).toEqual([{ state: "quarantined", reason: "no JSON", events: 0 }]);
  });

  test.each([
    { label: "a webhook that does not exist", code: "request_not_found" },
    { label: "a webhook of a channel that is not configured", code: "channel_unknown" },
  ])("$label", async ({ code }) => {
    const { id } = await quarantined([]);
    const replay = createReplay({ db, accept: setUp().accept, channels: new Map() });
    const wanted = code === "channel_unknown" ? id : randomUUIDv7();
    await expect(replay(wanted)).rejects.toMatchObject({ code });
  });
});

describe("what a backend says unasked", () => {
  const push = (recipient: string, text: string): ChannelEvent => ({
    kind: "push",
    recipient,
    reply: { text },
  });
  const outbox = () =>
    db.query(
      `select text, origin, status, needs_window from messages where direction = 'out' order by seq`,
    );
  const known = async () => {
    const [arrived] = await arrive(db, [textMessage("wamid.1", "oi")]);
    await db.query("update conversations set due = null");
    return arrived?.conversationId ?? "";
  };

  test("enters the outbox of its conversation in order and wakes it", async () => {
    const id = await known();
    const { accept, work } = setUp();
    await accept(webhook(push(id, "um"), push(id, "dois")));
    const row = { origin: "push", status: "queued", needs_window: true };
    expect(await outbox()).toEqual([
      { ...row, text: "um" },
      { ...row, text: "dois" },
    ]);
    expect(work).toEqual(["woken"]);
    expect(await db.query("select due is not null as due from conversations")).toEqual([
      { due: true },
    ]);
    expect((await webhooks()).at(-1)).toEqual({ state: "stored", reason: null, events: 2 });
  });

  test("finds the conversation by the backend's own name for it", async () => {
    await known();
    await db.query("update conversations set session = 'ana'");
    await setUp().accept(webhook(push("ana", "um")));
    expect(await outbox()).toMatchObject([{ text: "um" }]);
  });

  test("of a name that two share goes to the one who was there last", async () => {
    await arrive(db, [textMessage("wamid.1", "oi", "5561999990001")]);
    await arrive(db, [
      { ...textMessage("wamid.2", "oi", "5561999990002"), sentAt: sentLater(30_000) },
    ]);
    await db.query("update conversations set session = 'ana'");
    await setUp().accept(webhook(push("ana", "um")));
    const rows = await db.query(
      `select c.address #>> '{identities,0,value}' as phone from messages m
       join conversations c on c.id = m.conversation_id where direction = 'out'`,
    );
    expect(rows).toEqual([{ phone: "5561999990002" }]);
  });

  test("for nobody we know is put aside for the operator", async () => {
    const id = await known();
    await setUp().accept(webhook(push("nobody", "um"), push(id, "dois")));
    expect(await outbox()).toMatchObject([{ text: "dois" }]);
    const quarantined = {
      state: "quarantined",
      reason: expect.stringContaining("no conversation"),
    };
    expect(await webhooks()).toContainEqual({ ...quarantined, events: 2 });
  });

  test("is not sent to somebody who left", async () => {
    const id = await known();
    await db.query(`insert into opt_outs (id, contact_id, channel, account, scope, method)
      select gen_random_uuid(), contact_id, channel, account, 'all', 'command' from conversations`);
    const { accept, observer } = setUp();
    await accept(webhook(push(id, "um")));
    expect(await outbox()).toEqual([]);
    expect(observer.lines).toContain("event push_opted_out");
  });

  test("is stored once, however often its webhook is read", async () => {
    const id = await known();
    const { accept } = setUp();
    await accept(webhook(push(id, "um")));
    const [event] = await db.query(
      "select id from webhook_events where event_count = 1 and reason is null order by received_at desc limit 1",
    );
    const again = { ...webhook(push(id, "um")), replayOf: String(event?.["id"]) };
    await accept(again);
    expect(await outbox()).toHaveLength(1);
  });
});

describe("a person of ours who answers from the phone", () => {
  const takeover = (extra: Partial<Takeover> = {}): ChannelEvent => ({
    kind: "takeover",
    account: ACCOUNT,
    externalId: "phone.1",
    identities: [{ kind: "phone", value: "5561991112222" }],
    pauseMs: 600_000,
    at: "2026-11-21T10:00:00.000Z",
    ...extra,
  });
  const pauses = () =>
    db.query(
      `select round(extract(epoch from paused_until - now()) / 60)::int as minutes from conversations`,
    );

  test("keeps the bot quiet for a while, and writing again does not shorten it", async () => {
    await arrive(db, [textMessage("wamid.1", "oi")]);
    const { accept } = setUp();
    await accept(webhook(takeover()));
    expect(await pauses()).toEqual([{ minutes: 10 }]);
    await accept(webhook(takeover({ externalId: "phone.2", pauseMs: 60_000 })));
    expect(await pauses()).toEqual([{ minutes: 10 }]);
    await accept(webhook(takeover({ externalId: "phone.3", pauseMs: 1_200_000 })));
    expect(await pauses()).toEqual([{ minutes: 20 }]);
  });

  test("even where the person has never written", async () => {
    await setUp().accept(webhook(takeover()));
    expect(await pauses()).toEqual([{ minutes: 10 }]);
    await arrive(db, [textMessage("wamid.1", "oi")]);
    expect(await pauses()).toEqual([{ minutes: 10 }]);
  });

  test.each([
    { label: "a message of ours", set: "status = 'sent', external_id = 'phone.1'" },
    { label: "a message that is on its way", set: "status = 'sending', sending_at = now()" },
    { label: "one that may be on its way", set: "status = 'uncertain', sending_at = now()" },
  ])("is not seen in $label", async ({ set }) => {
    const [arrived] = await arrive(db, [textMessage("wamid.1", "oi")]);
    const { accept } = setUp();
    await accept(
      webhook({ kind: "push", recipient: arrived?.conversationId ?? "", reply: { text: "um" } }),
    );
    await db.query(`update messages set ${set} where direction = 'out'`);
    await accept(webhook(takeover()));
    expect(await pauses()).toEqual([{ minutes: null }]);
  });

  test("is seen behind a message that was on its way long ago", async () => {
    const [arrived] = await arrive(db, [textMessage("wamid.1", "oi")]);
    const { accept } = setUp();
    await accept(
      webhook({ kind: "push", recipient: arrived?.conversationId ?? "", reply: { text: "um" } }),
    );
    await db.query(
      "update messages set status = 'uncertain', sending_at = now() - interval '3 minutes' where direction = 'out'",
    );
    await accept(webhook(takeover()));
    expect(await pauses()).toEqual([{ minutes: 10 }]);
  });
});

test("what waits for an account is sent as soon as it works again", async () => {
  await db.query("delete from account_states");
  const [arrived] = await arrive(db, [textMessage("wamid.1", "oi")]);
  const { accept, work } = setUp();
  const recipient = arrived?.conversationId ?? "";
  await accept(webhook({ kind: "push", recipient, reply: { text: "um" } }));
  const later = "update conversations set due = now() + interval '30 seconds'";
  await db.query(later);
  const isDue = async () => (await db.query("select due <= now() as due from conversations"))[0];
  const connected = (account: string): ChannelEvent => ({
    kind: "account",
    account,
    state: "connected",
    detail: "",
  });
  await accept(webhook(connected("another")));
  expect(await isDue()).toEqual({ due: false });
  work.length = 0;
  await accept(webhook(connected(ACCOUNT)));
  expect(await isDue()).toEqual({ due: true });
  expect(work).toEqual(["woken"]);
  await db.query("update messages set status = 'sent' where direction = 'out'");
  await db.query("delete from account_states");
  await db.query(later);
  await accept(webhook(connected(ACCOUNT)));
  expect(await isDue()).toEqual({ due: false });
});

test("the state of an account is remembered and told once, and ends its pause", async () => {
  await db.query("delete from account_states");
  const { accept, observer, resumed } = setUp();
  const account = (state: AccountState["state"]): ChannelEvent => ({
    kind: "account",
    account: ACCOUNT,
    state,
    detail: "",
  });
  await accept(webhook(account("disconnected"), account("disconnected")));
  await accept(webhook(account("disconnected")));
  expect(resumed).toEqual([]);
  await accept(webhook(account("connected")));
  expect(resumed).toEqual([ACCOUNT]);
  expect(observer.lines.filter((line) => line.startsWith("notice"))).toEqual([
    "notice account_disconnected",
    "notice account_connected",
  ]);
  const states = await db.query("select account, state from account_states");
  expect(states).toEqual([{ account: ACCOUNT, state: "connected" }]);
});
