import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import type { Database } from "../../../src/db/driver.ts";
import { saveSubscriptions } from "../../../src/db/outgoing-events.ts";
import { EVENT_TYPES } from "../../../src/event-types.ts";
import { listQuickest } from "../../database.ts";
import { type ApiUnderTest, createApiUnderTest } from "./api-client.ts";
import { IDS, seed, uuid } from "./seed.ts";

const CONVERSATION = `/conversations/${IDS.phoneConversation}`;
const CONTACT = `/contacts/${IDS.maria}`;

const payloads = z.array(
  z.object({ payload: z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) }) }),
);

describe.each(await listQuickest())("what an operator controls on $label", ({ open }) => {
  let db: Database;
  let api: ApiUnderTest;

  beforeAll(async () => {
    db = await open();
  });
  beforeEach(async () => {
    await seed(db);
    await saveSubscriptions(db, [{ endpoint: "desk", types: [...EVENT_TYPES] }]);
    await db.query("delete from outgoing_events where dead_at is null");
    api = createApiUnderTest(db);
  });
  afterAll(() => db.close());

  /** What was told since the seed, without what every event holds. */
  async function told() {
    const rows = payloads.parse(
      await db.query(
        "select payload from outgoing_events where dead_at is null order by created_at, ctid",
      ),
    );
    return rows.map(({ payload: { type, data } }) => ({ type, ...data }));
  }

  const place = { conversation_id: IDS.phoneConversation, contact_id: IDS.maria };
  const account = { channel: "whatsapp", account: "111" };

  describe("pauses", () => {
    test("a pause says why, and is told", async () => {
      const { body } = await api.post(`${CONVERSATION}/pause`, { minutes: 5 });
      expect(body).toMatchObject({ paused: true, pause_reason: "operator" });
      expect(await told()).toEqual([
        {
          type: "conversation.paused",
          ...place,
          ...account,
          reason: "operator",
          until: body.paused_until,
        },
      ]);
    });

    test("its end is told, with what the pause was for", async () => {
      await api.post(`${CONVERSATION}/pause`);
      await db.query("delete from outgoing_events");
      const { body } = await api.post(`${CONVERSATION}/resume`);
      expect(body).toMatchObject({ paused: false, paused_until: null, pause_reason: null });
      const why = { reason: "operator", paused_for: "operator" };
      expect(await told()).toEqual([
        { type: "conversation.resumed", ...place, ...account, ...why },
      ]);
    });

    test("a conversation that was not paused is not told to be resumed", async () => {
      expect((await api.post(`${CONVERSATION}/resume`)).status).toBe(200);
      expect(await told()).toEqual([]);
    });
  });

  describe("slots", () => {
    test("are set one by one and forgotten by null", async () => {
      await api.patch(`${CONVERSATION}/slots`, { a: 1, b: { deep: [null] }, c: "x" });
      const { body } = await api.patch(`${CONVERSATION}/slots`, { a: null, b: false, "é 1": "ü" });
      const slots = { b: false, c: "x", "é 1": "ü" };
      expect(body).toEqual({ slots, session_started_at: null });
      expect((await api.get(`${CONVERSATION}/slots`)).body.slots).toEqual(slots);
    });

    test("two changes at the same moment both stay", async () => {
      const names = Array.from({ length: 20 }, (_, index) => `slot${index}`);
      await Promise.all(names.map((name) => api.patch(`${CONVERSATION}/slots`, { [name]: 1 })));
      const { body } = await api.get(`${CONVERSATION}/slots`);
      expect(Object.keys(body.slots).toSorted()).toEqual(names.toSorted());
    });

    test("are forgotten with the session that a reset ends", async () => {
      await api.patch(`${CONVERSATION}/slots`, { a: 1 });
      await db.query("update conversations set session_started_at = now(), held_by = 'rasa'");
      expect((await api.post(`${CONVERSATION}/reset`)).status).toBe(200);
      expect((await api.get(`${CONVERSATION}/slots`)).body).toEqual({
        slots: {},
        session_started_at: null,
      });
      expect(
        await db.query("select held_by from conversations where id = $1::uuid", [
          IDS.phoneConversation,
        ]),
      ).toEqual([{ held_by: null }]);
    });

    test("64 kB are the most, with those that are there already", async () => {
      await api.patch(`${CONVERSATION}/slots`, { a: "x".repeat(60_000) });
      const refused = await api.patch(`${CONVERSATION}/slots`, { b: "y".repeat(10_000) });
      expect([refused.status, refused.body.code]).toEqual([413, "request_too_large"]);
      expect(Object.keys((await api.get(`${CONVERSATION}/slots`)).body.slots)).toEqual(["a"]);
      const room = { a: null, b: "y".repeat(10_000) };
      expect((await api.patch(`${CONVERSATION}/slots`, room)).status).toBe(200);
    });

    test.each([
      { label: "no object", body: [1], status: 422 },
      { label: "an empty name", body: { "": 1 }, status: 422 },
      { label: "a name with a NUL", body: { "a\u0000": 1 }, status: 422 },
      { label: "a name of 129 characters", body: { ["x".repeat(129)]: 1 }, status: 422 },
    ])("$label is refused", async ({ body, status }) => {
      expect((await api.patch(`${CONVERSATION}/slots`, body)).status).toBe(status);
    });

    test("values are made safe to store", async () => {
      const { body } = await api.patch(`${CONVERSATION}/slots`, { a: "x\u0000y\ud800" });
      expect(body.slots).toEqual({ a: "xy\ufffd" });
    });
  });

  describe("a contact", () => {
    test("is named, and properties are changed by name", async () => {
      await api.patch(CONTACT, { properties: { plan: "gold", old: true } });
      const { body } = await api.patch(CONTACT, {
        name: "Maria da Silva",
        properties: { old: null, city: "Belém" },
      });
      expect(body).toMatchObject({
        name: "Maria da Silva",
        language: "pt-BR",
        properties: { plan: "gold", city: "Belém" },
      });
      const kept = "select name_kept from contacts where id = $1::uuid";
      expect(await db.query(kept, [IDS.maria])).toEqual([{ name_kept: true }]);
      await api.patch(CONTACT, { name: null });
      expect(await db.query(kept, [IDS.maria])).toEqual([{ name_kept: false }]);
    });

    test("a language overrules what conversations have shown", async () => {
      await db.query("update conversations set language = 'es'");
      await api.patch(CONTACT, { language: "en" });
      expect((await api.get(CONVERSATION)).body.language).toBe("en");
      await api.patch(CONTACT, { name: "Maria" });
      expect((await api.get(CONVERSATION)).body.language).toBe("en");
    });

    test.each([
      { label: "an unknown key", body: { phone: "1" } },
      { label: "an empty name", body: { name: " " } },
      { label: "a name with a NUL", body: { name: "a\u0000" } },
      { label: "no language", body: { language: "Português" } },
    ])("$label is refused", async ({ body }) => {
      expect((await api.patch(CONTACT, body)).status).toBe(422);
    });

    test("too many properties are refused", async () => {
      const body = { properties: { a: "x".repeat(70_000) } };
      expect((await api.patch(CONTACT, body)).status).toBe(413);
    });
  });

  describe("consent", () => {
    const optOuts = async () =>
      (await api.get(CONTACT)).body.opt_outs
        .filter(({ method }: { method: string }) => method === "api")
        .map(({ scope, revoked_method }: { scope: string; revoked_method: string | null }) => ({
          scope,
          revoked_method,
        }));

    test("an opt-out holds for all accounts, is audited, told and announced, and once", async () => {
      await db.query("delete from opt_outs");
      const body = { reason: "asked on the phone" };
      expect((await api.post(`${CONTACT}/opt-out`, body)).status).toBe(200);
      await api.post(`${CONTACT}/opt-out`, body);
      expect(await optOuts()).toEqual([{ scope: "all", revoked_method: null }]);
      expect((await api.get(CONVERSATION)).body.opted_out).toBe(true);
      const who = { contact_id: IDS.maria, ...account };
      expect(await told()).toEqual([
        { type: "contact.opted_out", ...who, scope: "all", method: "api" },
      ]);
      expect(api.announced).toEqual(["whatsapp 111 out", "whatsapp 111 out"]);
      expect(
        await db.query(
          "select actor, action, detail ->> 'reason' as reason from audit_log where subject = $1::text order by id desc limit 1",
          [IDS.maria],
        ),
      ).toEqual([{ actor: "admin", action: "opt_out", reason: "asked on the phone" }]);
    });

    test("an opt-in ends it and keeps its history", async () => {
      await db.query("delete from opt_outs");
      await api.post(`${CONTACT}/opt-out`);
      await api.post(`${CONTACT}/opt-in`);
      expect(await optOuts()).toEqual([{ scope: "all", revoked_method: "api" }]);
      expect((await api.get(CONVERSATION)).body.opted_out).toBe(false);
      expect((await told()).map(({ type }) => type)).toEqual([
        "contact.opted_out",
        "contact.opted_in",
      ]);
    });

    test("without promotions the bot still answers, and no provider is told", async () => {
      await db.query("delete from opt_outs");
      await api.post(`${CONTACT}/opt-out`, { scope: "marketing" });
      expect((await api.get(CONVERSATION)).body).toMatchObject({
        opted_out: false,
        opt_outs: ["marketing"],
      });
      expect(api.announced).toEqual([]);
    });

    test.each([
      { label: "every account of theirs", body: {}, want: ["111", "222"] },
      { label: "the account that is named", body: { account: "222" }, want: ["222"] },
    ])("who never wrote can be opted out of $label", async ({ body, want }) => {
      const made = await api.post("/contacts", { channel: "whatsapp", to: "+5561987650001" });
      const path = `/contacts/${made.body.id}`;
      expect((await api.post(`${path}/opt-out`, body)).status).toBe(200);
      const out = (await api.get(path)).body.opt_outs;
      expect(out.map(({ account: one }: { account: string }) => one).toSorted()).toEqual(want);
      expect(api.announced).toEqual(want.map((one) => `whatsapp ${one} out`));
      await db.query("delete from opt_outs where contact_id = $1::text::uuid", [made.body.id]);
    });

    test.each([
      { label: "a channel they are not known on", body: { channel: "sms" }, status: 409 },
      { label: "an account that is not ours", body: { account: "333" }, status: 409 },
      { label: "a scope nobody knows", body: { scope: "some" }, status: 422 },
      { label: "a reason that is too long", body: { reason: "x".repeat(201) }, status: 422 },
    ])("$label is refused", async ({ body, status }) => {
      expect((await api.post(`${CONTACT}/opt-out`, body)).status).toBe(status);
      expect(await told()).toEqual([]);
    });
  });

  test.each([
    { method: "patch", path: `/conversations/${uuid(99)}/slots` },
    { method: "post", path: `/conversations/${uuid(99)}/reset` },
    { method: "post", path: `/conversations/${uuid(99)}/pause` },
    { method: "post", path: `/conversations/${uuid(99)}/resume` },
    { method: "patch", path: `/contacts/${uuid(99)}` },
    { method: "post", path: `/contacts/${uuid(99)}/opt-out` },
    { method: "post", path: `/outgoing-events/${uuid(99)}/replay` },
  ] as const)("$method $path is nothing", async ({ method, path }) => {
    expect((await api[method](path, {})).status).toBe(404);
  });

  test.each([
    { query: "", want: 1 },
    { query: "?state=dead", want: 1 },
    { query: "?state=pending", want: 0 },
    { query: "?state=delivered", want: 0 },
    { query: "?endpoint=desk", want: 1 },
    { query: "?endpoint=crm", want: 0 },
    { query: "?type=conversation.handoff", want: 1 },
    { query: "?type=session.started", want: 0 },
  ])("outgoing events are narrowed by $query", async ({ query, want }) => {
    expect((await api.get(`/outgoing-events${query}`)).body.data).toHaveLength(want);
  });

  test("a dead event comes back to life under its id", async () => {
    const { body } = await api.post(`/outgoing-events/${IDS.outgoingEvent}/replay`);
    expect(body).toMatchObject({ id: IDS.outgoingEvent, state: "pending", attempts: 0 });
  });
});
