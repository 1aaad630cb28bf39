import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Database } from "../../../src/db/driver.ts";
import { listQuickest } from "../../database.ts";
import type { ApiUnderTest } from "./api-client.ts";
import { createApiUnderTest } from "./api-client.ts";
import { IDS, SECRET, seed } from "./seed.ts";

describe.each(await listQuickest())("people on $label", ({ open }) => {
  const opened = open();
  let db: Database;
  let api: ApiUnderTest;

  beforeEach(async () => {
    db = await opened;
    await seed(db);
    api = createApiUnderTest(db);
  });
  afterAll(async () => (await opened).close());

  const idsOf = async (query: string): Promise<string[]> =>
    (await api.get(`/contacts${query}`)).body.data.map(({ id }: { id: string }) => id);

  test.each([
    { label: "a number", query: "?identity=%2B5561991234567", want: [IDS.maria] },
    {
      label: "a number without the ninth digit",
      query: "?identity=556191234567",
      want: [IDS.maria],
    },
    { label: "a user id", query: "?identity=BR.1", want: [IDS.maria] },
    {
      label: "a number on another channel",
      query: "?identity=5561991234567&channel=rest",
      want: [IDS.maria],
    },
    { label: "nobody's number", query: "?identity=5561990000000", want: [] },
    { label: "the beginning of a name", query: "?name=mAR", want: [IDS.maria] },
    { label: "the middle of a name", query: "?name=aria", want: [] },
    { label: "a sign that means something to SQL", query: "?name=%25", want: [] },
    { label: "a channel", query: "?channel=rest", want: [IDS.maria] },
    { label: "a time", query: "?since=2026-03-01T10:30:00Z&name=ma", want: [] },
  ])("are found by $label", async ({ query, want }) => {
    expect(await idsOf(query)).toEqual(want);
  });

  test("are listed on pages, the newest first", async () => {
    const first = (await api.get("/contacts?limit=2")).body;
    const second = (await api.get(`/contacts?limit=2&cursor=${first.next_cursor}`)).body;
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual([
      IDS.passerBy,
      IDS.webVisitor,
      IDS.maria,
    ]);
    expect(second.next_cursor).toBeNull();
  });

  test("are made known once, and what is said of them later replaces what was known", async () => {
    const ana = { channel: "whatsapp", to: "061 99111-0000", default_country: "BR" };
    const { body: made } = await api.post("/contacts", { ...ana, name: "Ana" });
    expect(made).toMatchObject({ name: "Ana", identities: [{ value: "5561991110000" }] });
    const again = await api.post("/contacts", {
      channel: "whatsapp",
      to: "+556191110000",
      properties: { vip: true },
    });
    expect(again.body).toMatchObject({ id: made.id, name: "Ana", properties: { vip: true } });
  });

  test.each([
    { label: "no number", body: { channel: "whatsapp", to: "ana" }, want: 422 },
    { label: "no channel of ours", body: { channel: "nowhere", to: "+5561991110000" }, want: 404 },
    {
      label: "an unknown value",
      body: { channel: "whatsapp", to: "+5561991110000", x: 1 },
      want: 422,
    },
  ])("are not made of $label", async ({ body, want }) => {
    expect((await api.post("/contacts", body)).status).toBe(want);
  });

  test("the export holds what is kept, without the keys of the installation", async () => {
    await db.query("update messages set text = text || $2::text where id = $1::text::uuid", [
      IDS.answer,
      SECRET,
    ]);
    const response = await api.get(`/contacts/${IDS.maria}/export`);
    expect(response.headers["content-disposition"]).toContain(`contact-${IDS.maria}.json`);
    expect(response.text).not.toContain(SECRET);
    const { contact, conversations, messages, received, interactions, campaigns, files } =
      response.body;
    expect(contact).toMatchObject({ name: "Maria", opt_outs: [{}, {}], identities: [{}, {}, {}] });
    expect(conversations).toMatchObject([{ id: IDS.phoneConversation }]);
    expect(messages.map(({ id }: { id: string }) => id)).toContain(IDS.answer);
    expect(messages.find(({ id }: { id: string }) => id === IDS.answer).statuses).toMatchObject([
      { status: "delivered" },
    ]);
    expect(received).toHaveLength(2);
    expect(interactions).toMatchObject([{ message_text: "oi" }]);
    expect(campaigns).toContainEqual(expect.objectContaining({ params: { city: "Gama" } }));
    expect(files).toMatchObject([{ file_name: "praia.jpg", mime_type: "image/jpeg", kept: true }]);
  });

  test("an export of thousands of messages is whole", async () => {
    await db.query(
      `insert into messages (id, seq, conversation_id, contact_id, channel, account, direction, status)
       select gen_random_uuid(), n, $1::text::uuid, $2::text::uuid, 'whatsapp', '111', 'out', 'sent'
       from generate_series(10000, 11200) n`,
      [IDS.phoneConversation, IDS.maria],
    );
    const { messages } = (await api.get(`/contacts/${IDS.maria}/export`)).body;
    expect(new Set(messages.map(({ id }: { id: string }) => id)).size).toBeGreaterThan(1_200);
  });

  test("an erased person is gone, and erasing is audited once", async () => {
    expect((await api.delete(`/contacts/${IDS.maria}`)).body).toEqual({ id: IDS.maria });
    expect((await api.get(`/contacts/${IDS.maria}`)).status).toBe(404);
    expect((await api.get(`/contacts/${IDS.maria}/export`)).status).toBe(404);
    expect((await api.delete(`/contacts/${IDS.maria}`)).status).toBe(404);
    const rows = await db.query("select action from audit_log where subject = $1::text", [
      IDS.maria,
    ]);
    expect(rows).toEqual([{ action: "contact_erase" }]);
    expect((await api.get("/messages")).status).toBe(200);
    expect((await api.get(`/messages/${IDS.answer}/explain`)).status).toBe(200);
    expect((await api.get("/conversations")).status).toBe(200);
    expect((await api.get("/interactions")).status).toBe(200);
  });
});
