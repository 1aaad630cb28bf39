import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Database } from "../../../src/db/driver.ts";
import type { WebhookOrder } from "../../../src/simulator/orders.ts";
import type { StatusOrder } from "../../../src/simulator/simulator.ts";
import { listQuickest } from "../../database.ts";
import { type ApiUnderTest, createApiUnderTest } from "./api-client.ts";
import { makeKey } from "./keys.ts";
import { IDS, seed } from "./seed.ts";
import { agreeingSimulator } from "./simulator.ts";

/** What the API itself sees to; the lines and their providers have suites of their own. */

const [database] = (await listQuickest()).slice(-1);
const MARIA = { channel: "whatsapp", person: "+5561991234567" };

let db: Database;
let api: ApiUnderTest;
const sent: WebhookOrder[] = [];
const reported: StatusOrder[] = [];
const forgotten: object[] = [];

beforeAll(async () => {
  if (database === undefined) throw new Error("no database to test on");
  db = await database.open();
});
beforeEach(async () => {
  await seed(db);
  for (const list of [sent, reported, forgotten]) list.length = 0;
  const standin = agreeingSimulator();
  api = createApiUnderTest(db, {
    simulator: {
      ...standin,
      send: (order) => {
        sent.push(order);
        return standin.send(order);
      },
      report: (order) => {
        reported.push(order);
        return standin.report(order);
      },
      forget: (of) => {
        forgotten.push(of);
        return standin.forget(of);
      },
    },
  });
});
afterAll(() => db.close());

test("an order reaches the line with what was left out, and the answer shows no token", async () => {
  const content = { type: "media", media: "image", file_id: IDS.answer, file_name: "a.png" };
  const { body } = await api.post("/simulator/webhooks", {
    channel: "whatsapp",
    messages: [{ from: "+5561995555555", id: "wamid.1", quoted: "wamid.2", content }],
  });
  expect(sent).toMatchObject([
    {
      channel: "whatsapp",
      times: 1,
      order: "given",
      delayMs: 0,
      signature: "good",
      messages: [
        {
          from: "5561995555555",
          externalId: "wamid.1",
          quoted: "wamid.2",
          content: { type: "media", media: "image", fileId: IDS.answer, fileName: "a.png" },
        },
      ],
    },
  ]);
  expect(body.messages).toEqual([{ external_id: "wamid.SIMULATED" }]);
  expect(body.calls[0].headers).toEqual({ authorization: "Bearer [secret]" });
});

test("a status names the message as the provider knows it, and whom it went to", async () => {
  const order = { channel: "whatsapp", message_id: IDS.answer, status: "failed" };
  await api.post("/simulator/statuses", { ...order, error_code: "131026", times: 3 });
  expect(reported).toEqual([
    {
      channel: "whatsapp",
      message: { id: IDS.answer, externalId: "wamid.out1" },
      person: "5561991234567",
      status: "failed",
      errorCode: "131026",
      times: 3,
      signature: "good",
    },
  ]);
});

test.each([
  { label: "was never sent", id: IDS.secondAnswer, status: 409 },
  { label: "came from a person", id: IDS.question, status: 404 },
  { label: "went out elsewhere", id: IDS.dead, status: 404 },
])("of a message that $label nothing is reported", async ({ id, status }) => {
  const order = { channel: "whatsapp", message_id: id, status: "read" };
  expect((await api.post("/simulator/statuses", order)).status).toBe(status);
  expect(reported).toEqual([]);
});

test("the clock moves the last message, and nought opens a window that was closed", async () => {
  await db.query("update conversations set window_closed_at = now() where id = $1::text::uuid", [
    IDS.phoneConversation,
  ]);
  const move = (hours: number) => api.post("/simulator/clock", { ...MARIA, hours });
  const { body } = await move(23);
  expect(body).toMatchObject({ conversation_id: IDS.phoneConversation, window_open: false });
  expect((await move(0)).body).toMatchObject({ window_open: true });
  expect((await move(24.5)).body).toMatchObject({ window_open: false });
  const left = Date.parse((await move(20)).body.window_expires_at) - Date.now();
  expect(Math.round(left / 3_600_000)).toBe(4);
  const nobody = { channel: "whatsapp", person: "+5561900000000", hours: 1 };
  expect((await api.post("/simulator/clock", nobody)).status).toBe(404);
});

test("a reset erases who is known on simulated lines alone, with the wish to be left alone", async () => {
  const refused = await api.post("/simulator/reset", MARIA);
  expect(refused.body).toMatchObject({ status: 409, code: "request_conflict" });
  expect((await api.get(`/contacts/${IDS.maria}`)).status).toBe(200);
  expect(forgotten).toEqual([]);
  await db.query("delete from contact_identities where channel = 'rest'");
  expect((await api.post("/simulator/reset", MARIA)).body).toEqual({ erased: true });
  expect((await api.get(`/contacts/${IDS.maria}`)).status).toBe(404);
  expect(
    await db.query(
      "select 1 from erased_opt_outs where channel = 'whatsapp' and scope = 'marketing'",
    ),
  ).toEqual([]);
  expect(forgotten).toMatchObject([{ channel: "whatsapp", person: "5561991234567" }]);
});

test("what is no simulated line is none of the simulator's, even for the admin", async () => {
  const person = "+5561991234567";
  const content = { type: "text", text: "oi" };
  for (const [path, body] of [
    ["/simulator/webhooks", { channel: "rest", messages: [{ from: person, content }] }],
    ["/simulator/clock", { channel: "rest", person, hours: 1 }],
    ["/simulator/reset", { channel: "rest", person }],
    ["/simulator/behaviour", { channel: "rest", person }],
    ["/simulator/statuses", { channel: "rest", message_id: IDS.answer, status: "read" }],
  ] as const)
    expect([path, (await api.post(path, body)).status]).toEqual([path, 404]);
});

test("switched off there is nothing, whatever is asked", async () => {
  const off = createApiUnderTest(db, { simulator: undefined });
  expect((await off.get("/simulator")).status).toBe(404);
  expect((await off.post("/simulator/reset", MARIA)).status).toBe(404);
  expect((await off.call("post", "/simulator/files", "a,b")).status).toBe(404);
});

test("a key of another tenant keeps no file, and a file says what it is", async () => {
  const { key } = await makeKey(db, { tenant: "other" });
  expect((await api.call("post", "/simulator/files", "a,b", key)).status).toBe(404);
  const kept = await api.call("post", "/simulator/files?file_name=a.csv", "a,b");
  expect(kept.body).toMatchObject({ mime_type: "text/csv", size_bytes: 3 });
});
