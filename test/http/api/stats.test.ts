import { randomUUIDv7 } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Database } from "../../../src/db/driver.ts";
import { listDatabases } from "../../database.ts";
import type { ApiUnderTest } from "./api-client.ts";
import { createApiUnderTest } from "./api-client.ts";
import { uuid } from "./seed.ts";
import { emptyDatabase } from "../../db/empty.ts";

const MORNING = "2026-03-10T09:00:00Z";

interface Sent {
  readonly status: string;
  readonly channel?: string;
  readonly account?: string;
  readonly template?: string;
  readonly campaign?: string;
  readonly category?: string;
  readonly type?: string;
  readonly at?: string;
  /** Milliseconds from the request to each step. */
  readonly steps?: readonly [sent: number, delivered?: number, read?: number];
  readonly released?: number;
  readonly reason?: string;
  readonly direction?: "in" | "out";
}

async function add(db: Database, message: Sent): Promise<void> {
  const [sent = null, delivered = null, read = null] = message.steps ?? [];
  const pricing =
    message.category === undefined
      ? null
      : JSON.stringify({ category: message.category, billable: true, type: message.type });
  await db.query(
    `insert into messages (id, seq, conversation_id, contact_id, channel, account, direction, status, template_name,
       template_language, campaign_id, pricing, error, created_at, sent_at, delivered_at, read_at, released_at)
     values ($1::text::uuid, nextval('message_seq'), $1::text::uuid, $1::text::uuid, $2::text, $3::text, $4::text,
       $5::text, $6::text, 'pt_BR', $7::text::uuid, $8::text::jsonb, $9::text::jsonb, $10::text::timestamptz,
       $10::text::timestamptz + $11::int * interval '1 ms', $10::text::timestamptz + $12::int * interval '1 ms',
       $10::text::timestamptz + $13::int * interval '1 ms', $10::text::timestamptz + $14::int * interval '1 ms')`,
    [
      randomUUIDv7(),
      message.channel ?? "whatsapp",
      message.account ?? "111",
      message.direction ?? "out",
      message.status,
      message.template ?? null,
      message.campaign ?? null,
      pricing,
      message.reason === undefined ? null : JSON.stringify({ reason: message.reason }),
      message.at ?? MORNING,
      sent,
      delivered,
      read,
      message.released ?? null,
    ],
  );
}

const PERIOD = "since=2026-03-01T00:00:00Z&until=2026-04-01T00:00:00Z";

describe.each(await listDatabases())("statistics on $label", ({ open }) => {
  let db: Database;
  let api: ApiUnderTest;

  beforeAll(async () => {
    db = await open();
    api = createApiUnderTest(db);
  });

  afterAll(() => db.close());

  beforeEach(() => emptyDatabase(db));

  const delivery = async (query = "") => (await api.get(`/stats/delivery?${PERIOD}${query}`)).body;

  test("an empty period has noughts and no rates", async () => {
    const { total, data } = await delivery("&group_by=channel");
    expect(data).toEqual([]);
    expect(total).toMatchObject({ requested: 0, sent: 0, delivered_rate: null, read_rate: null });
    expect(total.latency_ms).toEqual({
      accepted_to_sent: null,
      sent_to_delivered: null,
      delivered_to_read: null,
    });
  });

  test.each([
    { label: "queued is requested only", message: { status: "queued" }, want: { sent: 0 } },
    { label: "sent", message: { status: "sent", steps: [10] }, want: { sent: 1, delivered: 0 } },
    {
      label: "delivered without a word of having been sent was sent",
      message: { status: "delivered", steps: [0, 10] },
      want: { sent: 1, delivered: 1, read: 0 },
    },
    {
      label: "read was delivered and sent",
      message: { status: "read", steps: [10, 20, 30] },
      want: { sent: 1, delivered: 1, read: 1 },
    },
    {
      label: "a failure after the provider took it was sent and failed",
      message: { status: "failed", steps: [10] },
      want: { sent: 1, failed: 1, delivered: 0 },
    },
    {
      label: "given up without knowing is uncertain",
      message: { status: "failed", reason: "channel_uncertain" },
      want: { failed: 0, uncertain: 1 },
    },
    {
      label: "unknown for now is uncertain",
      message: { status: "uncertain" },
      want: { failed: 0, uncertain: 1 },
    },
    {
      label: "left out on purpose is skipped",
      message: { status: "failed", reason: "channel_opted_out" },
      want: { failed: 0, skipped: 1 },
    },
  ] as const)("$label", async ({ message, want }) => {
    await add(db, message);
    expect((await delivery()).total).toMatchObject({ requested: 1, ...want });
  });

  test("what people wrote is not counted, and neither is what lies outside the period", async () => {
    await add(db, { status: "received", direction: "in" });
    await add(db, { status: "sent", steps: [1], at: "2026-02-28T23:59:59.999Z" });
    await add(db, { status: "sent", steps: [1], at: "2026-04-01T00:00:00Z" });
    await add(db, { status: "sent", steps: [1], at: "2026-03-01T00:00:00Z" });
    expect((await delivery()).total).toMatchObject({ requested: 1 });
  });

  test("without a period it is the last seven days", async () => {
    const day = 86_400_000;
    await add(db, { status: "sent", at: new Date(Date.now() - 6 * day).toISOString() });
    await add(db, { status: "sent", at: new Date(Date.now() - 8 * day).toISOString() });
    expect((await api.get("/stats/delivery")).body.total).toMatchObject({ requested: 1 });
  });

  test("rates are of the step before", async () => {
    for (let n = 0; n < 4; n += 1) await add(db, { status: "sent", steps: [1] });
    for (let n = 0; n < 3; n += 1) await add(db, { status: "delivered", steps: [1, 2] });
    await add(db, { status: "read", steps: [1, 2, 3] });
    expect((await delivery()).total).toMatchObject({
      sent: 8,
      delivered_rate: 0.5,
      read_rate: 0.25,
    });
  });

  test("latencies are percentiles of each step in milliseconds", async () => {
    for (let n = 1; n <= 100; n += 1)
      await add(db, { status: "read", steps: [n * 10, n * 10 + n * 100, n * 10 + n * 100 + n] });
    expect((await delivery()).total.latency_ms).toEqual({
      accepted_to_sent: { p50: 500, p95: 950, p99: 990 },
      sent_to_delivered: { p50: 5_000, p95: 9_500, p99: 9_900 },
      delivered_to_read: { p50: 50, p95: 95, p99: 99 },
    });
  });

  test("a message that waited for its time is accepted when it is released", async () => {
    await add(db, { status: "sent", steps: [60_500], released: 60_000 });
    expect((await delivery()).total.latency_ms.accepted_to_sent).toMatchObject({ p50: 500 });
  });

  test("a time in whole seconds that lies before its cause counts as none", async () => {
    await add(db, { status: "delivered", steps: [900, 0] });
    expect((await delivery()).total.latency_ms.sent_to_delivered).toMatchObject({ p50: 0 });
  });

  const CAMPAIGN = uuid(700);

  const addMany = async () => {
    await db.query(
      `insert into templates (id, channel, name, language, category, status)
       values ($1::text::uuid, 'whatsapp', 'aviso', 'pt_BR', 'UTILITY', 'APPROVED')`,
      [uuid(701)],
    );
    await add(db, { status: "read", steps: [1, 2, 3], template: "aviso", campaign: CAMPAIGN });
    await add(db, { status: "sent", steps: [1], template: "promo", category: "MARKETING" });
    await add(db, { status: "sent", steps: [1], account: "222", at: "2026-03-11T00:00:00Z" });
    await add(db, { status: "failed", channel: "serpro", account: "333", template: "outro" });
  };

  test.each([
    {
      by: "channel",
      want: [
        [{ channel: "serpro" }, 1],
        [{ channel: "whatsapp" }, 3],
      ],
    },
    {
      by: "account",
      want: [
        [{ account: "111" }, 2],
        [{ account: "222" }, 1],
        [{ account: "333" }, 1],
      ],
    },
    {
      by: "template",
      want: [
        [{ template: "aviso" }, 1],
        [{ template: "outro" }, 1],
        [{ template: "promo" }, 1],
        [{ template: null }, 1],
      ],
    },
    {
      by: "campaign",
      want: [
        [{ campaign: CAMPAIGN }, 1],
        [{ campaign: null }, 3],
      ],
    },
    {
      by: "day",
      want: [
        [{ day: "2026-03-10" }, 3],
        [{ day: "2026-03-11" }, 1],
      ],
    },
    {
      by: "category",
      want: [
        [{ category: "marketing" }, 1],
        [{ category: "service" }, 1],
        [{ category: "utility" }, 1],
        [{ category: null }, 1],
      ],
    },
    {
      by: "day,channel",
      want: [
        [{ day: "2026-03-10", channel: "serpro" }, 1],
        [{ day: "2026-03-10", channel: "whatsapp" }, 2],
        [{ day: "2026-03-11", channel: "whatsapp" }, 1],
      ],
    },
  ])("grouped by $by", async ({ by, want }) => {
    await addMany();
    const { data, total, group_by } = await delivery(`&group_by=${by}`);
    expect(group_by).toEqual(by.split(","));
    expect(
      data.map((row: { group: object; figures: { requested: number } }) => [
        row.group,
        row.figures.requested,
      ]),
    ).toEqual(want);
    expect(total.requested).toBe(4);
  });

  test("each group has its own latencies", async () => {
    await add(db, { status: "sent", steps: [100] });
    await add(db, { status: "sent", steps: [300], account: "222" });
    const { data, total } = await delivery("&group_by=account");
    const p50 = (row: { figures: { latency_ms: { accepted_to_sent: { p50: number } } } }) =>
      row.figures.latency_ms.accepted_to_sent.p50;
    expect(data.map(p50)).toEqual([100, 300]);
    expect(total.latency_ms.accepted_to_sent.p99).toBe(300);
  });

  test.each([
    { filter: "channel=serpro", want: 1 },
    { filter: "account=222", want: 1 },
    { filter: "template=aviso", want: 1 },
    { filter: `campaign_id=${CAMPAIGN}`, want: 1 },
    { filter: "category=utility", want: 1 },
    { filter: "category=MARKETING", want: 1 },
    { filter: "channel=whatsapp&account=111", want: 2 },
    { filter: "channel=unknown", want: 0 },
  ])("only $filter", async ({ filter, want }) => {
    await addMany();
    expect((await delivery(`&${filter}`)).total.requested).toBe(want);
  });

  test.each([
    "group_by=colour",
    "group_by=",
    "group_by=day,day",
    "group_by=day,channel,account",
    "since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z",
    "since=2026-01-01T00:00:00Z&until=2026-01-01T00:00:00Z",
    "since=2025-01-01T00:00:00Z&until=2026-01-01T00:00:00Z",
    "since=yesterday",
    "campaign_id=1",
  ])("%s is refused", async (query) => {
    const { status, body } = await api.get(`/stats/delivery?${query}`);
    expect(status).toBe(422);
    expect(body.code).toBe("request_invalid");
  });

  test("more groups than anybody reads are refused", async () => {
    await db.query(
      `insert into messages (id, seq, conversation_id, contact_id, channel, account, direction, status, template_name, created_at)
       select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, n, gen_random_uuid(), gen_random_uuid(),
         'whatsapp', '111', 'out', 'sent', 't' || n, '${MORNING}' from generate_series(1, 1001) n`,
    );
    const refused = await api.get(`/stats/delivery?${PERIOD}&group_by=template`);
    expect(refused.status).toBe(422);
    expect(refused.body.detail).toContain("1000 groups");
    await db.query("delete from messages where template_name = 't1'");
    expect((await delivery("&group_by=template")).data).toHaveLength(1_000);
  });

  describe("service messages", () => {
    const service = async (query = "month=2026-03") =>
      (await api.get(`/stats/service-messages?${query}`)).body.data;

    test("are counted by account of channels with a window, against the allowance", async () => {
      await add(db, { status: "delivered", steps: [1, 2] });
      await add(db, { status: "read", steps: [1, 2, 3], category: "service" });
      expect(await service()).toMatchObject([
        {
          channel: "whatsapp",
          account: "111",
          month: "2026-03",
          service_messages: 2,
          free_allowance: 1_000,
          left: 998,
          estimated_cost: { currency: "BRL", amount: 0 },
        },
        { account: "222", service_messages: 0, left: 1_000 },
      ]);
    });

    test.each([
      { label: "a template", message: { status: "delivered", template: "aviso" } },
      {
        label: "what the provider bills otherwise",
        message: { status: "delivered", category: "utility" },
      },
      {
        label: "the answer to an advertisement",
        message: { status: "delivered", category: "service", type: "free_entry_point" },
      },
      { label: "what was not delivered", message: { status: "sent" } },
      { label: "another month's", message: { status: "read", at: "2026-04-01T00:00:00Z" } },
      { label: "the month's before", message: { status: "read", at: "2026-02-28T23:59:59Z" } },
      { label: "another account's", message: { status: "read", account: "999" } },
      { label: "what people wrote", message: { status: "read", direction: "in" } },
    ] as const)("$label is none", async ({ message }) => {
      await add(db, message);
      expect(await service()).toMatchObject([{ service_messages: 0 }, { service_messages: 0 }]);
    });

    test("past the allowance without a price the cost is unknown, with a note in the caller's language", async () => {
      const few = createApiUnderTest(db, {
        costs: { currency: "BRL", prices: {}, freeServiceMessages: 1 },
      });
      await add(db, { status: "delivered" });
      await add(db, { status: "delivered" });
      const { body } = await few.get("/stats/service-messages?month=2026-03", {
        "accept-language": "pt-BR",
      });
      expect(body.data[0]).toMatchObject({ left: 0, estimated_cost: { amount: null } });
      expect(body.data[0].estimated_cost.notes).toContainEqual({
        code: "price_unknown",
        detail: "costs.prices não tem preço para whatsapp e service",
      });
    });

    test("the present month is the usual one, and a wrong one is refused", async () => {
      await add(db, { status: "delivered", at: new Date().toISOString() });
      expect(await service("")).toMatchObject([{ service_messages: 1 }, {}]);
      expect(await service("channel=rest")).toEqual([]);
      for (const month of ["2026-13", "2026-3", "march", "2026-03-01"])
        expect((await api.get(`/stats/service-messages?month=${month}`)).status).toBe(422);
    });
  });
});
