import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import request from "supertest";
import type { Database } from "../../../src/db/driver.ts";
import { SCOPES } from "../../../src/http/api/caller.ts";
import { ROUTES } from "../../../src/http/api/routes.ts";
import { SEES_NUMBERS } from "../../../src/http/api/roles.ts";
import { listQuickest } from "../../database.ts";
import { listen, stopListening } from "../../standins/listen.ts";
import { until } from "../../until.ts";
import { type ApiUnderTest, CHANNELS, createApiUnderTest } from "./api-client.ts";
import { EXAMPLES } from "./examples.ts";
import { makeKey } from "./keys.ts";
import { type Listener, listenTo } from "./listener.ts";
import { IDS, seed } from "./seed.ts";

const [database] = (await listQuickest()).slice(0, 1);

const NUMBER = "5561991234567";
const MASKED = "+55 61 9****-4567";
const ACCOUNT = "106540352242922";

/** Base64 of the number, as WhatsApp's message ids hold it. */
const ENCODED = Buffer.from(NUMBER).toString("base64").slice(0, 12);
const WAMID = `wamid.HBgN${Buffer.from(NUMBER).toString("base64").replaceAll("=", "")}FQIAERgSNUY4`;

/** Every way in which rows hold a number. */
const PLANT = `
  update messages set text = 'ligue para +55 (61) 99123-4567', external_id = '${WAMID}' || right(id::text, 2),
    payload = '{"to":"${NUMBER}","context":{"message_id":"${WAMID}"},"wa_id":${NUMBER},"${NUMBER}":1}',
    content = case id when '${IDS.question}' then content else '{"type":"text","text":"${NUMBER}@s.whatsapp.net"}' end,
    correlation_id = 'pedido-${NUMBER}';
  update inbox set message = '{"from":"${NUMBER}","text":"55 61 99123.4567"}';
  update interactions set message_text = '61 9 9123-4567', response_text = 'Anotei: ${NUMBER}.',
    parameters_used = '{"fone":"+${NUMBER}"}', context_data = '{"asked":{"tel":"whatsapp:+${NUMBER}"}}';
  update contacts set name = 'Maria ${NUMBER}', username = '+${NUMBER}';
  update webhook_events set body = convert_to('{"to":"%2B${NUMBER}","wa_id":"${NUMBER}","id":"${WAMID}"}', 'UTF8'),
    headers = '{"x-original-url":"/w?from=%2B${NUMBER}"}', state = 'stored', reason = null where id = '${IDS.event}';
  update conversations set slots = '{"telefone":"${NUMBER}"}';
  update campaigns set name = 'Aviso a ${NUMBER}', message = '{"text":"Ligue ${NUMBER}"}';
  update send_attempts set evidence = '{"contacts":[{"wa_id":"${NUMBER}"}],"messages":[{"id":"${WAMID}"}]}'`;

let db: Database;
let api: ApiUnderTest;

const all = SCOPES.filter((scope) => scope !== "admin");
const blind = all.filter((scope) => scope !== SEES_NUMBERS);
const keyWith = async (scopes: readonly string[]) => (await makeKey(db, { scopes })).key;

beforeAll(async () => {
  if (database === undefined) throw new Error("no database to test on");
  db = await database.open();
  await seed(db);
  for (const statement of PLANT.split(";\n")) await db.query(statement);
  api = createApiUnderTest(db);
});
afterAll(() => db.close());

const digitsOf = (text: string) => text.replaceAll(/[^\d*\p{L}]/gu, "");

const READS = ROUTES.filter(({ method, scope, respond }) => {
  const isOpen = blind.some((one) => one === scope && one !== "simulator:write");
  return method === "get" && isOpen && respond === undefined;
}).map(({ path }) => ({ path }));

test.each(READS)(
  "GET $path shows no number to a key without the right to see them",
  async ({ path }) => {
    const example = EXAMPLES[`get ${path}`]?.path ?? "";
    const answer = await api.call("get", example, undefined, await keyWith(blind));
    if (answer.status === 403) expect(answer.body.detail).toContain("installation");
    else expect(answer.status).toBe(200);
    const shown = digitsOf(answer.text);
    for (const secret of ["991234567", "61991234567"]) expect(shown).not.toContain(secret);
    expect(answer.text).not.toContain(ENCODED);
  },
);

test("a key with the right to see them is shown the same rows with their numbers", async () => {
  const { text } = await api.call("get", "/messages", undefined, await keyWith(all));
  expect(text).toContain(NUMBER);
  expect(text).toContain(WAMID);
});

test("what is masked keeps its shape, and everything else stays as it is", async () => {
  const key = await keyWith(blind);
  const { body } = await api.call("get", `/messages/${IDS.answer}`, undefined, key);
  const { body: whole } = await api.get(`/messages/${IDS.answer}`);
  expect(body).toEqual({
    ...whole,
    text: `ligue para ${MASKED}`,
    external_id: "wamid.…NUY422",
    attempts: whole.attempts.map(
      (one: { evidence: string | null; external_id: string | null }) => ({
        ...one,
        evidence: one.evidence && expect.stringContaining(MASKED),
        external_id: one.external_id && "wamid.…out1",
      }),
    ),
    statuses: [{ ...whole.statuses[0], external_id: "wamid.…out1" }],
    payload: {
      to: MASKED,
      context: { message_id: "wamid.…gSNUY4" },
      wa_id: MASKED,
      [MASKED]: 1,
    },
    content: { type: "text", text: `${MASKED}@s.whatsapp.net` },
    correlation_id: `pedido-${MASKED}`,
  });
});

test("pages are read on, and our own account is named", async () => {
  await db.query(`update messages set account = '${ACCOUNT}'`);
  const channels = new Map(CHANNELS);
  const whatsapp = { accounts: [ACCOUNT], delivery: "push" } as const;
  channels.set("whatsapp", { type: "cloud", tenant: "default", channel: whatsapp });
  api = createApiUnderTest(db, { channels });
  const key = await keyWith(blind);
  const read = async (query: string) =>
    (await api.call("get", `/messages?limit=1&account=${ACCOUNT}${query}`, undefined, key)).body;
  const first = await read("");
  const second = await read(`&cursor=${first.next_cursor}`);
  expect(first.data).toMatchObject([{ account: ACCOUNT }]);
  expect(second.data).toHaveLength(1);
  expect(second.data[0].id).not.toBe(first.data[0].id);
});

describe("what cannot be masked is refused", () => {
  test.each([
    `/campaigns/${IDS.listedCampaign}/recipients/export`,
    `/campaigns/${IDS.listedCampaign}/imports/${IDS.recipientImport}/report`,
    `/contacts/${IDS.maria}/export`,
    `/messages/${IDS.question}/file`,
  ])("%s", async (path) => {
    const answer = await api.call("get", path, undefined, await keyWith(blind));
    expect([answer.status, answer.body.code]).toEqual([403, "request_forbidden"]);
    expect(answer.headers["www-authenticate"]).toContain('scope="contacts:read"');
    expect((await api.call("get", path, undefined, await keyWith(all))).status).toBe(200);
  });
});

describe("nobody finds out a number by asking for it", () => {
  test.each([
    { label: "a number", query: "/messages?correlation_id=pedido-5561991234567" },
    { label: "a message id that holds one", query: `/messages?external_id=${WAMID}21` },
    { label: "a number given twice", query: `/messages?external_id=1&external_id=%2B${NUMBER}` },
    { label: "digits in a search", query: "/conversations?q=1" },
    { label: "digits of another script", query: `/conversations?q=${encodeURIComponent("٥٥")}` },
    { label: "digits that are read as such", query: `/conversations?q=${encodeURIComponent("①")}` },
  ])("$label", async ({ query }) => {
    const answer = await api.call("get", query, undefined, await keyWith(blind));
    expect([answer.status, answer.body.code]).toEqual([403, "request_forbidden"]);
    expect(answer.body.detail).toContain(SEES_NUMBERS);
  });

  test("names, ids and times may be asked for", async () => {
    const key = await keyWith(blind);
    const queries = [
      "/conversations?q=Maria",
      `/messages?conversation_id=${IDS.phoneConversation}&since=2026-03-01T00:00:00.123456Z`,
      "/messages?account=123456789012345",
    ];
    for (const query of queries)
      expect((await api.call("get", query, undefined, key)).status).toBe(200);
  });
});

test("what is written is answered masked too, and so is its repetition", async () => {
  const key = await keyWith(blind);
  const send = () =>
    request(api.app)
      .post("/api/v1/messages")
      .set({ authorization: `Bearer ${key}`, "idempotency-key": "once" })
      .send({ channel: "whatsapp", to: `+${NUMBER}`, text: "Olá", dry_run: true });
  const first = await send();
  const again = await send();
  expect(first.body.messages[0].payload).toMatchObject({ to: MASKED });
  expect(again.headers["idempotency-replayed"]).toBe("true");
  expect(again.body).toEqual(first.body);
});

test("somebody is written to by the conversation, without a channel or a number", async () => {
  const key = await keyWith(blind);
  const body = { conversation_id: IDS.phoneConversation, text: "Olá" };
  const sent = await api.call("post", "/messages", body, key);
  expect(sent.body).toMatchObject({ status: "queued", conversation_id: IDS.phoneConversation });
  const { body: list } = await api.get(
    `/messages?conversation_id=${IDS.phoneConversation}&limit=1`,
  );
  expect(list.data).toMatchObject([{ id: sent.body.id, channel: "whatsapp", account: "111" }]);
  const nowhere = await api.call("post", "/messages", { to: `+${NUMBER}`, text: "Olá" }, key);
  expect(nowhere.body.errors).toEqual([{ pointer: "/channel", detail: expect.any(String) }]);
  const foreign = (await makeKey(db, { tenant: "other", scopes: blind })).key;
  const [theirs, nobodys] = await Promise.all(
    [IDS.phoneConversation, IDS.maria].map(async (id) => {
      const answer = await api.call("post", "/messages", { ...body, conversation_id: id }, foreign);
      return { ...answer.body, request_id: undefined };
    }),
  );
  expect(theirs).toMatchObject({ status: 404, code: "request_not_found" });
  expect(theirs).toEqual(nobodys);
});

test("the live stream masks what somebody named a message, and lets who may see hear it", async () => {
  const server = createServer(api.app);
  const url = `http://127.0.0.1:${await listen(server)}/api/v1/events/stream`;
  const listening = await Promise.all(
    [blind, all].map(async (scopes) =>
      listenTo(url, { authorization: `Bearer ${await keyWith(scopes)}` }),
    ),
  );
  await until(() => listening.every(({ lastId }) => lastId() !== ""));
  await db.query(
    `update messages set status = 'read', changed_at = now() where id = '${IDS.answer}'`,
  );
  const toldOf = ({ heard }: Listener) => heard.find(({ data }) => data["id"] === IDS.answer);
  await until(() => listening.every((listener) => toldOf(listener) !== undefined));
  const named = listening.map((listener) => toldOf(listener)?.data["correlation_id"]);
  for (const listener of listening) listener.leave();
  await stopListening(server);
  expect(named).toEqual([`pedido-${MASKED}`, `pedido-${NUMBER}`]);
});
