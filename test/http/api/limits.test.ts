import { once } from "node:events";
import { createServer, request as send } from "node:http";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import request from "supertest";
import { z } from "zod";
import { createMemoryCache } from "../../../src/cache/memory.ts";
import type { Database } from "../../../src/db/driver.ts";
import { problem } from "../../../src/http/api/document.ts";
import { rateLimitStores } from "../../../src/http/rate-limit.ts";
import { listQuickest } from "../../database.ts";
import { ADMIN_KEY, createApiUnderTest } from "./api-client.ts";
import { type TestKey, makeKey } from "./keys.ts";
import { IDS, seed } from "./seed.ts";

const [database] = (await listQuickest()).slice(-1);

let db: Database;

beforeAll(async () => {
  if (database === undefined) throw new Error("no database to test on");
  db = await database.open();
  await seed(db);
});

afterAll(() => db.close());

const newKey = async (key: TestKey = {}) => (await makeKey(db, key)).key;

function limited(key: number, address: number, limits = rateLimitStores(createMemoryCache())) {
  const { app } = createApiUnderTest(db, { perMinute: { key, address }, limits });
  return (bearer: string | undefined, path = "/channels") => {
    const call = request(app).get(`/api/v1${path}`);
    return bearer === undefined ? call : call.set("authorization", `Bearer ${bearer}`);
  };
}

test("a key may call so often a minute, and is told what is left and when to come back", async () => {
  const get = limited(2, 100);
  const key = await newKey();
  const first = await get(key);
  expect(first.headers["ratelimit"]).toMatch(/^"2-in-1min"; r=1; t=\d+$/);
  expect(first.headers["ratelimit-policy"]).toMatch(/^"2-in-1min"; q=2; w=60; pk=/);
  await get(key);
  const refused = await get(key);
  expect([refused.status, refused.body.code]).toEqual([429, "request_rate_limited"]);
  expect(refused.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  expect(refused.headers["ratelimit"]).toMatch(/r=0/);
});

test("keys are counted apart from each other, the admin key among them", async () => {
  const get = limited(1, 100);
  const keys = [await newKey(), await newKey(), ADMIN_KEY];
  for (const key of keys) expect((await get(key)).status).toBe(200);
  for (const key of keys) expect((await get(key)).status).toBe(429);
});

test("a session is counted apart, and may call five times as often: a page asks for much at once", async () => {
  const { app } = createApiUnderTest(db, {
    perMinute: { key: 1, address: 100 },
    limits: rateLimitStores(createMemoryCache()),
  });
  const agent = request.agent(app);
  const own = { "x-requested-with": "ponte" };
  const { status } = await agent.post("/api/v1/session").set(own).send({ key: ADMIN_KEY });
  expect(status).toBe(200);
  const answers: number[] = [];
  for (let calls = 0; calls < 6; calls += 1)
    answers.push((await agent.get("/api/v1/channels")).status);
  expect(answers).toEqual([200, 200, 200, 200, 200, 429]);
  const program = request(app).get("/api/v1/channels");
  expect((await program.set("authorization", `Bearer ${ADMIN_KEY}`)).status).toBe(200);
});

test("a key's own limit goes before the usual one", async () => {
  const get = limited(1, 100);
  const key = await newKey({ perMinute: 3 });
  const statuses = [];
  for (let call = 0; call < 4; call += 1) statuses.push((await get(key)).status);
  expect(statuses).toEqual([200, 200, 200, 429]);
});

test("processes that share a store share the counts", async () => {
  const limits = rateLimitStores(createMemoryCache());
  const [here, there] = [limited(1, 100, limits), limited(1, 100, limits)];
  const key = await newKey();
  expect([(await here(key)).status, (await there(key)).status]).toEqual([200, 429]);
});

test("who shows no valid key is counted by address: guessing ends soon", async () => {
  const get = limited(100, 2);
  expect((await get(undefined)).status).toBe(401);
  expect((await get("guess")).status).toBe(401);
  const answers = [
    await get("guess-2"),
    await get(undefined),
    await get(undefined, "/openapi.json"),
  ];
  expect(answers.map(({ status }) => status)).toEqual([429, 429, 429]);
  expect((await get(await newKey())).status).toBe(200);
});

test("what is refused for its scope is counted too", async () => {
  const get = limited(1, 100);
  const key = await newKey({ scopes: ["events:read"] });
  expect((await get(key)).status).toBe(403);
  expect((await get(key)).status).toBe(429);
});

const PAUSE = `/api/v1/conversations/${IDS.webConversation}/pause`;

const post = (body: string | Buffer, type: string) =>
  request(createApiUnderTest(db).app)
    .post(PAUSE)
    .set({ authorization: `Bearer ${ADMIN_KEY}`, "content-type": type })
    .send(body);

test.each([
  { what: "a body", path: PAUSE },
  { what: "a sign-in, for which nobody is known yet,", path: "/api/v1/session" },
])("$what of 10 MB is refused by its announced length, before it is read", async ({ path }) => {
  const server = createServer(createApiUnderTest(db).app).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = z.object({ port: z.int() }).parse(server.address());
  const headers = { authorization: `Bearer ${ADMIN_KEY}`, "content-length": 10_485_760 };
  const sending = send({ port, host: "127.0.0.1", path, method: "POST", headers });
  sending.on("error", () => undefined);
  sending.write("{");
  const [response] = await once(sending, "response");
  const body = problem.parse(await json(response));
  expect([response.statusCode, body.code]).toEqual([413, "request_too_large"]);
  sending.destroy();
  server.close();
});

test("a body of 10 MB that is sent in full is refused the same way", async () => {
  const { status, body } = await post(
    JSON.stringify({ a: "x".repeat(10_485_760) }),
    "application/json",
  );
  expect([status, body.code]).toEqual([413, "request_too_large"]);
});

test.each([
  { label: "CSV", body: "phone\n+5561991234567", type: "text/csv" },
  { label: "a form with files", body: "--x\r\n\r\n--x--", type: "multipart/form-data; boundary=x" },
  { label: "XML", body: "<a/>", type: "application/xml" },
  { label: "an image", body: "\u0089PNG", type: "image/png" },
])("$label where JSON is wanted is told so", async ({ body, type }) => {
  const answer = await post(body, type);
  expect([answer.status, answer.body.code]).toEqual([415, "request_media_type"]);
});

test.each([
  { label: "curl's own name", type: "application/x-www-form-urlencoded" },
  { label: "plain text", type: "text/plain;charset=UTF-8" },
  { label: "a kind of JSON", type: "application/vnd.api+json" },
  { label: "a wrong name", type: "text/csv" },
])("JSON under $label is read, and what is none is malformed", async ({ type }) => {
  expect((await post('{"minutes":5}', type)).status).toBe(200);
  if (type === "text/csv") return;
  const answer = await post("minutes=5", type);
  expect([answer.status, answer.body.code]).toEqual([400, "request_malformed"]);
});
