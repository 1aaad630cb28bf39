import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Database } from "../../../src/db/driver.ts";
import { createOverview } from "../../../src/http/api/overview.ts";
import { emptyDatabase } from "../../db/empty.ts";
import { listDatabases } from "../../database.ts";
import { type ApiUnderTest, createApiUnderTest } from "./api-client.ts";
import { uuid } from "./seed.ts";

const CONTACT = uuid(1);
const TALK = uuid(11);

const HOUR_MS = 3_600_000;

/** A time so many hours before the running one, 10 minutes after its beginning. */
const hoursAgo = (hours: number) =>
  `date_trunc('hour', now()) - interval '${hours} hours' + interval '10 minutes'`;

/** Noon of yesterday, UTC. */
const YESTERDAY =
  "date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' - interval '12 hours'";
const TODAY = "now() - interval '1 millisecond'";

describe.each(await listDatabases())("the overview on $label", ({ open }) => {
  let db: Database;
  let api: ApiUnderTest;
  let rows = 0;

  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());
  beforeEach(async () => {
    await emptyDatabase(db);
    await db.query(`insert into contacts (id) values ('${CONTACT}')`);
    await db.query(
      `insert into conversations (id, channel, account, contact_id, address) values
        ('${TALK}', 'whatsapp', '111', '${CONTACT}', '{}')`,
    );
    api = createApiUnderTest(db);
  });

  const next = () => uuid((rows += 1) + 1_000);

  async function message(
    at: string,
    direction: "in" | "out",
    more: { readonly status?: string; readonly error?: object; readonly channel?: string } = {},
  ): Promise<void> {
    const { status = direction === "in" ? "received" : "sent", error, channel = "whatsapp" } = more;
    await db.query(
      `insert into messages (id, seq, conversation_id, contact_id, channel, account, direction, status, created_at, failed_at, error)
       select $1::uuid, nextval('message_seq'), '${TALK}', '${CONTACT}', $2::text, '111', $3::text, $4::text, ${at},
         case when $4::text = 'failed' then ${at} end, $5::jsonb`,
      [next(), channel, direction, status, error === undefined ? null : JSON.stringify(error)],
    );
  }

  async function turn(
    at: string,
    ms: number,
    more: { readonly backend?: string; readonly fallback?: boolean; readonly plan?: string } = {},
  ): Promise<void> {
    const { backend = null, fallback = false, plan } = more;
    await db.query(
      `insert into interactions (id, conversation_id, contact_id, channel, account, message_id, message_text,
         processing_time_ms, success, backend, fallback_used, context_data, created_at)
       select $1::uuid, '${TALK}', '${CONTACT}', 'whatsapp', '111', '${uuid(2)}', '', $2::int, true, $3::text, $4::boolean,
         $5::jsonb, ${at}`,
      [next(), ms, backend, fallback, JSON.stringify(plan === undefined ? {} : { plan })],
    );
  }

  const overview = async (hours = 24) => (await api.get(`/stats/overview?hours=${hours}`)).body;

  test("of nothing is all zeros and nulls, with every hour in its place", async () => {
    const { now, since, hours, ...rest } = await overview(48);
    expect(rest).toEqual({
      messages: {
        today: { in: 0, out: 0, failed: 0 },
        yesterday: { in: 0, out: 0, failed: 0 },
      },
      active_conversations: 0,
      answers: { count: 0, p50_ms: null, p95_ms: null, fallback_rate: null },
      queue: { inbound: 0, outbound: 0, oldest_seconds: 0 },
      dead_letters: 0,
      backends: [],
    });
    const start = Date.parse(since);
    expect(start % HOUR_MS).toBe(0);
    expect(Date.parse(now) - start).toBeGreaterThanOrEqual(47 * HOUR_MS);
    expect(Date.parse(now) - start).toBeLessThan(48 * HOUR_MS);
    expect(hours).toEqual(
      Array.from({ length: 48 }, (_, index) => ({
        at: new Date(start + index * HOUR_MS).toISOString(),
        in: 0,
        out: 0,
        failed: 0,
        p50_ms: null,
        p95_ms: null,
      })),
    );
  });

  test("counts days by UTC, and cancelled messages as neither sent nor failed", async () => {
    await message(TODAY, "in");
    await message(TODAY, "out");
    await message(TODAY, "out", { status: "failed" });
    await message(TODAY, "out", { status: "failed", error: { reason: "campaign_cancelled" } });
    await message(YESTERDAY, "in");
    await message(YESTERDAY, "in");
    await message(YESTERDAY, "out", { status: "failed" });
    await message(`${YESTERDAY} - interval '1 day'`, "in");
    expect((await overview()).messages).toEqual({
      today: { in: 1, out: 3, failed: 1 },
      yesterday: { in: 2, out: 1, failed: 1 },
    });
  });

  test("counts what waits in the inbox once, as a message and in the queue", async () => {
    await db.query(
      `insert into inbox (id, conversation_id, channel, account, external_id, message_id, message, sent_at, received_at)
       values (1, '${TALK}', 'whatsapp', '111', 'a', '${next()}', '{}', now(), now() - interval '90 seconds')`,
    );
    await message(TODAY, "out", { status: "queued" });
    await message(TODAY, "out", { status: "uncertain" });
    const { queue, hours } = await overview(2);
    expect(queue).toMatchObject({ inbound: 1, outbound: 2 });
    expect(queue.oldest_seconds).toBeGreaterThanOrEqual(90);
    const counts: number[] = hours.map((hour: { in: number }) => hour.in);
    expect(counts.reduce((all, one) => all + one, 0)).toBe(1);
  });

  test("puts traffic and times into their hours, settled ones and the running one", async () => {
    for (const ms of [10, 20, 300]) await turn(hoursAgo(3), ms, { backend: "templates" });
    await turn(hoursAgo(3), 9_999, { plan: "paused" });
    await message(hoursAgo(3), "in");
    await message(hoursAgo(0), "in");
    await message(hoursAgo(0), "out", { status: "failed" });
    await turn(hoursAgo(0), 40, { backend: "llm", fallback: true });
    await turn(hoursAgo(0), 50, { fallback: true });
    await turn(hoursAgo(5), 7_000, { backend: "rasa" });
    const body = await overview(4);
    expect(body.hours).toMatchObject([
      { in: 1, out: 0, failed: 0, p50_ms: 20, p95_ms: 300 },
      { in: 0, p50_ms: null, p95_ms: null },
      { in: 0 },
      { in: 1, out: 1, failed: 1, p50_ms: 40, p95_ms: 50 },
    ]);
    expect(body.answers).toEqual({ count: 5, p50_ms: 40, p95_ms: 300, fallback_rate: 0.4 });
    expect(body.backends).toEqual([
      { backend: "templates", answers: 3 },
      { backend: null, answers: 1 },
      { backend: "llm", answers: 1 },
    ]);
  });

  test("counts who wrote within 15 minutes, and dead letters of all kinds but discarded ones", async () => {
    await db.query(
      `update conversations set updated_at = now(), last_inbound_at = now() - interval '14 minutes'`,
    );
    await message(TODAY, "out", { status: "failed" });
    await message(TODAY, "out", { status: "failed" });
    await db.query(
      "update messages set discarded_at = now() where id = (select max(id::text)::uuid from messages)",
    );
    await db.query(
      `insert into webhook_events (id, channel, state, body) values ('${next()}', 'whatsapp', 'quarantined', '')`,
    );
    expect(await overview()).toMatchObject({ active_conversations: 1, dead_letters: 2 });
    await db.query("update conversations set last_inbound_at = now() - interval '16 minutes'");
    expect((await createOverview(db)(undefined, 1)).active_conversations).toBe(0);
  });

  test("shows a caller nothing of the channels of others", async () => {
    await message(TODAY, "in");
    await message(TODAY, "out", { status: "queued" });
    await message(TODAY, "out", { status: "failed" });
    await turn(TODAY, 10, { backend: "templates" });
    await db.query("update conversations set updated_at = now(), last_inbound_at = now()");
    const read = createOverview(db);
    const theirs = await read(["rest"], 2);
    expect({ ...theirs, now: "", since: "", hours: [] }).toEqual({
      ...(await createOverview(db)([], 2)),
      now: "",
      since: "",
      hours: [],
    });
    expect(theirs).toMatchObject({
      active_conversations: 0,
      answers: { count: 0 },
      queue: { inbound: 0, outbound: 0 },
      dead_letters: 0,
      backends: [],
      messages: { today: { in: 0, out: 0, failed: 0 } },
    });
    expect(await read(["whatsapp"], 2)).toMatchObject({
      active_conversations: 1,
      answers: { count: 1 },
      dead_letters: 1,
      messages: { today: { in: 1, out: 2, failed: 1 } },
    });
  });

  test("is counted anew after five seconds, settled hours after one more hour", async () => {
    let clock = 0;
    const read = createOverview(db, () => clock);
    const sums = async () => {
      const { hours } = await read(undefined, 4);
      return [hours[0]?.in, hours[3]?.in];
    };
    const write = async () => {
      await message(hoursAgo(3), "in");
      await message(hoursAgo(0), "in");
    };
    await write();
    expect(await sums()).toEqual([1, 1]);
    await write();
    clock = 4_999;
    expect(await sums()).toEqual([1, 1]);
    clock = 5_000;
    expect(await sums()).toEqual([1, 2]);
    clock = HOUR_MS;
    expect(await sums()).toEqual([2, 2]);
  });

  test.each(["0", "169", "1.5", "x", "-1", ""])("%p hours are refused", async (hours) => {
    const { status, body } = await api.get(`/stats/overview?hours=${hours}`);
    expect([status, body.errors]).toEqual([422, [expect.objectContaining({ parameter: "hours" })]]);
  });
});
