import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Database } from "../../../src/db/driver.ts";
import { listQuickest } from "../../database.ts";
import { type ApiUnderTest, createApiUnderTest } from "./api-client.ts";
import { IDS, seed, uuid } from "./seed.ts";

const PATH = `/conversations/${IDS.phoneConversation}/trigger`;

describe.each(await listQuickest())("a trigger on $label", ({ open }) => {
  let db: Database;
  let api: ApiUnderTest;

  beforeAll(async () => {
    db = await open();
    api = createApiUnderTest(db);
  });
  beforeEach(() => seed(db));
  afterAll(() => db.close());

  const triggers = () =>
    db.query(
      "select message_id::text, message -> 'content' as content from inbox where external_id like 'trigger:%'",
    );

  test.each([
    { label: "alone", body: { intent: "EXTERNAL_news" }, entities: {} },
    {
      label: "with entities",
      body: { intent: "EXTERNAL_news", entities: { plant: "Orquídea", list: [1, { a: null }] } },
      entities: { plant: "Orquídea", list: [1, { a: null }] },
    },
    {
      label: "made safe to store",
      body: { intent: "EXTERNAL_news", entities: { "a\u0000": "\ud800\u0000" } },
      entities: { a: "\ufffd" },
    },
  ])("$label is queued", async ({ body, entities }) => {
    const answer = await api.post(PATH, body);
    expect([answer.status, answer.body.status]).toEqual([202, "queued"]);
    expect(await triggers()).toEqual([
      {
        message_id: answer.body.message_id,
        content: { type: "trigger", intent: "EXTERNAL_news", entities },
      },
    ]);
    const { body: shown } = await api.get(`/conversations/${IDS.phoneConversation}`);
    expect(shown.pending.inbound).toBe(2);
  });

  test.each(["faq/ask_name", "Início", "a.b-c+d", "x".repeat(128)])(
    "%s is an intent",
    async (intent) => {
      expect((await api.post(PATH, { intent })).status).toBe(202);
    },
  );

  test.each([
    { label: "without an intent", body: {}, pointer: "/intent" },
    { label: "with a slash before it", body: { intent: "/news" }, pointer: "/intent" },
    { label: "with entities in its name", body: { intent: 'news{"a":1}' }, pointer: "/intent" },
    { label: "with a space in its name", body: { intent: "two words" }, pointer: "/intent" },
    { label: "with an empty name", body: { intent: "" }, pointer: "/intent" },
    { label: "with too long a name", body: { intent: "x".repeat(129) }, pointer: "/intent" },
    { label: "that is no text", body: { intent: 5 }, pointer: "/intent" },
    { label: "with a list of entities", body: { intent: "a", entities: [] }, pointer: "/entities" },
    { label: "with unknown keys", body: { intent: "a", channel: "x" }, pointer: "/channel" },
  ])("$label is refused", async ({ body, pointer }) => {
    const answer = await api.post(PATH, body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ pointer }));
    expect(await triggers()).toEqual([]);
  });

  test("for a conversation that is none is 404", async () => {
    for (const id of [uuid(999), "x"]) {
      const answer = await api.post(`/conversations/${id}/trigger`, { intent: "a" });
      expect([answer.status, answer.body.code]).toEqual([404, "request_not_found"]);
    }
    expect(api.bugs).toEqual([]);
  });
});
