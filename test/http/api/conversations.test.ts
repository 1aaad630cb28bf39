import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Database } from "../../../src/db/driver.ts";
import { listQuickest } from "../../database.ts";
import type { ApiUnderTest } from "./api-client.ts";
import { createApiUnderTest } from "./api-client.ts";
import { IDS, seed } from "./seed.ts";

describe.each(await listQuickest())("on $label", ({ open }) => {
  let db: Database;
  let api: ApiUnderTest;

  beforeAll(async () => {
    db = await open();
    await seed(db);
    api = createApiUnderTest(db);
  });

  afterAll(() => db.close());

  test.each([
    { label: "conversation", query: `conversation_id=${IDS.phoneConversation}`, want: 1 },
    { label: "another conversation", query: `conversation_id=${IDS.webConversation}`, want: 0 },
    { label: "message", query: `message_id=${IDS.question}`, want: 1 },
    { label: "another message", query: `message_id=${IDS.answer}`, want: 0 },
    { label: "channel", query: "channel=whatsapp", want: 1 },
    { label: "another channel", query: "channel=rest", want: 0 },
    { label: "account", query: "account=111", want: 1 },
    { label: "another account", query: "account=222", want: 0 },
    { label: "backend", query: "backend=templates", want: 1 },
    { label: "another backend", query: "backend=rasa", want: 0 },
    { label: "success", query: "success=true", want: 1 },
    { label: "failure", query: "success=false", want: 0 },
    { label: "since", query: "since=2026-03-02T10:00:01Z", want: 1 },
    { label: "until", query: "until=2026-03-02T10:00:01Z", want: 0 },
  ])("interactions are narrowed by $label", async ({ query, want }) => {
    const { body } = await api.get(`/interactions?${query}`);
    expect(body.data).toHaveLength(want);
  });

  test("an interaction has the documented columns", async () => {
    const { body } = await api.get("/interactions");
    expect(body.data[0]).toMatchObject({
      message_text: "oi",
      intent_detected: "greet",
      confidence: 0.5,
      template_used: "utter_greet#0",
      response_text: "Olá!",
      response_id: IDS.answer,
      parameters_used: { name: "Maria" },
      fallback_used: false,
      backend: "templates",
      processing_time_ms: 15,
      success: true,
      error_message: null,
      context_data: { session: 1 },
      created_at: "2026-03-02T10:00:01.000000Z",
    });
  });

  test.each([
    {
      label: "all, the last changed first",
      query: "",
      want: [IDS.phoneConversation, IDS.webConversation],
    },
    { label: "channel", query: "?channel=rest", want: [IDS.webConversation] },
    { label: "account", query: "?account=111", want: [IDS.phoneConversation] },
    { label: "contact", query: `?contact_id=${IDS.webVisitor}`, want: [IDS.webConversation] },
  ])("conversations are narrowed by $label", async ({ query, want }) => {
    const { body } = await api.get(`/conversations${query}`);
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual(want);
  });

  test("a conversation shows its person on its channel, consent, window and work", async () => {
    const { body } = await api.get(`/conversations/${IDS.phoneConversation}`);
    expect(body).toMatchObject({
      id: IDS.phoneConversation,
      contact_id: IDS.maria,
      contact_name: "Maria",
      window_open: true,
      paused: false,
      paused_until: null,
      opted_out: false,
      opt_outs: ["marketing"],
      pending: { inbound: 1, outbound: 1 },
    });
    expect(Date.parse(body.window_expires_at) - Date.parse(body.last_inbound_at)).toBe(86_400_000);
    expect(body.identities).toEqual([
      {
        channel: "whatsapp",
        kind: "phone",
        value: "5561991234567",
        created_at: "2026-03-01T10:00:00.000000Z",
        last_seen_at: "2026-03-02T10:00:00.000000Z",
      },
      {
        channel: "whatsapp",
        kind: "bsuid",
        value: "BR.1",
        created_at: "2026-03-01T10:00:00.000000Z",
        last_seen_at: "2026-03-01T10:00:00.000000Z",
      },
    ]);
  });

  test("a channel without a window is always open", async () => {
    const { body } = await api.get(`/conversations/${IDS.webConversation}`);
    expect(body).toMatchObject({ window_expires_at: null, window_open: true, identities: [] });
  });

  test.each([
    { label: "so many minutes", body: { minutes: 30 }, minutes: 30 },
    { label: "a day when nothing is said", body: {}, minutes: 1440 },
    { label: "a day when there is no body", body: undefined, minutes: 1440 },
  ])("pausing lasts $label, and resuming ends it", async ({ body, minutes }) => {
    const paused = (await api.post(`/conversations/${IDS.webConversation}/pause`, body)).body;
    const rows = await db.query(
      `select extract(epoch from (paused_until - now()))::int as seconds from conversations
      where id = '${IDS.webConversation}'`,
    );
    const resumed = (await api.post(`/conversations/${IDS.webConversation}/resume`)).body;

    expect(paused.paused).toBe(true);
    expect(rows[0]?.["seconds"]).toBeGreaterThan(minutes * 60 - 30);
    expect(rows[0]?.["seconds"]).toBeLessThanOrEqual(minutes * 60);
    expect(resumed).toMatchObject({ paused: false, paused_until: null });
  });

  test("the messages of a conversation are its own", async () => {
    const phone = await api.get(`/conversations/${IDS.phoneConversation}/messages?limit=2`);
    const web = await api.get(`/conversations/${IDS.webConversation}/messages`);
    expect(phone.body.data.map(({ id }: { id: string }) => id)).toEqual([
      IDS.failedNotice,
      IDS.waiting,
    ]);
    expect(web.body.data.map(({ id }: { id: string }) => id)).toEqual([IDS.dead]);
    expect(web.body.next_cursor).toBeNull();
  });

  test("a contact shows every identity and opt-out", async () => {
    const { body } = await api.get(`/contacts/${IDS.maria}`);
    expect(body).toMatchObject({ id: IDS.maria, name: "Maria", language: "pt-BR" });
    expect(body.identities.map(({ value }: { value: string }) => value)).toEqual([
      "maria",
      "5561991234567",
      "BR.1",
    ]);
    expect(body.opt_outs).toEqual([
      {
        channel: "whatsapp",
        account: "111",
        scope: "marketing",
        method: "keyword",
        created_at: "2026-03-02T10:00:00.000000Z",
        revoked_at: null,
        revoked_method: null,
      },
      {
        channel: "whatsapp",
        account: "111",
        scope: "all",
        method: "keyword",
        created_at: "2026-03-01T10:00:00.000000Z",
        revoked_at: "2026-03-01T12:00:00.000000Z",
        revoked_method: "start",
      },
    ]);
  });

  test.each([
    {
      label: "a public address",
      publicUrl: "https://bridge.example",
      base: "https://bridge.example",
    },
    { label: "no public address", publicUrl: undefined, base: undefined },
  ])("channels tell their webhook with $label", async ({ publicUrl, base }) => {
    const { body } = await createApiUnderTest(db, { publicUrl }).get("/channels");
    const url = (name: string) => (base === undefined ? null : `${base}/webhooks/${name}/webhook`);
    expect(body.data).toMatchObject([
      {
        name: "rest",
        type: "rest",
        accounts: ["rest"],
        delivery: "collect",
        webhook_path: "/webhooks/rest/webhook",
        webhook_url: url("rest"),
      },
      {
        name: "whatsapp",
        type: "cloud",
        accounts: ["111", "222"],
        delivery: "push",
        webhook_path: "/webhooks/whatsapp/webhook",
        webhook_url: url("whatsapp"),
      },
    ]);
  });
});
