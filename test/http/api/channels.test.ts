import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import request from "supertest";
import type { Database } from "../../../src/db/driver.ts";
import { saveAccountStates } from "../../../src/db/account-states.ts";
import { applyStatuses } from "../../../src/db/statuses.ts";
import { enqueue } from "../../../src/db/outbound.ts";
import { recordOutcomes } from "../../../src/db/outbox.ts";
import type { ReportedStatus } from "../../../src/messages.ts";
import { emptyDatabase } from "../../db/empty.ts";
import { openDatabase } from "../../flow/scene.ts";
import { outgoing, textMessage, arrive, ACCOUNT, CHANNEL } from "../../db/scene.ts";
import type { Pairing } from "../../../src/channels/pairing-source.ts";
import type { ApiChannel } from "../../../src/http/api/dependencies.ts";
import { channelWith } from "../../channels/evolution/sample.ts";
import { ADMIN_KEY, createApiUnderTest } from "./api-client.ts";

let db: Database;
beforeAll(async () => {
  db = await openDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  await emptyDatabase(db);
  await db.query("delete from account_states");
});

const CHANNELS = new Map([
  [
    CHANNEL,
    {
      type: "cloud",
      tenant: "default",
      channel: { accounts: [ACCOUNT, "2"], delivery: "push" as const },
    },
  ],
]);

async function healthOf(account: string): Promise<Record<string, unknown>> {
  const { body } = await createApiUnderTest(db, { channels: CHANNELS }).get("/channels");
  return body.data[0].health.find((one: { account: string }) => one.account === account);
}

/** Sends messages of the account one after the other; each ends as its word says. */
async function send(words: readonly (ReportedStatus | "refused")[]): Promise<void> {
  const [arrived] = await arrive(db, [textMessage(`wamid.${words.length}`, "oi")]);
  if (arrived === undefined) throw new Error("nothing arrived");
  const { conversationId, contactId, message } = arrived;
  const address = { account: ACCOUNT, identities: message.identities };
  const target = { conversationId, contactId, channel: CHANNEL, address };
  for (const [index, word] of words.entries()) {
    const row = outgoing(word);
    await enqueue(db, [{ target, rows: [row], origin: "push" }]);
    const externalId = word === "refused" ? null : `wamid.out.${String(index)}`;
    const outcome = word === "refused" ? "failed" : "sent";
    const error = word === "refused" ? { code: "1", title: "no", reason: "channel_refused" } : null;
    await recordOutcomes(db, [{ messageId: row.id, outcome, externalId, error, startedAt: null }]);
    if (externalId === null || word === "refused") continue;
    const update = { kind: "status" as const, account: ACCOUNT, externalId, identities: [] };
    const at = new Date().toISOString();
    await applyStatuses(db, [{ channel: CHANNEL, update: { ...update, status: word, at } }]);
  }
}

describe("the health of an account", () => {
  test("is quiet where nothing happened", async () => {
    expect(await healthOf(ACCOUNT)).toEqual({
      account: ACCOUNT,
      status: "ok",
      state: null,
      state_detail: null,
      state_since: null,
      sent_today: 0,
      delivered_today: 0,
      read_today: 0,
      failed_today: 0,
      consecutive_errors: 0,
      last_sent_at: null,
      last_received_at: null,
      last_webhook_at: null,
      quality: null,
      messaging_limit: null,
      notice: null,
    });
  });

  test("counts the day's messages by how far they came", async () => {
    await send(["sent", "delivered", "read", "read", "failed", "refused"]);
    expect(await healthOf(ACCOUNT)).toMatchObject({
      sent_today: 5,
      delivered_today: 3,
      read_today: 2,
      failed_today: 2,
      last_sent_at: expect.any(String),
      last_received_at: expect.any(String),
    });
    expect(await healthOf("2")).toMatchObject({ sent_today: 0, failed_today: 0 });
  });

  test("does not count yesterday's", async () => {
    await send(["read", "refused"]);
    await db.query("update messages set created_at = now() - interval '1 day'");
    expect(await healthOf(ACCOUNT)).toMatchObject({
      sent_today: 0,
      read_today: 0,
      failed_today: 0,
    });
  });

  test.each([
    { words: ["refused", "refused"], errors: 2, status: "ok" },
    { words: ["sent", "refused", "refused", "refused"], errors: 3, status: "failing" },
    { words: ["refused", "refused", "refused", "sent"], errors: 0, status: "ok" },
  ] as const)("counts refusals in a row: $words", async ({ words, errors, status }) => {
    await send(words);
    expect(await healthOf(ACCOUNT)).toMatchObject({ consecutive_errors: errors, status });
  });

  test("shows what the provider says, since when, and a repetition does not begin anew", async () => {
    const down = {
      channel: CHANNEL,
      account: ACCOUNT,
      state: "disconnected",
      detail: "401",
    } as const;
    expect(await saveAccountStates(db, [down])).toEqual([down]);
    const before = await healthOf(ACCOUNT);
    expect(before).toMatchObject({ status: "down", state: "disconnected", state_detail: "401" });
    expect(await saveAccountStates(db, [down])).toEqual([]);
    expect((await healthOf(ACCOUNT))["state_since"]).toBe(before["state_since"]);
    const up = { ...down, state: "connected", detail: "" } as const;
    expect(await saveAccountStates(db, [down, up])).toEqual([up]);
    expect(await healthOf(ACCOUNT)).toMatchObject({ status: "ok", state: "connected" });
  });
});

describe("what a provider told of an account", () => {
  const notice = (more: {
    readonly account?: string;
    readonly severity?: string;
    readonly topic?: string;
    readonly detail?: string;
    readonly data?: object;
    readonly days?: number;
  }) =>
    db.query(
      `insert into account_notices (id, channel, account, severity, topic, detail, data, at)
       values (gen_random_uuid(), '${CHANNEL}', $1::text, $2::text, $3::text, $4::text, $5::jsonb,
         now() - $6::float8 * interval '1 day')`,
      [
        more.account ?? ACCOUNT,
        more.severity ?? "info",
        more.topic ?? "account_update",
        more.detail ?? "",
        JSON.stringify(more.data ?? {}),
        more.days ?? 0,
      ],
    );

  test("its quality is the last that was asked for", async () => {
    const detail = "CONNECTED, quality YELLOW";
    await saveAccountStates(db, [
      { channel: CHANNEL, account: ACCOUNT, state: "connected", detail },
    ]);
    expect((await healthOf(ACCOUNT))["quality"]).toBe("YELLOW");
    expect((await healthOf("2"))["quality"]).toBeNull();
  });

  test("its limit is the last one told, of its business too", async () => {
    await notice({
      account: "waba",
      topic: "business_capability",
      data: { max_daily_conversation_per_phone: 1000 },
      days: 2,
    });
    expect((await healthOf(ACCOUNT))["messaging_limit"]).toBe("1000");
    await notice({ topic: "number_quality", data: { current_limit: "TIER_10K" }, days: 1 });
    await notice({ topic: "number_quality", data: { event: "FLAGGED" } });
    expect((await healthOf(ACCOUNT))["messaging_limit"]).toBe("TIER_10K");
    expect((await healthOf("2"))["messaging_limit"]).toBe("1000");
  });

  test("a limit of a number that is not named is nobody's where there are two", async () => {
    await notice({ account: "waba", topic: "number_quality", data: { current_limit: "TIER_1K" } });
    expect((await healthOf(ACCOUNT))["messaging_limit"]).toBeNull();
    const solo = new Map([
      [
        CHANNEL,
        {
          type: "cloud",
          tenant: "default",
          channel: { accounts: ["2"], delivery: "push" as const },
        },
      ],
    ]);
    const { body } = await createApiUnderTest(db, { channels: solo }).get("/channels");
    expect(body.data[0].health[0].messaging_limit).toBe("TIER_1K");
  });

  test("its notice is the last warning of 30 days, but about templates", async () => {
    await notice({ severity: "warning", detail: "old", days: 31 });
    expect((await healthOf(ACCOUNT))["notice"]).toBeNull();
    await notice({ account: "waba", severity: "alert", detail: "restricted", days: 1 });
    await notice({ severity: "warning", topic: "template_status", detail: "paused" });
    await notice({ severity: "info", detail: "fine" });
    await notice({ account: "2", severity: "warning", detail: "of the other" });
    expect((await healthOf(ACCOUNT))["notice"]).toBe("restricted");
    expect((await healthOf("2"))["notice"]).toBe("of the other");
  });

  test("a webhook that was understood shows that the channel is set up", async () => {
    const channelOf = async () =>
      (await createApiUnderTest(db, { channels: CHANNELS }).get("/channels")).body.data[0];
    await db.query(
      `insert into webhook_events (id, channel, state, body) values (gen_random_uuid(), '${CHANNEL}', 'quarantined', ''),
         (gen_random_uuid(), 'another', 'stored', '')`,
    );
    expect(await channelOf()).toMatchObject({ webhook_ready: false });
    await arrive(db, [textMessage("wamid.1", "oi")]);
    expect(await channelOf()).toMatchObject({
      webhook_ready: true,
      health: [{ last_webhook_at: expect.any(String) }, {}],
    });
    await db.query("delete from webhook_events");
    expect(await channelOf()).toMatchObject({ webhook_ready: true });
  });
});

test("a channel shows what it can do, and whose it is", async () => {
  const channels: ReadonlyMap<string, ApiChannel> = new Map<string, ApiChannel>([
    ["bare", { type: "rest", tenant: "shop", channel: { accounts: ["1"], delivery: "collect" } }],
    [
      "evolution",
      { type: "evolution", tenant: "simulator", channel: channelWith({ pair_burst: 9 }) },
    ],
    [
      "meta",
      { type: "evolution", tenant: "default", channel: channelWith({ integration: "business" }) },
    ],
  ]);
  const { body } = await createApiUnderTest(db, { channels }).get("/channels");
  expect(body.data).toMatchObject([
    {
      name: "bare",
      tenant: "shop",
      simulated: false,
      can_pair: false,
      has_templates: false,
      window_hours: null,
      limits: null,
    },
    {
      name: "evolution",
      simulated: true,
      can_pair: true,
      window_hours: null,
      limits: { per_second: 20, per_pair_burst: 9, per_pair_refill_ms: 6_000 },
    },
    { name: "meta", simulated: false, can_pair: false, window_hours: 24 },
  ]);
});

describe("pairing a phone", () => {
  const connect = (path: string, body: object, pairing?: Pairing) =>
    createApiUnderTest(db, {
      ...(pairing !== undefined && { connectAccount: () => Promise.resolve(pairing) }),
    }).post(`/channels/${path}/connect`, body);

  test("shows what the provider gave", async () => {
    const { status, body } = await connect(
      "whatsapp",
      { account: "111" },
      { state: "connecting", qr: "data:image/png;base64,AAAA", code: "2@x", pairingCode: "AB12" },
    );
    expect([status, body]).toEqual([
      200,
      {
        state: "connecting",
        qr: "data:image/png;base64,AAAA",
        code: "2@x",
        pairing_code: "AB12",
      },
    ]);
  });

  test("of an account that is paired already remembers that it is", async () => {
    const { body } = await connect("whatsapp", { account: "111" }, { state: "connected" });
    expect(body).toEqual({ state: "connected", qr: null, code: null, pairing_code: null });
    expect(await db.query("select account, state from account_states")).toEqual([
      { account: "111", state: "connected" },
    ]);
  });

  test("the code is found nowhere afterwards", async () => {
    const api = createApiUnderTest(db);
    const ask = () =>
      request(api.app)
        .post("/api/v1/channels/whatsapp/connect")
        .set({ authorization: `Bearer ${ADMIN_KEY}`, "idempotency-key": "once" })
        .send({ account: "111" });
    const first = await ask();
    expect([first.status, first.body.code]).toEqual([200, "2@abc"]);
    expect((await ask()).status).toBe(409);
    const kept = await db.query(
      "select answer::text from idempotency_keys union all select detail::text from audit_log",
    );
    expect(JSON.stringify(kept)).not.toContain("2@abc");
  });

  test.each([
    { path: "nobody", body: { account: "111" }, want: [404, "request_not_found"] },
    { path: "whatsapp", body: { account: "333" }, want: [404, "request_not_found"] },
    { path: "rest", body: { account: "rest" }, want: [409, "request_conflict"] },
    { path: "whatsapp", body: {}, want: [422, "request_invalid"] },
    { path: "whatsapp", body: { account: 7 }, want: [422, "request_invalid"] },
  ])("$path with $body is refused", async ({ path, body, want }) => {
    const answer = await connect(path, body);
    expect([answer.status, answer.body.code]).toEqual(want);
  });
});

describe("asking the provider", () => {
  test("tells what it says of each account", async () => {
    const { status, body } = await createApiUnderTest(db).post("/channels/whatsapp/check", {});
    expect([status, body]).toEqual([
      200,
      { data: [{ account: "111", state: "disconnected", detail: "channel_unavailable", ms: 3 }] },
    ]);
  });

  test.each([
    { name: "nobody", want: [404, "request_not_found"] },
    { name: "rest", want: [409, "request_conflict"] },
  ])("is refused for $name", async ({ name, want }) => {
    const { status, body } = await createApiUnderTest(db).post(`/channels/${name}/check`, {});
    expect([status, body.code]).toEqual(want);
  });
});
