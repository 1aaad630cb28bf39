import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { copyIntoPast } from "../../bench/history-copy.ts";
import type { Database } from "../../src/db/driver.ts";
import { listQuickest } from "../database.ts";

/** One turn as a bridge leaves it: asked, answered, sent, delivered. */
const TURN = `
  insert into contacts (id, name) values ('01990000-0000-7000-8000-000000000001', 'Joana');
  insert into contact_identities (channel, match_key, kind, value, contact_id)
    values ('whatsapp', '556191112222', 'phone', '+556191112222', '01990000-0000-7000-8000-000000000001');
  insert into conversations (id, channel, account, contact_id, address)
    values ('01990000-0000-7000-8000-000000000002', 'whatsapp', '1', '01990000-0000-7000-8000-000000000001', '{}');
  insert into webhook_events (id, channel, state, body)
    values ('01990000-0000-7000-8000-000000000003', 'whatsapp', 'stored', 'x');
  insert into inbox (id, conversation_id, channel, account, external_id, message_id, event_id, message, sent_at, done_at)
    values (1, '01990000-0000-7000-8000-000000000002', 'whatsapp', '1', 'wamid.in', '01990000-0000-7000-8000-000000000004',
      '01990000-0000-7000-8000-000000000003', '{}', now(), now());
  insert into messages (id, seq, conversation_id, contact_id, channel, account, direction, status, external_id, in_reply_to)
    values ('01990000-0000-7000-8000-000000000004', 1, '01990000-0000-7000-8000-000000000002',
        '01990000-0000-7000-8000-000000000001', 'whatsapp', '1', 'in', 'received', 'wamid.in', null),
      ('01990000-0000-7000-8000-000000000005', 2, '01990000-0000-7000-8000-000000000002',
        '01990000-0000-7000-8000-000000000001', 'whatsapp', '1', 'out', 'read', 'wamid.out', '01990000-0000-7000-8000-000000000004');
  insert into message_statuses (message_id, external_id, status, at)
    select '01990000-0000-7000-8000-000000000005', 'wamid.out', s, now() from unnest(array['sent', 'delivered', 'read']) s;
  insert into send_attempts (message_id, attempt, outcome) values ('01990000-0000-7000-8000-000000000005', 1, 'sent');
  insert into interactions (id, conversation_id, contact_id, channel, account, message_id, message_text, processing_time_ms, success)
    values ('01990000-0000-7000-8000-000000000006', '01990000-0000-7000-8000-000000000002',
      '01990000-0000-7000-8000-000000000001', 'whatsapp', '1', '01990000-0000-7000-8000-000000000004', 'oi', 1, true)`;

const INDEXES = `
  select x.indrelid::regclass::text as table, count(*)::int as indexes
  from pg_index x join pg_class c on c.oid = x.indrelid
  where c.relnamespace = 'public'::regnamespace and x.indisvalid group by 1 order by 1`;

const WANTED = 5_000;

describe("a history made of copies", () => {
  let db: Database;
  let made: ReadonlyMap<string, number>;
  let indexesBefore: unknown;
  const ask = async (text: string): Promise<unknown> => (await db.query(text))[0]?.["found"];

  beforeAll(async () => {
    const [database] = await listQuickest();
    if (database === undefined) throw new Error("no database");
    db = await database.open();
    await db.script(TURN);
    indexesBefore = await db.query(INDEXES);
    made = await copyIntoPast(db, WANTED);
  }, 120_000);
  afterAll(() => db.close());

  test("has about as many rows as were wanted, in every table", () => {
    const total = [...made.values()].reduce((sum, count) => sum + count, 0);
    expect(total).toBeGreaterThanOrEqual(WANTED);
    expect(total).toBeLessThan(WANTED * 1.2);
    expect(made.size).toBe(9);
    expect([...made.values()].every((count) => count > 0)).toBe(true);
  });

  test("its rows refer to each other as the copied ones did", async () => {
    expect(
      await ask(`select count(*)::int as found from messages m
        join conversations c on c.id = m.conversation_id and c.contact_id = m.contact_id`),
    ).toBe((made.get("messages") ?? 0) + 2);
    expect(
      await ask(`select count(*)::int as found from message_statuses s
        join messages m on m.id = s.message_id and m.external_id = s.external_id
        join messages q on q.id = m.in_reply_to`),
    ).toBe((made.get("message_statuses") ?? 0) + 3);
    expect(
      await ask(
        "select count(*)::int as found from inbox i join webhook_events e on e.id = i.event_id",
      ),
    ).toBe((made.get("webhook_events") ?? 0) + 1);
  });

  test("spreads over the year, and over the month of what is kept for a month", async () => {
    const oldest = (table: string, column: string) =>
      ask(`select extract(day from now() - min(${column}))::int as found from ${table}`);
    expect(await oldest("messages", "created_at")).toBe(365);
    expect(await oldest("webhook_events", "received_at")).toBeLessThanOrEqual(31);
    expect(await ask("select max(created_at) <= now() as found from messages")).toBe(true);
  });

  test("ids have the time of their rows, so that none is outside of the months", async () => {
    expect(await ask("select count(*)::int as found from interactions_default")).toBe(0);
    expect(await ask("select count(*)::int as found from webhook_events_default")).toBe(0);
  });

  test("every index is there again, and nothing else is left behind", async () => {
    expect(await db.query(INDEXES)).toEqual(indexesBefore);
    expect(
      await ask(`select count(*)::int as found from pg_class where relname like 'bench%'`),
    ).toBe(0);
  });
});
