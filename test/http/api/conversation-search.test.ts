import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Database, Queryable } from "../../../src/db/driver.ts";
import { searchedDigits } from "../../../src/db/conversation-search.ts";
import { listConversations } from "../../../src/db/conversations-read.ts";
import { listMessages } from "../../../src/db/messages-read.ts";
import { LIST_START } from "../../../src/db/page.ts";
import { listDatabases } from "../../database.ts";
import { type ApiUnderTest, createApiUnderTest } from "./api-client.ts";
import { makeKey } from "./keys.ts";
import { uuid } from "./seed.ts";

test.each([
  { q: "+55 (61) 9 9123-4567", want: ["5561991234567", "556191234567"] },
  { q: "61 99123-4567", want: ["61991234567", "6191234567"] },
  { q: "061 99123.4567", want: ["61991234567", "6191234567"] },
  { q: "0055/61/991234567", want: ["5561991234567", "556191234567"] },
  { q: "99123-4567", want: ["991234567", "91234567"] },
  { q: "9123-4567", want: ["91234567"] },
  { q: "６１９９", want: ["6199"] },
  { q: "\u200e+55\u200b61\u202c", want: ["5561"] },
  { q: "4567", want: ["4567"] },
  { q: "456", want: [] },
  { q: "12 a 34", want: [] },
  { q: "Maria 4567", want: [] },
  { q: "%%%%", want: [] },
])("a search for $q looks for the digits $want", ({ q, want }) => {
  expect(searchedDigits(q)).toEqual(want);
});

/** People by their place in the list, the last changed first. */
const PEOPLE = [
  { name: "Ana Lúcia", phone: "5561991110001", said: "obrigada 100% mesmo" },
  { name: "Bruno_Silva", phone: "556192220002", said: "quero falar com Ana" },
  { name: "ANA MARIA", phone: "351912345678", said: "" },
  { name: "Mariana Anabela", phone: "5511933330003", said: "<b>oi</b>" },
  { name: null, phone: "5561940004444", said: "nada" },
] as const;

const talk = (index: number) => uuid(11 + index);

describe.each(await listDatabases())("conversations on $label", ({ open }) => {
  let db: Database;
  let api: ApiUnderTest;

  beforeAll(async () => {
    db = await open();
    for (const [index, { name, phone, said }] of PEOPLE.entries()) {
      const [person, place] = [uuid(1 + index), talk(index)];
      await db.query("insert into contacts (id, name) values ($1::uuid, $2::text)", [person, name]);
      await db.query(
        `insert into contact_identities (channel, match_key, kind, value, contact_id)
         values ('whatsapp', 'phone:' || regexp_replace($1::text, '^55(\\d\\d)9(\\d{8})$', '55\\1\\2'), 'phone', $1::text, $2::uuid),
           ('whatsapp', 'bsuid:BR.' || $1::text, 'bsuid', 'BR.' || $1::text, $2::uuid)`,
        [phone, person],
      );
      await db.query(
        `insert into conversations (id, channel, account, contact_id, address, updated_at)
         values ($1::uuid, 'whatsapp', '111', $2::uuid, '{}', timestamptz '2026-03-01T10:00:00Z' - $3::int * interval '1 minute')`,
        [place, person, index],
      );
      for (const [nth, text] of ["primeira", said].entries())
        await db.query(
          `insert into messages (id, seq, conversation_id, contact_id, channel, account, direction, status, text, payload, created_at)
           values (gen_random_uuid(), nextval('message_seq'), $1::uuid, $2::uuid, 'whatsapp', '111', 'out', 'sent', $3::text,
             '{"type":"text"}', timestamptz '2026-03-01T09:00:00Z' + $4::int * interval '1 second')`,
          [place, person, text, nth],
        );
    }
    await db.query(
      `update conversations set paused_until = now() + interval '1 hour', last_backend = 'llm' where id = '${talk(0)}'`,
    );
    await db.query(
      `update conversations set paused_until = now() - interval '1 hour', last_backend = 'templates' where id = '${talk(1)}'`,
    );
    await db.query(
      `insert into opt_outs (id, contact_id, channel, account, scope, method, revoked_at) values
        ('${uuid(101)}', '${uuid(3)}', 'whatsapp', '111', 'all', 'command', null),
        ('${uuid(102)}', '${uuid(4)}', 'whatsapp', '111', 'all', 'command', now()),
        ('${uuid(103)}', '${uuid(5)}', 'whatsapp', '111', 'marketing', 'command', null)`,
    );
    api = createApiUnderTest(db);
  });
  afterAll(() => db.close());

  const found = async (query: Readonly<Record<string, string>>) => {
    const { body } = await api.get(`/conversations?${new URLSearchParams(query).toString()}`);
    return body.data.map(({ id }: { id: string }) => Number(id.slice(-12)) - 11);
  };

  test.each([
    { q: "+55 61 99111-0001", want: [0] },
    { q: "61 9111-0001", want: [0] },
    { q: "61 9 9222-0002", want: [1] },
    { q: "5561", want: [0, 1, 4] },
    { q: "4444", want: [4] },
    { q: "+351 912 345 678", want: [2] },
    { q: "ana", want: [0, 1, 2, 3] },
    { q: "  Ana m ", want: [2] },
    { q: "anabela", want: [3] },
    { q: "lúcia", want: [0] },
    { q: "silva", want: [] },
    { q: "bruno_", want: [1] },
    { q: "a_a", want: [] },
    { q: "%", want: [0] },
    { q: "<b>", want: [3] },
    { q: "primeira", want: [] },
    { q: "'; drop table contacts --", want: [] },
    { q: "\\", want: [] },
  ])("q=$q finds $want", async ({ q, want }) => {
    expect(await found({ q })).toEqual(want);
  });

  test.each([
    { query: { state: "human" }, want: [0] },
    { query: { state: "opted_out" }, want: [2] },
    { query: { state: "bot" }, want: [1, 3, 4] },
    { query: { backend: "llm" }, want: [0] },
    { query: { backend: "templates" }, want: [1] },
    { query: { backend: "rasa" }, want: [] },
    { query: { q: "ana", state: "bot" }, want: [1, 3] },
    { query: { q: "ana", channel: "rest" }, want: [] },
  ])("$query finds $want", async ({ query, want }) => {
    expect(await found(query)).toEqual(want);
  });

  test("a search of another tenant's finds nothing, not even by what was said", async () => {
    const other = {
      type: "rest",
      tenant: "other",
      channel: { accounts: ["9"], delivery: "collect" },
    } as const;
    const theirs = createApiUnderTest(db, { channels: new Map([["theirs", other]]) });
    const { key } = await makeKey(db, { tenant: "other" });
    for (const q of ["5561", "ana", "oi"])
      expect((await theirs.call("get", `/conversations?q=${q}`, undefined, key)).body.data).toEqual(
        [],
      );
    await db.query("delete from api_keys");
  });

  test.each([
    { q: "x".repeat(101) },
    { q: "   " },
    { q: "a\u0000b" },
    { state: "mine" },
    { trouble: "yes" },
    { backend: "" },
  ] satisfies readonly Record<string, string>[])("$# is refused", async (query) => {
    const text = new URLSearchParams(Object.entries(query)).toString();
    expect((await api.get(`/conversations?${text}`)).status).toBe(422);
  });

  test("trouble is a last message that failed, or one of the person's that was given up", async () => {
    const fail = (place: number, which: "first" | "last") =>
      db.query(
        `update messages set status = 'failed', failed_at = now() where id = (
           select id from messages where conversation_id = '${talk(place)}' order by seq ${which === "last" ? "desc" : ""} limit 1)`,
      );
    await fail(1, "first");
    await fail(3, "last");
    await fail(4, "first");
    await fail(4, "last");
    await db.query(
      `insert into inbox (id, conversation_id, channel, account, external_id, message_id, message, sent_at, emitted, done_at, dead_at)
       values (1, '${talk(2)}', 'whatsapp', '111', 'a', '${uuid(900)}', '{}', now(), true, now(), now())`,
    );
    expect(await found({ trouble: "true" })).toEqual([2, 3, 4]);
    expect(await found({ trouble: "false" })).toEqual([0, 1]);
    await db.query(
      `update messages set discarded_at = now() where id = (
         select id from messages where conversation_id = '${talk(4)}' order by seq desc limit 1)`,
    );
    await db.query("update inbox set discarded_at = now()");
    expect(await found({ trouble: "true" })).toEqual([3]);
    await db.query("delete from inbox");
    await db.query("update messages set status = 'sent', failed_at = null, discarded_at = null");
  });

  test("a row shows the person, what was said last and who answered", async () => {
    const { body } = await api.get("/conversations?backend=llm");
    expect(body.data[0]).toMatchObject({
      identity: "5561991110001",
      identity_kind: "phone",
      opted_out: false,
      last_backend: "llm",
      last_message: {
        direction: "out",
        status: "sent",
        text: "obrigada 100% mesmo",
        content_type: "text",
        created_at: "2026-03-01T09:00:01.000000Z",
      },
    });
    expect((await api.get("/conversations?state=opted_out")).body.data[0].opted_out).toBe(true);
  });

  test("what still waits in the inbox is what was said last, cut by whole characters", async () => {
    const text = "😀".repeat(300);
    await db.query(
      `insert into inbox (id, conversation_id, channel, account, external_id, message_id, message, sent_at)
       values (1, '${talk(0)}', 'whatsapp', '111', 'a', '${uuid(901)}', $1::jsonb, now())`,
      [JSON.stringify({ text, content: { type: "media" } })],
    );
    const { body } = await api.get(`/conversations/${talk(0)}`);
    expect(body.last_message).toMatchObject({
      id: uuid(901),
      direction: "in",
      status: "received",
      text: "😀".repeat(200),
      content_type: "media",
    });
    await db.query("delete from inbox");
  });

  test("a conversation in which nothing was said yet, of nobody known, has neither", async () => {
    await db.query(`insert into contacts (id) values ('${uuid(9)}')`);
    await db.query(
      `insert into conversations (id, channel, account, contact_id, address) values
        ('${uuid(99)}', 'rest', 'rest', '${uuid(9)}', '{}')`,
    );
    const { body } = await api.get("/conversations?channel=rest");
    expect(body.data).toMatchObject([
      { id: uuid(99), identity: null, identity_kind: null, last_message: null, last_backend: null },
    ]);
    await db.query(`delete from conversations where id = '${uuid(99)}'`);
  });

  describe("with thousands of them", () => {
    /** How the database goes about the last statement. */
    async function planOf(work: (spy: Queryable) => Promise<unknown>): Promise<string> {
      let plan = "";
      await work({
        query: async (text, values = []) => {
          const rows = await db.query(`explain ${text}`, values);
          plan = rows.map((row) => Object.values(row).join("")).join("\n");
          return db.query(text, values);
        },
      });
      return plan;
    }

    beforeAll(async () => {
      await db.query(
        `insert into conversations (id, channel, account, contact_id, address, updated_at)
         select gen_random_uuid(), 'many', 'a', '${uuid(1)}', '{}', now() - n * interval '1 second' from generate_series(1, 20000) n`,
      );
      await db.query(
        `insert into messages (id, seq, conversation_id, contact_id, channel, account, direction, status, text, created_at)
         select gen_random_uuid(), nextval('message_seq'), case when n % 40 = 0 then '${talk(0)}' else '${talk(1)}' end::uuid,
           '${uuid(1)}', 'many', 'a', 'in', 'received', 'x',
           now() - n * interval '1 second' from generate_series(1, 20000) n`,
      );
      await db.script("analyze conversations; analyze messages; analyze contacts; analyze inbox");
    }, 60_000);

    const page = { after: LIST_START, limit: 51 };

    test("the list reads the conversations of the page alone, and looks up their messages by index", async () => {
      const plan = await planOf((spy) => listConversations(spy, {}, page));
      expect(plan).toContain("conversations_recent");
      expect(plan).not.toMatch(/Seq Scan on (messages|conversations)/);
    });

    test.each(["asc", "desc"] as const)(
      "a long conversation is read by index, %s",
      async (order) => {
        const filter = { conversation_id: talk(0) };
        const middle = new Date(Date.now() - 10_000_000).toISOString();
        const after = { at: middle, id: uuid(0) };
        const plan = await planOf((spy) => listMessages(spy, filter, { ...page, after }, order));
        expect(plan).toContain("messages_timeline");
        expect(plan).not.toMatch(/Seq Scan on messages/);
      },
    );

    test("failed messages are found by an index of their own", async () => {
      const plan = await planOf((spy) => listMessages(spy, { status: "failed" }, page));
      expect(plan).toContain("messages_failed_recent");
    });
  });
});
