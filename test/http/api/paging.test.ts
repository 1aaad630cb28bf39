import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Database } from "../../../src/db/driver.ts";
import { readCursor, writeCursor } from "../../../src/http/api/paging.ts";
import { listDatabases } from "../../database.ts";
import type { ApiUnderTest } from "./api-client.ts";
import { createApiUnderTest } from "./api-client.ts";
import { uuid } from "./seed.ts";

describe.each(await listDatabases())("on $label", ({ open }) => {
  let db: Database;
  let api: ApiUnderTest;

  const CONTACT = uuid(1);
  const BUSY = uuid(11);

  /** Rows 1 to 9 share one microsecond, 10 to 17 follow within the same millisecond, the rest share another. */
  const AT = `case when n < 10 then timestamptz '2026-03-01T00:00:00Z'
  when n < 18 then timestamptz '2026-03-01T00:00:00Z' + n * interval '1 microsecond'
  else timestamptz '2026-03-01T00:00:01.000001Z' end`;
  const ROWS = "from generate_series(1, 25) as row (n)";
  const ID = (start: number) =>
    `('00000000-0000-7000-8000-' || lpad((${start} + n)::text, 12, '0'))::uuid`;

  const SEED = [
    `insert into contacts (id) values ('${CONTACT}')`,
    `insert into conversations (id, channel, account, contact_id, address, updated_at)
    select ${ID(10)}, 'c', 'a', '${CONTACT}', '{}', ${AT} ${ROWS}`,
    `insert into messages (id, seq, conversation_id, contact_id, channel, account, direction, status, created_at,
      failed_at)
    select ${ID(100)}, n, '${BUSY}', '${CONTACT}', 'c', 'a', 'out', 'failed', ${AT}, ${AT} ${ROWS}`,
    `insert into inbox (id, conversation_id, channel, account, external_id, message_id, message, sent_at, received_at)
    select n, '${BUSY}', 'c', 'a', n::text, ${ID(200)}, '{"text":"x"}', ${AT}, ${AT} ${ROWS}`,
    `insert into inbox (id, conversation_id, channel, account, external_id, message_id, message, sent_at, received_at,
      done_at, dead_at)
    select 100 + n, '${BUSY}', 'c', 'a', 'd' || n, ${ID(300)}, '{}', ${AT}, ${AT}, ${AT}, ${AT} ${ROWS}`,
    `insert into webhook_events (id, channel, state, body, received_at)
    select ${ID(400)}, 'c', 'quarantined', '', ${AT} ${ROWS}`,
    `insert into interactions (id, conversation_id, contact_id, channel, account, message_id, message_text,
      processing_time_ms, success, created_at)
    select ${ID(500)}, '${BUSY}', '${CONTACT}', 'c', 'a', '${uuid(1)}', '', 1, true, ${AT} ${ROWS}`,
  ];

  beforeAll(async () => {
    db = await open();
    for (const statement of SEED) await db.query(statement);
    api = createApiUnderTest(db);
  });

  afterAll(() => db.close());

  interface Listed {
    readonly id: string;
    readonly time: string;
  }

  /** Reads a list page by page to its end. */
  async function readAll(path: string, limit: number, time: string): Promise<Listed[]> {
    const rows: Listed[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const from: string = cursor === "" ? "" : `&cursor=${cursor}`;
      const { body } = await api.get(`${path}?limit=${limit}${from}`);
      expect(body.data.length).toBe(body.next_cursor === null ? body.data.length : limit);
      for (const row of body.data) rows.push({ id: row.id, time: row[time] });
      cursor = body.next_cursor;
    }
    return rows;
  }

  const LISTS = [
    { path: "/messages", time: "created_at", count: 50 },
    { path: `/conversations/${BUSY}/messages`, time: "created_at", count: 50 },
    { path: "/conversations", time: "updated_at", count: 25 },
    { path: "/interactions", time: "created_at", count: 25 },
    { path: "/events", time: "received_at", count: 25 },
    { path: "/dead-letters", time: "died_at", count: 75 },
  ];

  test.each(LISTS.flatMap((list) => [1, 7, 25, 200].map((limit) => ({ ...list, limit }))))(
    "$path in pages of $limit shows every row once, in order",
    async ({ path, limit, time, count }) => {
      const rows = await readAll(path, limit, time);
      expect(new Set(rows.map(({ id }) => id)).size).toBe(count);
      expect(rows).toHaveLength(count);
      const inOrder = rows.toSorted((a, b) => (`${b.time}${b.id}` < `${a.time}${a.id}` ? -1 : 1));
      expect(rows).toEqual(inOrder);
    },
  );

  test("a page holds 50 rows unless asked otherwise, and the last one has no cursor", async () => {
    const first = (await api.get("/dead-letters")).body;
    const second = (await api.get(`/dead-letters?cursor=${first.next_cursor}`)).body;
    expect(first.data).toHaveLength(50);
    expect(second.data).toHaveLength(25);
    expect(second.next_cursor).toBeNull();
  });

  const AT_TEXT = "2026-03-01T00:00:00.000001Z";
  const GOOD = writeCursor("messages", { at: AT_TEXT, id: uuid(7) });
  const encode = (text: string) => Buffer.from(text).toString("base64url");

  test("a cursor brings back the exact microsecond", () => {
    expect(readCursor("messages", GOOD)).toEqual({ at: AT_TEXT, id: uuid(7) });
  });

  test.each([
    { label: "of another list", cursor: writeCursor("events", { at: AT_TEXT, id: uuid(7) }) },
    { label: "that is no base64url", cursor: "%2B%2F%3D" },
    { label: "that is empty", cursor: "" },
    { label: "that was cut", cursor: GOOD.slice(0, -4) },
    { label: "with something after it", cursor: `${GOOD}!` },
    { label: "that is no JSON", cursor: encode("messages") },
    { label: "that is another JSON", cursor: encode('{"at":1}') },
    { label: "without a time", cursor: encode(`["messages","infinity","${uuid(7)}"]`) },
    {
      label: "of a day that does not exist",
      cursor: encode(`["messages","2026-02-30T00:00:00.000000Z","${uuid(7)}"]`),
    },
    {
      label: "of an hour that does not exist",
      cursor: encode(`["messages","2026-02-03T25:00:00.000000Z","${uuid(7)}"]`),
    },
    {
      label: "of the year 0",
      cursor: encode(`["messages","0000-01-01T00:00:00.000000Z","${uuid(7)}"]`),
    },
    { label: "without an id", cursor: encode(`["messages","${AT_TEXT}","7"]`) },
  ])("a cursor $label is refused", async ({ cursor }) => {
    const { status, body } = await api.get(`/messages?cursor=${cursor}`);
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: "request_malformed",
      detail: "the cursor is not one of this list",
    });
  });

  const timeline = async (query: string): Promise<{ ids: string[]; next: string | null }> => {
    const { body } = await api.get(`/conversations/${BUSY}/messages?${query}`);
    return { ids: body.data.map(({ id }: { id: string }) => id), next: body.next_cursor };
  };

  test.each([1, 7, 25, 200])(
    "a conversation read from its beginning in pages of %p is the list turned round",
    async (limit) => {
      const forward: string[] = [];
      for (let cursor: string | null = ""; cursor !== null;) {
        const from: string = cursor === "" ? "" : `&cursor=${cursor}`;
        const { ids, next } = await timeline(`order=asc&limit=${limit}${from}`);
        forward.push(...ids);
        cursor = next;
      }
      expect(forward).toEqual((await timeline("limit=200")).ids.toReversed());
    },
  );

  test.each([
    { order: "desc", limit: 9, middle: 20 },
    { order: "desc", limit: 1, middle: 20 },
    { order: "desc", limit: 2, middle: 20 },
    { order: "desc", limit: 9, middle: 0 },
    { order: "desc", limit: 9, middle: 49 },
    { order: "asc", limit: 9, middle: 20 },
    { order: "asc", limit: 9, middle: 49 },
  ])(
    "the page of $limit around the $middle. message, $order, and the next one miss and repeat nothing",
    async ({ order, limit, middle }) => {
      const { ids: all } = await timeline(`order=${order}&limit=200`);
      const around = `order=${order}&limit=${limit}&around=${all[middle]}`;
      const page = await timeline(around);
      const start = Math.max(0, middle - Math.floor(limit / 2));
      expect(page.ids).toEqual(all.slice(start, start + page.ids.length));
      expect(page.ids).toContain(all[middle]);
      const end = start + page.ids.length;
      if (page.next === null) expect(end).toBe(all.length);
      else {
        const next = await timeline(`${around}&cursor=${page.next}`);
        expect(next.ids).toEqual(all.slice(end, end + limit));
      }
    },
  );

  test.each([
    { label: "of another conversation", id: uuid(1), status: 404 },
    { label: "with an id that is none", id: "7", status: 422 },
  ])("no page is around a message $label", async ({ id, status }) => {
    expect((await api.get(`/conversations/${BUSY}/messages?around=${id}`)).status).toBe(status);
  });

  test("no page of a conversation is around a message of another one", async () => {
    const { ids } = await timeline("limit=1");
    const other = await api.get(`/conversations/${uuid(12)}/messages?around=${ids[0]}`);
    expect([other.status, other.body.code]).toEqual([404, "request_not_found"]);
  });

  test("a cursor of the other order is refused", async () => {
    const { next } = await timeline("limit=1&order=asc");
    expect((await api.get(`/conversations/${BUSY}/messages?cursor=${next}`)).status).toBe(400);
  });

  test("a cursor of another conversation is refused", async () => {
    const { body } = await api.get(`/conversations/${BUSY}/messages?limit=1`);
    const other = await api.get(`/conversations/${uuid(12)}/messages?cursor=${body.next_cursor}`);
    expect(other.status).toBe(400);
  });
});
