import { randomUUIDv7 } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Database } from "../../src/db/driver.ts";
import { measureQueues, probeWrite } from "../../src/db/maintenance.ts";
import { deleteExpired } from "../../src/db/retention.ts";
import { listDatabases } from "../database.ts";
import { emptyDatabase } from "./empty.ts";

const RETENTION = { rawWebhooksDays: 2, inboxDays: 8, parkedDays: 3, historyDays: 5 };
const DAY_S = 86_400;

/** How many rows are past their retention, whatever their table. */
async function expire(db: Database): Promise<number> {
  const gone = await deleteExpired(db, RETENTION);
  return Object.values(gone).reduce((sum, rows) => sum + rows, 0);
}

/** What a row needs: its id, a number of its own, and its age in seconds. */
type Values = readonly [id: string, place: number, age: number];

const AGE = "now() - $3::int * interval '1 second'";

const INBOX = (column: "done_at" | "dead_at" | "received_at") => `
  insert into inbox (id, conversation_id, channel, account, external_id, message_id, message, sent_at, ${column})
  values ($2::int, $1::text::uuid, 'whatsapp', '1', $2::int::text, $1::text::uuid, '{}', now(), ${AGE})`;

const KINDS = [
  {
    table: "webhook_events",
    days: RETENTION.rawWebhooksDays,
    insert: `insert into webhook_events (id, channel, state, body, event_count, received_at)
      values ($1::text::uuid, 'whatsapp', 'stored', '', $2::int, ${AGE})`,
    place: "event_count",
  },
  {
    table: "outgoing_events",
    days: RETENTION.rawWebhooksDays,
    insert: `insert into outgoing_events (id, endpoint, type, payload, attempts, created_at)
      values ($1::text::uuid, 'desk', 'session.started', '{}', $2::int, ${AGE})`,
    place: "attempts",
  },
  { table: "inbox", days: RETENTION.inboxDays, insert: INBOX("done_at"), place: "id::int" },
  {
    table: "parked_statuses",
    days: RETENTION.parkedDays,
    insert: `insert into parked_statuses (channel, account, external_id, status, update, parked_at)
      select 'whatsapp', '1', $2::int::text, 'read', '{}', ${AGE} where $1::text is not null`,
    place: "external_id::int",
  },
  {
    table: "interactions",
    days: RETENTION.historyDays,
    insert: `insert into interactions (id, conversation_id, contact_id, channel, account, message_id, message_text,
        processing_time_ms, success, created_at)
      select id, id, id, 'whatsapp', '1', id, '', $2::int, true, ${AGE} from (select $1::text::uuid as id) given`,
    place: "processing_time_ms",
  },
  {
    table: "button_payloads",
    days: RETENTION.historyDays,
    insert: `insert into button_payloads (id, payload, used_at) values ($1::text, $2::int::text, ${AGE})`,
    place: "payload::int",
  },
  {
    table: "notification_events",
    days: RETENTION.historyDays,
    insert: `insert into notification_events (id, source, event_id, rule, type, outcome, received_at)
      values ($1::text::uuid, 'ponte.events', $2::int::text, 'a', 'order.made', 'queued', ${AGE})`,
    place: "event_id::int",
  },
  {
    table: "messages",
    days: RETENTION.historyDays,
    insert: `insert into messages (id, seq, conversation_id, contact_id, channel, account, direction, status, created_at)
      select id, $2::int, id, id, 'whatsapp', '1', 'out', 'sent', ${AGE} from (select $1::text::uuid as id) given`,
    place: "seq::int",
  },
];

const STATUSES = [
  { status: "received", direction: "in", kept: false },
  { status: "queued", direction: "out", kept: true },
  { status: "sending", direction: "out", kept: true },
  { status: "uncertain", direction: "out", kept: true },
  { status: "sent", direction: "out", kept: false },
  { status: "delivered", direction: "out", kept: false },
  { status: "read", direction: "out", kept: false },
  { status: "failed", direction: "out", kept: false },
];

describe.each(await listDatabases())("maintenance on $label", ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());
  beforeEach(() => emptyDatabase(db));

  const add = (insert: string, place: number, age: number) => {
    const values: Values = [randomUUIDv7(), place, age];
    return db.query(insert, values);
  };

  /** A message with one status and one attempt. */
  const addMessage = async (status: string, direction: string, days: number): Promise<string> => {
    const id = randomUUIDv7();
    await db.query(
      `insert into messages (id, seq, conversation_id, contact_id, channel, account, direction, status, created_at)
       select id, nextval('message_seq'), id, id, 'whatsapp', '1', $2::text, $3::text,
         now() - $4::int * interval '1 day' from (select $1::text::uuid as id) given`,
      [id, direction, status, days],
    );
    await db.query(
      "insert into message_statuses (message_id, external_id, status, at) values ($1::text::uuid, 'wamid', 'sent', now())",
      [id],
    );
    await db.query(
      "insert into send_attempts (message_id, attempt, outcome) values ($1::text::uuid, 1, 'sent')",
      [id],
    );
    return id;
  };

  test.each(KINDS)(
    "$table: rows past $days days go, younger ones stay",
    async ({ table, days, insert, place }) => {
      await add(insert, 1, days * DAY_S + 3_600);
      await add(insert, 2, days * DAY_S - 3_600);
      await add(insert, 3, 0);
      await add(insert, 4, 1_000 * DAY_S);
      expect(await expire(db)).toBe(2);
      const rows = await db.query(`select ${place} as place from ${table} order by 1`);
      expect(rows).toEqual([{ place: 2 }, { place: 3 }]);
    },
  );

  test("what is past its retention goes however much it is", async () => {
    await db.script(
      `insert into button_payloads (id, payload, used_at)
         select n::text, '', now() - interval '1000 days' from generate_series(1, 10001) n;
       insert into messages (id, seq, conversation_id, contact_id, channel, account, direction, status, created_at)
         select id, n, id, id, 'whatsapp', '1', 'in', 'received', now() - interval '1000 days'
         from (select n, gen_random_uuid() as id from generate_series(1, 5001) n) given`,
    );
    expect(await expire(db)).toBe(15_002);
    expect(await db.query("select id from button_payloads")).toEqual([]);
    expect(await db.query("select id from messages")).toEqual([]);
  });

  test("a message that waits in the inbox is never deleted, however old", async () => {
    await add(INBOX("received_at"), 1, 1_000 * DAY_S);
    expect(await expire(db)).toBe(0);
    expect(await db.query("select id::int from inbox")).toEqual([{ id: 1 }]);
  });

  test.each(STATUSES)(
    "an old $status message is kept with its statuses and attempts: $kept",
    async ({ status, direction, kept }) => {
      const id = await addMessage(status, direction, 1_000);
      const young = await addMessage("sent", "out", 1);
      expect(await expire(db)).toBe(kept ? 0 : 1);
      const want = (kept ? [id, young] : [young]).toSorted().map((owner) => ({ owner }));
      for (const source of ["id from messages", "message_id from message_statuses"])
        expect(
          await db.query(`select ${source.replace(" ", "::text as owner ")} order by 1`),
        ).toEqual(want);
      expect(
        await db.query("select message_id::text as owner from send_attempts order by 1"),
      ).toEqual(want);
    },
  );

  test("empty queues have no depth and no age", async () => {
    const empty = { depth: 0, oldestSeconds: 0 };
    const queues = { inbox: empty, outbox: empty, dead: empty, campaign: empty, events: empty };
    expect(await measureQueues(db)).toEqual(queues);
  });

  test("each queue is measured by what waits in it, and by the oldest of it", async () => {
    await add(INBOX("received_at"), 1, 100);
    await add(INBOX("received_at"), 2, 500);
    await add(INBOX("done_at"), 3, 9_000);
    await add(INBOX("dead_at"), 4, 700);
    await db.query("update inbox set done_at = now() where id = 4");
    for (const { status, direction } of STATUSES) await addMessage(status, direction, 3);
    const { inbox, outbox, dead } = await measureQueues(db);
    expect([inbox.depth, outbox.depth, dead.depth]).toEqual([2, 3, 1]);
    for (const [{ oldestSeconds }, want] of [
      [inbox, 500],
      [outbox, 3 * DAY_S],
      [dead, 700],
    ] as const) {
      expect(oldestSeconds).toBeGreaterThanOrEqual(want);
      expect(oldestSeconds).toBeLessThan(want + 60);
    }
  });

  test("the proof of writing fails where only reading is allowed", async () => {
    await expect(probeWrite(db)).resolves.toBeUndefined();
    const readOnly = db.transaction(async (tx) => {
      await tx.query("set transaction read only");
      await probeWrite({ ...db, query: tx.query });
    });
    await expect(readOnly).rejects.toMatchObject({ code: "store_unavailable" });
  });
});
