import { afterAll, beforeAll, expect, test } from "@jest/globals";
import request from "supertest";
import type { Database } from "../../../src/db/driver.ts";
import { BridgeError } from "../../../src/errors.ts";
import { listQuickest } from "../../database.ts";
import type { ApiUnderTest } from "./api-client.ts";
import { ADMIN_KEY, createApiUnderTest } from "./api-client.ts";
import { IDS, seed, uuid } from "./seed.ts";

const [database] = (await listQuickest()).slice(-1);

let db: Database;
let api: ApiUnderTest;

beforeAll(async () => {
  if (database === undefined) throw new Error("no database to test on");
  db = await database.open();
  await seed(db);
  api = createApiUnderTest(db);
});

afterAll(() => db.close());

const INVALID = 'Bearer realm="ponte", error="invalid_token"';

test.each([
  { label: "no key", authorization: undefined, challenge: 'Bearer realm="ponte"' },
  {
    label: "another scheme",
    authorization: `Basic ${ADMIN_KEY}`,
    challenge: 'Bearer realm="ponte"',
  },
  { label: "an empty key", authorization: "Bearer ", challenge: 'Bearer realm="ponte"' },
  {
    label: "the key without a scheme",
    authorization: ADMIN_KEY,
    challenge: 'Bearer realm="ponte"',
  },
  { label: "a wrong key", authorization: "Bearer wrong", challenge: INVALID },
  {
    label: "the beginning of the key",
    authorization: `Bearer ${ADMIN_KEY.slice(0, -1)}`,
    challenge: INVALID,
  },
  { label: "more than the key", authorization: `Bearer ${ADMIN_KEY}x`, challenge: INVALID },
  {
    label: "the key in capitals",
    authorization: `Bearer ${ADMIN_KEY.toUpperCase()}`,
    challenge: INVALID,
  },
])("a caller with $label is turned away, on any path", async ({ authorization, challenge }) => {
  for (const path of ["/messages", "/nowhere", `/messages/${uuid(999)}`, "/messages?bad=1"]) {
    const call = request(api.app).get(`/api/v1${path}`);
    const response = await (authorization === undefined ? call : call.set({ authorization }));
    expect(response.status).toBe(401);
    expect(response.headers["www-authenticate"]).toBe(challenge);
    expect(response.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
    expect(response.body).toEqual({
      type: "about:blank",
      title: "Unauthorized",
      status: 401,
      code: "request_unauthorized",
      detail: "a valid key is needed",
    });
  }
});

test("the scheme may be written in any case", async () => {
  const response = await request(api.app)
    .get("/api/v1/channels")
    .set({ authorization: `bEARER ${ADMIN_KEY}` });
  expect(response.status).toBe(200);
});

test("an empty key is never accepted, so the API does not start with one", () => {
  expect(() => createApiUnderTest(db, { adminKey: "" })).toThrow("the API needs an admin key");
});

test.each([
  { path: "/messages?limit=0", parameter: "limit" },
  { path: "/messages?limit=201", parameter: "limit" },
  { path: "/messages?limit=1e1", parameter: "limit" },
  { path: "/messages?limit=", parameter: "limit" },
  { path: "/messages?limit=1&limit=2", parameter: "limit" },
  { path: "/messages?channel=a&channel=b", parameter: "channel" },
  { path: "/messages?channel=", parameter: "channel" },
  { path: "/messages?channel=a%00b", parameter: "channel" },
  { path: `/messages?channel=${"x".repeat(513)}`, parameter: "channel" },
  { path: "/messages?conversation_id=7", parameter: "conversation_id" },
  { path: "/messages?direction=up", parameter: "direction" },
  { path: "/messages?status=lost", parameter: "status" },
  { path: "/messages?since=yesterday", parameter: "since" },
  { path: "/messages?since=infinity", parameter: "since" },
  { path: "/messages?since=2026-02-30T00:00:00Z", parameter: "since" },
  { path: "/messages?since=0000-01-01T00:00:00Z", parameter: "since" },
  { path: "/messages?until=9999-12-31T23:59:59-01:00", parameter: "until" },
  { path: "/messages?conversation=1", parameter: "conversation" },
  { path: "/messages?__proto__=1", parameter: "__proto__" },
  { path: `/messages/${IDS.answer}?verbose=1`, parameter: "verbose" },
  { path: "/conversations?contact_id=x", parameter: "contact_id" },
  { path: "/interactions?success=yes", parameter: "success" },
  { path: "/events?state=lost", parameter: "state" },
  { path: "/dead-letters?kind=other", parameter: "kind" },
  { path: "/channels?limit=1", parameter: "limit" },
])("$path is refused by naming $parameter", async ({ path, parameter }) => {
  const { status, body } = await api.get(path);
  expect(status).toBe(422);
  expect(body).toMatchObject({ code: "request_invalid", title: "Unprocessable Entity" });
  expect(body.errors).toEqual([{ parameter, detail: expect.any(String) }]);
});

test("all wrong parameters are named at once", async () => {
  const { body } = await api.get("/messages?limit=x&status=y&a=1&b=2");
  expect(body.errors).toEqual([
    { parameter: "status", detail: expect.stringContaining("received") },
    { parameter: "limit", detail: "must be a whole number from 1 to 200" },
    { parameter: "a", detail: "unknown" },
    { parameter: "b", detail: "unknown" },
  ]);
});

const HOSTILE = [
  "' or '1'='1",
  "'; drop table messages; --",
  "111' union select * from audit_log --",
  "%",
  "_",
  "\\",
  "$1",
  "$$",
  "?",
  "{111,222}",
  "null",
  "☎️\u{1F4A9}",
  "\u2028",
  "<script>alert(1)</script>",
];

const TEXT_FILTERS = [
  { path: "/messages", filter: "channel" },
  { path: "/messages", filter: "account" },
  { path: "/messages", filter: "external_id" },
  { path: "/conversations", filter: "channel" },
  { path: "/conversations", filter: "account" },
  { path: "/interactions", filter: "channel" },
  { path: "/interactions", filter: "account" },
  { path: "/interactions", filter: "backend" },
  { path: "/events", filter: "channel" },
  { path: "/dead-letters", filter: "channel" },
  { path: "/dead-letters", filter: "reason" },
];

test.each(TEXT_FILTERS)("$filter of $path is compared, never run", async ({ path, filter }) => {
  for (const value of HOSTILE) {
    const { status, body } = await api.get(`${path}?${filter}=${encodeURIComponent(value)}`);
    expect({ value, status, body }).toEqual({
      value,
      status: 200,
      body: { data: [], next_cursor: null },
    });
  }
  expect((await api.get("/messages")).body.data).toHaveLength(6);
});

test.each([
  { label: "an unknown message", path: `/messages/${uuid(999)}` },
  { label: "the explanation of an unknown message", path: `/messages/${uuid(999)}/explain` },
  { label: "a message whose id is none", path: "/messages/1'or'1" },
  { label: "an unknown conversation", path: `/conversations/${uuid(999)}` },
  {
    label: "the messages of an unknown conversation",
    path: `/conversations/${uuid(999)}/messages`,
  },
  { label: "an unknown event", path: `/events/${uuid(999)}` },
  { label: "an unknown contact", path: `/contacts/${uuid(999)}` },
  { label: "a contact whose id is none", path: "/contacts/%F0%9F%92%A9" },
  { label: "a path that is none", path: "/nowhere" },
  { label: "a path in capitals", path: "/MESSAGES" },
  { label: "a path below one", path: `/messages/${IDS.answer}/other` },
])("$label is not found", async ({ path }) => {
  const { status, body, headers } = await api.get(path);
  expect(status).toBe(404);
  expect(headers["content-type"]).toBe("application/problem+json; charset=utf-8");
  expect(body).toMatchObject({ code: "request_not_found", title: "Not Found" });
});

test.each([
  `/conversations/${uuid(999)}/pause`,
  `/conversations/${uuid(999)}/resume`,
  "/conversations/x/pause",
  `/events/${uuid(999)}/replay`,
])("POST %s is not found", async (path) => {
  expect((await api.post(path)).status).toBe(404);
  expect(api.replayed).toEqual([]);
});

test.each([
  { method: "post", path: "/messages/x", allow: "GET" },
  { method: "delete", path: "/interactions", allow: "GET" },
  { method: "put", path: `/conversations/${IDS.webConversation}/pause`, allow: "POST" },
  { method: "get", path: "/dead-letters/replay", allow: "POST" },
  { method: "post", path: "/openapi.json", allow: "GET" },
] as const)("$method $path is told which verbs exist", async ({ method, path, allow }) => {
  const client = request(api.app);
  const response = await client[method](`/api/v1${path}`).set({
    authorization: `Bearer ${ADMIN_KEY}`,
  });
  expect(response.status).toBe(405);
  expect(response.headers["allow"]).toBe(allow);
  expect(response.body).toMatchObject({ code: "request_method_not_allowed", status: 405 });
});

test.each([
  { label: "no JSON", body: "{minutes:1}", status: 400, code: "request_malformed" },
  { label: "text alone", body: '"pause"', status: 400, code: "request_malformed" },
  { label: "a list", body: "[]", status: 422, code: "request_invalid" },
  {
    label: "more than a body may have",
    body: `{"a":"${"x".repeat(102_400)}"}`,
    status: 413,
    code: "request_too_large",
  },
])("a body with $label is refused", async ({ body, status, code }) => {
  const response = await request(api.app)
    .post(`/api/v1/conversations/${IDS.webConversation}/pause`)
    .set({ authorization: `Bearer ${ADMIN_KEY}`, "content-type": "application/json" })
    .send(body);
  expect({ status: response.status, code: response.body.code }).toEqual({ status, code });
});

test("a value whose length is neither a number nor can become one is wrong, and no bug of ours", async () => {
  const response = await request(api.app)
    .post("/api/v1/dead-letters/replay")
    .set({ authorization: `Bearer ${ADMIN_KEY}`, "content-type": "application/json" })
    .send('{"ids":{"length":{"toString":1,"valueOf":1}}}');
  expect([response.status, response.body.code]).toEqual([422, "request_invalid"]);
});

test("a body needs no content type of its own", async () => {
  const response = await request(api.app)
    .post("/api/v1/dead-letters/replay")
    .set({
      authorization: `Bearer ${ADMIN_KEY}`,
      "content-type": "application/x-www-form-urlencoded",
    })
    .send('{"filter":{"channel":"none"}}');
  expect(response.body).toMatchObject({ matched: 0, replayed: 0 });
});

const REPLAY = "/dead-letters/replay";
const PAUSE = `/conversations/${IDS.webConversation}/pause`;

test.each([
  { label: "neither ids nor filter", path: REPLAY, body: {}, pointers: [""] },
  {
    label: "both ids and filter",
    path: REPLAY,
    body: { ids: [uuid(1)], filter: {} },
    pointers: [""],
  },
  { label: "no ids", path: REPLAY, body: { ids: [] }, pointers: ["/ids"] },
  {
    label: "an id that is none",
    path: REPLAY,
    body: { ids: [uuid(1), "x"] },
    pointers: ["/ids/1"],
  },
  {
    label: "more ids than a request may name",
    path: REPLAY,
    body: { ids: Array.from({ length: 501 }, (_, index) => uuid(index)) },
    pointers: ["/ids"],
  },
  {
    label: "unknown filters",
    path: REPLAY,
    body: { filter: { chanel: "x", "a/b~c": 1 } },
    pointers: ["/filter/chanel", "/filter/a~1b~0c"],
  },
  {
    label: "a wrong switch",
    path: REPLAY,
    body: { filter: {}, dry_run: "yes" },
    pointers: ["/dry_run"],
  },
  { label: "no minutes", path: PAUSE, body: { minutes: 0 }, pointers: ["/minutes"] },
  { label: "too many minutes", path: PAUSE, body: { minutes: 43_201 }, pointers: ["/minutes"] },
  { label: "half a minute", path: PAUSE, body: { minutes: 0.5 }, pointers: ["/minutes"] },
])("$label is refused by pointing at it", async ({ path, body, pointers }) => {
  const response = await api.post(path, body);
  expect(response.status).toBe(422);
  expect(response.body.errors).toEqual(
    pointers.map((pointer) => ({ pointer, detail: expect.any(String) })),
  );
});

test("a database that is away is a 503 with a time to come back", async () => {
  const away = createApiUnderTest(db, {
    db: {
      query: () => Promise.reject(new BridgeError("store_unavailable", "the database is away")),
    },
  });
  const { status, body, headers } = await away.get("/messages");
  expect(status).toBe(503);
  expect(headers["retry-after"]).toBe("2");
  expect(body).toMatchObject({ code: "store_unavailable", detail: "the database is away" });
});

test("a bug shows nothing of itself", async () => {
  const broken = createApiUnderTest(db, {
    db: { query: () => Promise.reject(new Error("select secret from table")) },
  });
  const { status, text } = await broken.get("/messages");
  expect(status).toBe(500);
  expect(text).not.toContain("select");
  expect(broken.bugs).toHaveLength(1);
});
