import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import request from "supertest";
import type { Database } from "../../../src/db/driver.ts";
import { SCOPES } from "../../../src/http/api/caller.ts";
import { ROUTES } from "../../../src/http/api/routes.ts";
import { listQuickest } from "../../database.ts";
import { type ApiUnderTest, ADMIN_KEY, createApiUnderTest } from "./api-client.ts";
import { EXAMPLES } from "./examples.ts";
import { makeKey } from "./keys.ts";
import { IDS, seed } from "./seed.ts";

const SHAPE = /^ponte_[\w-]{8}_[\w-]{32}$/;
const FUTURE = "2100-01-01T00:00:00.000000Z";

describe.each(await listQuickest())("keys on $label", ({ open }) => {
  let db: Database;
  let api: ApiUnderTest;

  beforeAll(async () => {
    db = await open();
  });
  beforeEach(async () => {
    await seed(db);
    api = createApiUnderTest(db);
  });
  afterAll(() => db.close());

  const NEW = { name: "the shop", scopes: ["messages:read", "messages:write"] };

  const call = (key: string, path = "/messages") =>
    request(api.app).get(`/api/v1${path}`).set("authorization", `Bearer ${key}`);

  const told = ({ status, body, headers }: Awaited<ReturnType<typeof call>>) => ({
    status,
    detail: body.detail,
    challenge: headers["www-authenticate"],
  });

  test("a new key is shown once, opens what its scopes say, and is kept as a digest", async () => {
    const { body } = await api.post("/keys", { ...NEW, expires_at: FUTURE, per_minute: 5 });
    expect(body).toMatchObject({
      name: "the shop",
      tenant: "default",
      scopes: ["messages:read", "messages:write"],
      per_minute: 5,
      expires_at: FUTURE,
      created_by: "admin",
      last_used_at: null,
      revoked_at: null,
    });
    expect(body.key).toMatch(SHAPE);
    expect(body.key).toContain(`ponte_${body.id}_`);
    expect((await call(body.key)).status).toBe(200);
    const listed = await api.get("/keys");
    expect(listed.text).not.toContain(body.key);
    const stored = await db.query("select t::text as row from api_keys t");
    expect(JSON.stringify(stored)).not.toContain(body.key.slice(-32));
  });

  test("two keys are never the same", async () => {
    const first = await api.post("/keys", NEW);
    const second = await api.post("/keys", NEW);
    expect(first.body.key.slice(-32)).not.toBe(second.body.key.slice(-32));
    expect(first.body.id).not.toBe(second.body.id);
  });

  test("keys are listed page by page, the last made first", async () => {
    await db.query("delete from api_keys");
    for (const name of ["a", "b", "c"]) await api.post("/keys", { ...NEW, name });
    const names: string[] = [];
    let cursor = "";
    do {
      const { body } = await api.get(`/keys?limit=1${cursor}`);
      names.push(body.data[0].name);
      cursor = body.next_cursor === null ? "" : `&cursor=${body.next_cursor}`;
    } while (cursor !== "");
    expect(names).toEqual(["c", "b", "a"]);
  });

  test.each([
    { label: "no scope", body: { ...NEW, scopes: [] }, pointer: "/scopes" },
    { label: "an unknown scope", body: { ...NEW, scopes: ["root"] }, pointer: "/scopes/0" },
    { label: "no name", body: { scopes: ["messages:read"] }, pointer: "/name" },
    { label: "an empty name", body: { ...NEW, name: " " }, pointer: "/name" },
    { label: "a name with NUL", body: { ...NEW, name: "a\u0000" }, pointer: "/name" },
    { label: "a name too long", body: { ...NEW, name: "x".repeat(101) }, pointer: "/name" },
    { label: "a tenant without channels", body: { ...NEW, tenant: "shp" }, pointer: "/tenant" },
    {
      label: "an end in the past",
      body: { ...NEW, expires_at: "2020-01-01T00:00:00Z" },
      pointer: "/expires_at",
    },
    {
      label: "an end that is no time",
      body: { ...NEW, expires_at: "never" },
      pointer: "/expires_at",
    },
    { label: "no calls at all", body: { ...NEW, per_minute: 0 }, pointer: "/per_minute" },
    { label: "a key of one's own choice", body: { ...NEW, key: "ponte_a_b" }, pointer: "/key" },
  ])("$label is refused", async ({ body, pointer }) => {
    const before = await db.query("select id from api_keys");
    const answer = await api.post("/keys", body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([{ pointer, detail: expect.any(String) }]);
    expect(await db.query("select id from api_keys")).toEqual(before);
  });

  test("the last use is written, at most once a minute", async () => {
    const { id, key } = await makeKey(db);
    const used = async () =>
      (
        await db.query("select last_used_at::text as at from api_keys where id = $1::text", [id])
      )[0]?.["at"];
    expect(await used()).toBeNull();
    await call(key);
    const first = await used();
    expect(first).not.toBeNull();
    await call(key);
    expect(await used()).toBe(first);
    await db.query("update api_keys set last_used_at = now() - interval '61 seconds'");
    const old = await used();
    await call(key);
    expect(await used()).not.toBe(old);
  });

  describe("a key is refused", () => {
    const INVALID = 'Bearer realm="ponte", error="invalid_token"';

    test("once it is revoked, which stays in the list and happens once", async () => {
      const { id, key } = await makeKey(db);
      const first = await api.delete(`/keys/${id}`);
      const again = await api.delete(`/keys/${id}`);
      expect(first.body.revoked_at).not.toBeNull();
      expect(again.body.revoked_at).toBe(first.body.revoked_at);
      const refused = { status: 401, detail: "the key was revoked", challenge: INVALID };
      expect(told(await call(key))).toEqual(refused);
      const listed = (await api.get("/keys")).body.data.map((row: { id: string }) => row.id);
      expect(listed).toContain(id);
    });

    test("once it has expired", async () => {
      const { key } = await makeKey(db, { expiresAt: FUTURE });
      expect((await call(key)).status).toBe(200);
      await db.query("update api_keys set expires_at = now()");
      const refused = { status: 401, detail: "the key has expired", challenge: INVALID };
      expect(told(await call(key))).toEqual(refused);
    });

    test.each([
      {
        label: "with another secret",
        alter: (key: string) => key.replace(/.$/, (last) => (last === "A" ? "B" : "A")),
      },
      { label: "with another id", alter: (key: string) => key.replace(/^ponte_./, "ponte_*") },
      { label: "without its secret", alter: (key: string) => key.slice(0, 15) },
      { label: "with more behind it", alter: (key: string) => `${key}A` },
      { label: "in capitals", alter: (key: string) => key.toUpperCase() },
      { label: "as hostile SQL", alter: () => "ponte_'or'1'='_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
    ])("$label, and nothing is said of why", async ({ alter }) => {
      const { key } = await makeKey(db);
      await db.query("update api_keys set revoked_at = now()");
      const refused = { status: 401, detail: "a valid key is needed", challenge: INVALID };
      expect(told(await call(alter(key)))).toEqual(refused);
    });
  });

  test.each(
    ROUTES.filter(({ scope }) => scope !== undefined).map((route) => ({
      operation: `${route.method} ${route.path}`,
      route,
    })),
  )(
    "$operation is refused to a key with every scope but its own, and says which is needed",
    async ({ operation, route }) => {
      const { path, body } = EXAMPLES[operation] ?? { path: "" };
      const fitting = [route.scope, route.orScope, "admin"];
      const scopes = SCOPES.filter((scope) => !fitting.includes(scope));
      const { key } = await makeKey(db, { scopes });
      const { status, body: answer, headers } = await api.call(route.method, path, body, key);
      expect([status, answer.code]).toEqual([403, "request_forbidden"]);
      expect(headers["www-authenticate"]).toBe(
        `Bearer realm="ponte", error="insufficient_scope", scope="${route.scope}"`,
      );
    },
  );

  test("one scope opens its own routes", async () => {
    const { key } = await makeKey(db, { scopes: ["events:read"] });
    expect((await call(key, "/events")).status).toBe(200);
    expect((await call(key, "/messages")).status).toBe(403);
  });

  describe("an admin of a tenant", () => {
    const withTenants = () =>
      createApiUnderTest(db, {
        channels: new Map([
          ["whatsapp", { type: "cloud", tenant: "default", channel: CHANNEL }],
          ["theirs", { type: "rest", tenant: "other", channel: CHANNEL }],
        ]),
        perMinute: { key: 600, address: 600 },
      });
    const CHANNEL = { accounts: ["1"], delivery: "push" as const };

    test("sees and makes keys of its tenant only", async () => {
      api = withTenants();
      const { key } = await makeKey(db, { tenant: "other" });
      const made = await api.call("post", "/keys", NEW, key);
      expect(made.body.tenant).toBe("other");
      const { body } = await api.call("get", "/keys", undefined, key);
      expect(new Set(body.data.map((row: { tenant: string }) => row.tenant))).toEqual(
        new Set(["other"]),
      );
      const foreign = await api.call("post", "/keys", { ...NEW, tenant: "default" }, key);
      expect(foreign.status).toBe(403);
      expect((await api.call("delete", `/keys/${IDS.key}`, undefined, key)).status).toBe(404);
      expect(
        (await api.get("/keys")).body.data.find((row: { id: string }) => row.id === IDS.key)
          .revoked_at,
      ).toBeNull();
    });

    test("makes no key that lasts longer or is faster than its own", async () => {
      api = withTenants();
      const { key } = await makeKey(db, { expiresAt: "2099-01-01T00:00:00Z", perMinute: 10 });
      for (const more of [{ expires_at: FUTURE }, { per_minute: 11 }])
        expect((await api.call("post", "/keys", { ...NEW, ...more }, key)).status).toBe(403);
      const { body } = await api.call("post", "/keys", NEW, key);
      expect(body).toMatchObject({ expires_at: "2099-01-01T00:00:00.000000Z", per_minute: 10 });
    });

    test("whose key has no limit of its own is bound to the usual one", async () => {
      api = withTenants();
      const { key } = await makeKey(db);
      expect((await api.call("post", "/keys", { ...NEW, per_minute: 601 }, key)).status).toBe(403);
      expect((await api.call("post", "/keys", { ...NEW, per_minute: 600 }, key)).status).toBe(201);
      expect((await api.post("/keys", { ...NEW, per_minute: 601 })).status).toBe(201);
    });
  });

  test("the admin key needs no database, every other key does", async () => {
    const { key } = await makeKey(db);
    const query = () => Promise.reject(new Error("the database is away"));
    const away = createApiUnderTest(db, { db: { query } });
    expect((await away.call("get", "/backends", undefined, ADMIN_KEY)).status).toBe(200);
    expect((await away.call("get", "/backends", undefined, key)).status).toBe(500);
  });
});
