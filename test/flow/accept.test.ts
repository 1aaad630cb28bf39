import { randomUUIDv7 } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Database } from "../../src/db/driver.ts";
import { type AcceptedWebhook, createAccept } from "../../src/flow/accept.ts";
import { createReplay } from "../../src/flow/replay.ts";
import { createStatusFlow } from "../../src/flow/status.ts";
import type { ChannelEvent, InboundMessage, StatusUpdate } from "../../src/messages.ts";
import { ACCOUNT, arrive, CHANNEL, textMessage } from "../db/scene.ts";
import {
  defaultSettings,
  emptyDatabase,
  openDatabase,
  plainChannel,
  recordingObserver,
} from "./scene.ts";

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
  const pace = { wait: async () => 0, pause: () => undefined };
  const { delivery } = defaultSettings();
  const statuses = createStatusFlow({ db: over, delivery, pace, observer, onWork });
  return { accept: createAccept({ db: over, statuses, observer, onWork }), observer, work };
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
    const preference = (optedOut: boolean): ChannelEvent => ({
      kind: "preference",
      account: ACCOUNT,
      externalId: "p1",
      identities: [{ kind: "phone", value: "5561991112222" }],
      scope: "marketing",
      optedOut,
      at: "2026-11-21T10:00:00.000Z",
    });
    const open = () => db.query("select scope, method, revoked_at is null as open from opt_outs");
    await accept(webhook(preference(true)));
    expect(await open()).toEqual([{ scope: "marketing", method: "provider_setting", open: true }]);
    await accept(webhook(preference(false)));
    expect(await open()).toEqual([{ scope: "marketing", method: "provider_setting", open: false }]);
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
      "notice account_update",
      "stored 0",
      "event notice",
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
