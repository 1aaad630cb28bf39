import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { replayOutbound } from "../../../src/db/dead-letters.ts";
import type { Database } from "../../../src/db/driver.ts";
import { listQuickest } from "../../database.ts";
import { type ApiUnderTest, createApiUnderTest } from "./api-client.ts";
import { IDS, seed, uuid } from "./seed.ts";

const PHONE = "+5561991234567";
const TO = { channel: "whatsapp", to: PHONE };

describe.each(await listQuickest())("POST /messages on $label", ({ open }) => {
  let db: Database;
  let api: ApiUnderTest;
  beforeAll(async () => {
    db = await open();
    api = createApiUnderTest(db);
  });
  beforeEach(() => seed(db));
  afterAll(() => db.close());

  const sent = () =>
    db.query(
      "select id::text, text from messages where origin = 'api' and correlation_id is not null order by seq",
    );

  test("queues a text to somebody known, and the log shows it by its correlation id", async () => {
    const body = { ...TO, text: "Olá, {{nome}}", values: { nome: "Maria" }, correlation_id: "o-7" };
    const answer = await api.post("/messages", body);
    expect(answer.status).toBe(202);
    expect(answer.body).toEqual({
      id: answer.body.messages[0].id,
      status: "queued",
      held_for: null,
      held_until: null,
      conversation_id: IDS.phoneConversation,
      contact_id: IDS.maria,
      messages: [{ id: answer.body.id }],
      notes: [],
    });
    const { body: list } = await api.get("/messages?correlation_id=o-7");
    expect(list.data.map(({ text }: { text: string }) => text)).toEqual(["Olá, Maria"]);
    expect((await api.get("/messages?correlation_id=o-8")).body.data).toEqual([]);
  });

  test("a dry run shows the payloads and stores nothing", async () => {
    const body = { ...TO, text: "Olá", correlation_id: "o-7", dry_run: true };
    const { body: shown } = await api.post("/messages", body);
    expect(shown).toMatchObject({ status: "dry_run", window: "open", contact_id: IDS.maria });
    expect(shown.messages[0].payload).toMatchObject({ type: "text", text: { body: "Olá" } });
    expect(await sent()).toEqual([]);
  });

  test("a message that waits says for what and until when", async () => {
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const later = await api.post("/messages", { ...TO, text: "depois", send_at: sendAt });
    expect(later.body).toMatchObject({ status: "held", held_for: "schedule" });
    expect(Date.parse(later.body.held_until)).toBe(Date.parse(sendAt));
    const body = { ...TO, to: "+5561990000000", text: "oi", outside_window: "wait" };
    expect((await api.post("/messages", body)).body).toMatchObject({ held_for: "window" });
  });

  test.each([
    {
      label: "no content",
      body: TO,
      pointer: "/text",
      detail: "give exactly one of text, reply and template",
    },
    { label: "two contents", body: { ...TO, text: "a", reply: { text: "b" } }, pointer: "/text" },
    { label: "nobody", body: { channel: "whatsapp", text: "a" }, pointer: "/to" },
    { label: "two people", body: { ...TO, contact_id: IDS.maria, text: "a" }, pointer: "/to" },
    { label: "an empty text", body: { ...TO, text: "" }, pointer: "/text" },
    { label: "too long a text", body: { ...TO, text: "x".repeat(65_537) }, pointer: "/text" },
    { label: "an unknown key", body: { ...TO, text: "a", urgent: true }, pointer: "/urgent" },
    { label: "no time", body: { ...TO, text: "a", send_at: "tomorrow" }, pointer: "/send_at" },
    {
      label: "a far time",
      body: { ...TO, text: "a", send_at: "2090-01-01T00:00:00Z" },
      pointer: "/send_at",
    },
    {
      label: "no country",
      body: { ...TO, text: "a", default_country: "Brasil" },
      pointer: "/default_country",
    },
    {
      label: "another way to wait",
      body: { ...TO, text: "a", outside_window: "later" },
      pointer: "/outside_window",
    },
    {
      label: "values that are no texts",
      body: { ...TO, text: "a", values: { a: 1 } },
      pointer: "/values/a",
    },
    {
      label: "six further channels",
      body: { ...TO, text: "a", route: Array.from({ length: 6 }, () => ({ channel: "sms" })) },
      pointer: "/route",
    },
    {
      label: "a number without country",
      body: { ...TO, to: "61991234567", text: "a" },
      pointer: "/to",
      detail: "the number has no country code: write it as +5561991112222",
    },
    {
      label: "a missing value",
      body: { ...TO, text: "{{x}}" },
      pointer: "/text",
      detail: "there is no value for {{x}}",
    },
    {
      label: "an account of somebody else's",
      body: { ...TO, account: "9", text: "a" },
      pointer: "/account",
    },
    {
      label: "a route to nowhere",
      body: { ...TO, text: "a", route: [{ channel: "x" }] },
      pointer: "/route/0/channel",
    },
    { label: "a NUL in the number", body: { ...TO, to: "+55\u0000", text: "a" }, pointer: "/to" },
  ])("$label is refused, pointed at", async ({ body, pointer, detail }) => {
    const answer = await api.post("/messages", { ...body, correlation_id: "o-7" });
    expect(answer.status).toBe(422);
    const want = { pointer, ...(detail !== undefined && { detail }) };
    expect(answer.body.errors).toContainEqual(expect.objectContaining(want));
    expect(await sent()).toEqual([]);
    expect(api.bugs).toEqual([]);
  });

  test("a text that no store takes as it is, is made one that every store takes", async () => {
    const body = { ...TO, text: "a\u0000b\ud800", correlation_id: "o\u0000-7" };
    expect((await api.post("/messages", body)).status).toBe(202);
    expect(await sent()).toMatchObject([{ text: "ab\ufffd" }]);
  });

  test.each([
    {
      label: "a channel that is none",
      body: { ...TO, channel: "x", text: "a" },
      status: 404,
      code: "channel_unknown",
    },
    {
      label: "a channel that sends nothing",
      body: { ...TO, channel: "rest", text: "a" },
      status: 404,
      code: "channel_unknown",
    },
    {
      label: "a conversation that is none",
      body: { channel: "whatsapp", conversation_id: uuid(999), text: "a" },
      status: 404,
      code: "request_not_found",
    },
    {
      label: "a conversation of another channel",
      body: { channel: "whatsapp", conversation_id: IDS.webConversation, text: "a" },
      status: 404,
      code: "request_not_found",
    },
    {
      label: "a closed window",
      body: { ...TO, to: "+5561990000000", text: "a" },
      status: 409,
      code: "channel_window_closed",
    },
  ])("$label is told as such", async ({ body, status, code }) => {
    const answer = await api.post("/messages", body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  test("who wants no messages gets none", async () => {
    await api.post(`/contacts/${IDS.maria}/opt-out`, { channel: "whatsapp" });
    const answer = await api.post("/messages", { ...TO, text: "a" });
    expect([answer.status, answer.body.code]).toEqual([409, "channel_opted_out"]);
    expect(JSON.stringify(answer.body)).not.toContain("991234567");
  });

  test("a message is taken back once, and not when it was sent", async () => {
    const { body: queued } = await api.post("/messages", { ...TO, text: "não" });
    const taken = await api.post(`/messages/${queued.id}/cancel`);
    expect(taken.body).toMatchObject({ status: "failed", error: { reason: "request_cancelled" } });
    for (const id of [queued.id, IDS.answer, IDS.question]) {
      const again = await api.post(`/messages/${id}/cancel`);
      expect([again.status, again.body.code]).toEqual([409, "request_conflict"]);
    }
    expect((await api.post(`/messages/${uuid(999)}/cancel`)).status).toBe(404);
    const { body: dead } = await api.get("/dead-letters?kind=outbound");
    expect(dead.data.map(({ id }: { id: string }) => id)).toEqual([IDS.failedNotice]);
    const replay = await api.post("/dead-letters/replay", { ids: [queued.id], dry_run: false });
    expect(replay.body).toMatchObject({ matched: 0, replayed: 0 });
  });

  test("a message with a substitute is no dead letter, and no replay sends it beside that", async () => {
    await db.query(`update messages set superseded = true where id = '${IDS.failedNotice}'`);
    expect((await api.get("/dead-letters?kind=outbound")).body.data).toEqual([]);
    expect(await replayOutbound(db, [IDS.failedNotice])).toBe(0);
  });

  test("a message shows its way and how that ended", async () => {
    const { body: alone } = await api.get(`/messages/${IDS.answer}`);
    const own = { id: IDS.answer, channel: "whatsapp", status: "delivered" };
    expect(alone).toMatchObject({ route: [own], outcome: "delivered" });
    await db.query(
      `update messages set fallback_of = '${IDS.failedNotice}' where id = '${IDS.answer}'`,
    );
    const { body: failed } = await api.get(`/messages/${IDS.failedNotice}`);
    const first = { id: IDS.failedNotice, channel: "whatsapp", status: "failed" };
    expect(failed).toMatchObject({ status: "failed", route: [first, own], outcome: "delivered" });
    const { body: waiting } = await api.get(`/messages/${IDS.waiting}`);
    expect(waiting).toMatchObject({ route: [{ id: IDS.waiting }], outcome: "received" });
  });
});
