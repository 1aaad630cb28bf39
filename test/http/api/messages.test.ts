import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Database } from "../../../src/db/driver.ts";
import { listQuickest } from "../../database.ts";
import type { ApiUnderTest } from "./api-client.ts";
import { createApiUnderTest } from "./api-client.ts";
import { EVENT_BODY, IDS, SECRET, seed } from "./seed.ts";

describe.each(await listQuickest())("on $label", ({ open }) => {
  let db: Database;
  let api: ApiUnderTest;

  beforeAll(async () => {
    db = await open();
    await seed(db);
    api = createApiUnderTest(db);
  });

  afterAll(() => db.close());

  const OF_MARIA = [
    IDS.failedNotice,
    IDS.waiting,
    IDS.secondAnswer,
    IDS.answer,
    IDS.question,
  ] as const;
  const ALL = [IDS.dead, ...OF_MARIA];

  test.each([
    { label: "no filter: newest first, the one still waiting among them", query: "", want: ALL },
    {
      label: "conversation",
      query: `?conversation_id=${IDS.webConversation}`,
      want: [IDS.dead],
    },
    {
      label: "conversation in upper case",
      query: `?conversation_id=${IDS.phoneConversation.toUpperCase()}`,
      want: [...OF_MARIA],
    },
    { label: "channel", query: "?channel=rest", want: [IDS.dead] },
    { label: "account", query: "?account=111&channel=whatsapp", want: [...OF_MARIA] },
    { label: "another account", query: "?account=222", want: [] },
    { label: "direction", query: "?direction=in", want: [IDS.dead, IDS.waiting, IDS.question] },
    { label: "status", query: "?status=failed", want: [IDS.failedNotice] },
    { label: "external id", query: "?external_id=wamid.out1", want: [IDS.answer] },
    {
      label: "since includes its microsecond",
      query: "?since=2026-03-02T10:00:31.000000Z",
      want: [IDS.dead, IDS.failedNotice, IDS.waiting],
    },
    {
      label: "since one microsecond later",
      query: "?since=2026-03-02T10:00:31.000001Z",
      want: [IDS.dead, IDS.failedNotice],
    },
    {
      label: "until excludes its microsecond",
      query: "?until=2026-03-02T10:00:00.000001Z",
      want: [],
    },
    {
      label: "until one microsecond later, in another time zone",
      query: "?until=2026-03-02T07:00:00.000002-03:00",
      want: [IDS.question],
    },
  ])("messages are narrowed by $label", async ({ query, want }) => {
    const { body } = await api.get(`/messages${query}`);
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual(want);
  });

  test("a message shows its tries, statuses and notes", async () => {
    const { body } = await api.get(`/messages/${IDS.answer}`);
    expect(body).toMatchObject({
      id: IDS.answer,
      status: "delivered",
      external_id: "wamid.out1",
      in_reply_to: IDS.question,
      payload: { type: "text", text: { body: "Olá!" } },
      notes: [{ code: "title_cut", detail: "a title was cut" }],
      error: null,
      created_at: "2026-03-02T10:00:01.000001Z",
      delivered_at: "2026-03-02T10:00:04.000000Z",
      read_at: null,
    });
    expect(body.attempts).toEqual([
      {
        attempt: 1,
        outcome: "retry",
        external_id: null,
        evidence: null,
        error: {
          reason: "channel_unavailable",
          code: null,
          title: "HTTP 500",
          details: null,
          trace_id: null,
          hint: "The provider could not be reached or failed. Look at its status page and replay when it is back.",
        },
        started_at: "2026-03-02T10:00:02.000000Z",
        finished_at: "2026-03-02T10:00:02.100000Z",
      },
      {
        attempt: 2,
        outcome: "sent",
        external_id: "wamid.out1",
        evidence: '{"messages":[{"id":"wamid.out1"}]}',
        error: null,
        started_at: "2026-03-02T10:00:02.500000Z",
        finished_at: "2026-03-02T10:00:03.000000Z",
      },
    ]);
    expect(body.statuses).toEqual([
      {
        status: "delivered",
        external_id: "wamid.out1",
        at: "2026-03-02T10:00:04.000000Z",
        error: null,
        recorded_at: "2026-03-02T10:00:05.000000Z",
      },
    ]);
  });

  test.each([
    { label: "no language", header: {}, language: "en" },
    { label: "Portuguese", header: { "accept-language": "pt-BR,pt;q=0.9" }, language: "pt-BR" },
    { label: "a language we do not have", header: { "accept-language": "ja" }, language: "en" },
  ])("an error explains itself to a caller who asks for $label", async ({ header, language }) => {
    const { body } = await api.get(`/messages/${IDS.failedNotice}`, header);
    expect(body.error).toEqual({
      reason: "channel_refused",
      code: "131026",
      title: "Undeliverable",
      details: "Receiver is incapable",
      trace_id: "trace-1",
      hint: `hint for cloud 131026 in ${language}`,
    });
    expect(body.statuses[0].error).toEqual({
      reason: null,
      code: "131026",
      title: "Undeliverable",
      details: null,
      trace_id: null,
      hint: `hint for cloud 131026 in ${language}`,
    });
  });

  test.each([
    { label: "the question", id: IDS.question },
    { label: "an answer to it", id: IDS.secondAnswer },
  ])("the whole turn is explained from $label", async ({ id }) => {
    const { body } = await api.get(`/messages/${id}/explain`);
    expect(body.message.id).toBe(id);
    expect(body.webhook).toMatchObject({ id: IDS.event, body_truncated: false });
    expect(body.parsed).toMatchObject({ message: { kind: "message", text: "oi" }, attempts: 1 });
    expect(body.interaction.backend_chain).toEqual([
      { backend: "rasa", outcome: "no_answer", ms: 12 },
      { backend: "templates", outcome: "answered", ms: 3 },
    ]);
    expect(body.replies.map((reply: { id: string }) => reply.id)).toEqual([
      IDS.answer,
      IDS.secondAnswer,
    ]);
    expect(body.replies[0].attempts).toHaveLength(2);
    expect(body.replies[1].attempts).toEqual([]);
  });

  test("a list is bounded however long its messages are, and says what it leaves out", async () => {
    const long = JSON.stringify({ type: "text", text: { body: "é".repeat(10_000) } });
    const change = (text: string, content: string | null, payload: string | null) =>
      db.query(
        `update messages set text = $1::text, content = $2::jsonb, payload = $3::jsonb where id = '${IDS.answer}'`,
        [text, content, payload],
      );
    await change("😀".repeat(10_241), long, long);
    const listed = async (path: string) => {
      const { body } = await api.get(path);
      return body.data.find(({ id }: { id: string }) => id === IDS.answer);
    };
    for (const path of ["/messages", `/conversations/${IDS.phoneConversation}/messages`]) {
      const row = await listed(path);
      expect(row).toMatchObject({ text: "😀".repeat(10_240), content: null, payload: null });
      expect(row.notes.map(({ code }: { code: string }) => code)).toEqual([
        "title_cut",
        "text_omitted",
        "content_omitted",
        "payload_omitted",
      ]);
    }
    const whole = (await api.get(`/messages/${IDS.answer}`)).body;
    expect(whole).toMatchObject({ text: "😀".repeat(10_241), payload: JSON.parse(long) });
    expect(whole.notes).toHaveLength(1);

    await change("Olá!", null, '{"type":"text","text":{"body":"Olá!"}}');
    expect(await listed("/messages")).toMatchObject({ text: "Olá!", payload: { type: "text" } });
    expect((await listed("/messages")).notes).toHaveLength(1);
  });

  test("a message that answers no one explains itself alone", async () => {
    const { body } = await api.get(`/messages/${IDS.failedNotice}/explain`);
    expect(body).toMatchObject({ webhook: null, parsed: null, interaction: null });
    expect(body.replies.map((reply: { id: string }) => reply.id)).toEqual([IDS.failedNotice]);
    expect(body.replies[0].statuses).toHaveLength(1);
  });

  test("a message whose webhook is gone is still explained", async () => {
    const { body } = await api.get(`/messages/${IDS.dead}/explain`);
    expect(body).toMatchObject({ webhook: null, parsed: { attempts: 5 }, replies: [] });
  });

  test("a long webhook is cut in an explanation, between characters, and whole under events", async () => {
    const long = Buffer.from(`x${"é".repeat(40_000)}`);
    await db.query("update webhook_events set body = decode($1, 'hex') where id = $2::text::uuid", [
      long.toString("hex"),
      IDS.event,
    ]);
    const explained = (await api.get(`/messages/${IDS.question}/explain`)).body.webhook;
    const whole = (await api.get(`/events/${IDS.event}`)).body;
    await db.query("update webhook_events set body = decode($1, 'hex') where id = $2::text::uuid", [
      EVENT_BODY.toString("hex"),
      IDS.event,
    ]);

    expect(explained).toMatchObject({ body_bytes: 80_001, body_truncated: true });
    expect(explained.body).toBe(`x${"é".repeat(32_767)}`);
    expect(whole).toMatchObject({ body: long.toString("utf8"), body_truncated: false });
  });

  test("a webhook shows its body only by its own id, with our keys masked", async () => {
    const list = await api.get("/events?channel=whatsapp&state=stored");
    const detail = await api.get(`/events/${IDS.event}`);

    expect(list.body.data).toEqual([
      {
        id: IDS.event,
        channel: "whatsapp",
        state: "stored",
        reason: null,
        event_count: 1,
        body_bytes: EVENT_BODY.length,
        received_at: "2026-03-02T09:59:59.123456Z",
        discarded_at: null,
      },
    ]);
    expect(detail.body.body).toBe('{"apikey":"[secret]","text":"olá"}');
    expect(detail.body.headers).toEqual({ "user-agent": "facebook", "x-key": "[secret]" });
    expect(detail.text).not.toContain(SECRET);
  });

  test("bytes that are not UTF-8 show as the replacement character", async () => {
    const { body } = await api.get(`/events/${IDS.brokenEvent}`);
    expect(body).toMatchObject({ body: "{\ufffd\u0000}", body_bytes: 4, body_truncated: false });
  });

  test.each([
    { label: "all", query: "", want: [IDS.brokenEvent, IDS.event] },
    { label: "state", query: "?state=quarantined", want: [IDS.brokenEvent] },
    { label: "channel", query: "?channel=rest", want: [] },
    { label: "since", query: "?since=2026-03-02T10:00:00Z", want: [IDS.brokenEvent] },
    { label: "until", query: "?until=2026-03-02T10:00:00Z", want: [IDS.event] },
  ])("events are narrowed by $label", async ({ query, want }) => {
    const { body } = await api.get(`/events${query}`);
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual(want);
  });

  test("replaying an event hands it to the pipeline", async () => {
    const fresh = createApiUnderTest(db);
    const { body } = await fresh.post(`/events/${IDS.brokenEvent}/replay`);
    expect(body).toEqual({ id: IDS.brokenEvent, state: "stored", reason: null, event_count: 2 });
    expect(fresh.replayed).toEqual([IDS.brokenEvent]);
  });
});
