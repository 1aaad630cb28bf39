import { createServer } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { SignJWT, UnsecuredJWT } from "jose";
import { createHmac, randomUUID } from "node:crypto";
import request from "supertest";
import type { Response } from "supertest";
import { listAudit } from "../../../src/db/audit.ts";
import { revokeKey } from "../../../src/db/api-keys.ts";
import type { Database } from "../../../src/db/driver.ts";
import { LIST_START } from "../../../src/db/page.ts";
import { session as sessionSchema } from "../../../src/http/api/session.ts";
import { networkOf } from "../../../src/http/api/session-audit.ts";
import { isStillAllowed } from "../../../src/http/api/stream.ts";
import { createStreamHub } from "../../../src/http/api/stream-hub.ts";
import { createSessionTokens, SESSION_SECONDS } from "../../../src/http/session-token.ts";
import type { Simulator } from "../../../src/simulator/simulator.ts";
import { listQuickest } from "../../database.ts";
import { listen, stopListening } from "../../standins/listen.ts";
import { until } from "../../until.ts";
import { ADMIN_KEY, type ApiUnderTest, createApiUnderTest } from "./api-client.ts";
import { makeKey } from "./keys.ts";
import { listenTo } from "./listener.ts";
import { IDS, seed } from "./seed.ts";

const [database] = (await listQuickest()).slice(0, 1);

const PAGE = { "x-requested-with": "ponte" };
const PAUSE = `/conversations/${IDS.webConversation}/pause`;

let db: Database;
let api: ApiUnderTest;

beforeAll(async () => {
  if (database === undefined) throw new Error("no database to test on");
  db = await database.open();
  await seed(db);
});
beforeEach(async () => {
  await db.query("update conversations set paused_until = null");
  await db.query("delete from audit_log");
  api = createApiUnderTest(db, { simulator: undefined });
});
afterAll(() => db.close());

const cookiesOf = ({ headers }: Response): string[] => [headers["set-cookie"] ?? []].flat();

/** The cookie of a session, as the browser sends it back. */
const cookieOf = (response: Response): string => cookiesOf(response)[0]?.split(";")[0] ?? "";

/** Calls as a page of ours does: with the session's cookie and the header of our pages. */
function page(cookie: string, under: ApiUnderTest = api) {
  const headers = { ...PAGE, cookie };
  return {
    get: (path: string) => request(under.app).get(`/api/v1${path}`).set(headers),
    post: (path: string, body: object = {}) =>
      request(under.app).post(`/api/v1${path}`).set(headers).send(body),
    delete: (path: string) => request(under.app).delete(`/api/v1${path}`).set(headers),
  };
}

const signIn = (key: string | undefined, under: ApiUnderTest = api) =>
  page("", under).post("/session", key === undefined ? {} : { key });

const signedIn = async (key: string = ADMIN_KEY) => page(cookieOf(await signIn(key)));

const isPaused = async () =>
  (await db.query("select from conversations where paused_until is not null")).length > 0;

const audited = async () =>
  (await listAudit(db, {}, { after: LIST_START, limit: 20 })).map(({ actor, action, detail }) => ({
    actor,
    action,
    detail,
  }));

const NETWORK = "127.0.0.0/24";

describe("signing in", () => {
  test("exchanges the admin key for a cookie that no script and no other site gets", async () => {
    const answer = await signIn(ADMIN_KEY);
    expect(answer.status).toBe(200);
    expect(sessionSchema.parse(answer.body)).toMatchObject({
      signed_in: true,
      actor: "admin",
      name: null,
      role: "admin",
      scopes: ["admin"],
      tenant: null,
      sees_numbers: true,
      simulator: null,
    });
    expect(cookiesOf(answer)).toEqual([
      expect.stringMatching(
        /^ponte_session=[\w-]+\.[\w-]+\.[\w-]+; Max-Age=43200; Path=\/api\/v1; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
      ),
    ]);
    expect(answer.text).not.toContain(cookieOf(answer).slice("ponte_session=".length));
    expect(answer.headers["cache-control"]).toContain("no-store");
  });

  test("over https the cookie is sent over https alone", async () => {
    api.app.set("trust proxy", 1);
    const answer = await signIn(ADMIN_KEY).set("x-forwarded-proto", "https");
    expect(cookiesOf(answer)[0]).toMatch(/; HttpOnly; Secure; SameSite=Strict$/);
  });

  test("a key's session is the key's: its name, tenant and scopes, and no longer than it", async () => {
    const soon = new Date(Date.now() + 60_000).toISOString();
    const { id, key } = await makeKey(db, { scopes: ["channels:read"], expiresAt: soon });
    const started = await signIn(key);
    const own = {
      signed_in: true,
      actor: `key:${id}`,
      name: "default",
      role: null,
      scopes: ["channels:read"],
      tenant: "default",
      sees_numbers: false,
    };
    expect(started.body).toMatchObject(own);
    const known = await page(cookieOf(started)).get("/session");
    expect(known.body).toMatchObject(own);
    for (const { body } of [started, known])
      expect(Date.parse(body.expires_at)).toBe(Date.parse(soon));
    expect((await page(cookieOf(started)).get("/channels")).status).toBe(200);
    expect((await page(cookieOf(started)).get("/messages")).status).toBe(403);
  });

  test.each([
    { label: "a wrong key", body: { key: "wrong" }, status: 401 },
    { label: "no key where the simulator needs one", body: {}, status: 401 },
    { label: "an empty key", body: { key: "" }, status: 422 },
    { label: "a key that is no text", body: { key: { $ne: "" } }, status: 422 },
    { label: "a body that is far too long", body: { key: "x".repeat(5_000) }, status: 413 },
    { label: "more than a key", body: { key: ADMIN_KEY, role: "admin" }, status: 422 },
  ])("$label is refused without a cookie", async ({ body, status }) => {
    const answer = await page("").post("/session", body);
    expect([answer.status, cookiesOf(answer)]).toEqual([status, []]);
  });

  test.each([
    { label: "no header of our pages", headers: {} },
    { label: "another value of it", headers: { "x-requested-with": "XMLHttpRequest" } },
    { label: "another site's page", headers: { ...PAGE, origin: "https://evil.example" } },
    { label: "another port", headers: { ...PAGE, origin: "http://127.0.0.1:1" } },
    { label: "a page without an origin", headers: { ...PAGE, origin: "null" } },
  ])("$label is refused with the right key too", async ({ headers }) => {
    const answer = await request(api.app)
      .post("/api/v1/session")
      .set(headers)
      .send({ key: ADMIN_KEY });
    expect([answer.status, cookiesOf(answer)]).toEqual([403, []]);
  });

  test("a page of our own origin signs in", async () => {
    const answer = await signIn(ADMIN_KEY).set({
      host: "bridge.example:8443",
      origin: "https://bridge.example:8443",
    });
    expect(answer.status).toBe(200);
  });
});

describe("a token is refused", () => {
  const secretOf = (key: string) => createHmac("sha256", key).update("ponte sessions").digest();
  const claims = (change: object = {}) => ({
    iss: "ponte",
    sub: "admin",
    jti: randomUUID(),
    exp: Math.floor(Date.now() / 1_000) + 60,
    ...change,
  });
  const signed = (payload: object, key = ADMIN_KEY, alg = "HS256") =>
    new SignJWT({ ...payload }).setProtectedHeader({ alg }).sign(secretOf(key));
  const past = Math.floor(Date.now() / 1_000) - 1;

  test("unless it is exactly as ours: the same made by hand opens", async () => {
    const cookie = `ponte_session=${await signed(claims())}`;
    expect((await page(cookie).get("/keys")).status).toBe(200);
  });

  test.each([
    { label: "of another key", make: () => signed(claims(), "another-admin-key") },
    {
      label: "signed with the key itself",
      make: () =>
        new SignJWT(claims()).setProtectedHeader({ alg: "HS256" }).sign(Buffer.from(ADMIN_KEY)),
    },
    { label: "that is not signed", make: async () => new UnsecuredJWT(claims()).encode() },
    { label: "signed in another way", make: () => signed(claims(), ADMIN_KEY, "HS512") },
    { label: "that is over", make: () => signed(claims({ exp: past })) },
    { label: "without an end", make: () => signed(claims({ exp: undefined })) },
    { label: "without a name", make: () => signed(claims({ jti: undefined })) },
    { label: "of another issuer", make: () => signed(claims({ iss: "elsewhere" })) },
    { label: "of somebody unknown", make: () => signed(claims({ sub: "root" })) },
    { label: "of a key that never was", make: () => signed(claims({ sub: "key:aaaaaaaa" })) },
    {
      label: "of a visitor, where there is no simulator",
      make: () => signed(claims({ sub: "simulator" })),
    },
    {
      label: "that was changed",
      make: async () =>
        (await signed(claims({ sub: "simulator" }))).replace(
          /\.[^.]+\./,
          `.${Buffer.from(JSON.stringify(claims())).toString("base64url")}.`,
        ),
    },
    { label: "that is none", make: async () => "a.b.c" },
  ])("$label", async ({ make }) => {
    const answer = await page(`ponte_session=${await make()}`).get("/keys");
    expect([answer.status, answer.body.code]).toEqual([401, "request_unauthorized"]);
  });

  test("a session lasts a working day and not a second longer", async () => {
    let now = Date.parse("2030-01-01T08:00:00Z");
    const tokens = createSessionTokens(ADMIN_KEY, () => now);
    const { token, expiresAt } = await tokens.issue("admin");
    now += SESSION_SECONDS * 1_000 - 1;
    expect(await tokens.read(token)).toMatchObject({ subject: "admin", expiresAt });
    now += 1;
    expect(await tokens.read(token)).toBeUndefined();
  });
});

describe("a session ends", () => {
  test("at once with its key, and an action under way does nothing", async () => {
    const { id, key } = await makeKey(db);
    const own = await signedIn(key);
    expect((await own.get("/messages")).status).toBe(200);
    await revokeKey(db, id, undefined);
    const refused = await own.post(PAUSE);
    expect(refused.body).toMatchObject({ status: 401, code: "request_unauthorized" });
    expect(refused.body.detail).toBe("the key was revoked");
    expect(await isPaused()).toBe(false);
    expect((await own.get("/session")).body).toMatchObject({ signed_in: false, scopes: [] });
  });

  test("for every tab once one of them signs out, and nothing is done after it", async () => {
    const cookie = cookieOf(await signIn(ADMIN_KEY));
    const [tab, other, again] = [page(cookie), page(cookie), await signedIn()];
    expect((await other.get("/messages")).status).toBe(200);
    const out = await tab.delete("/session");
    expect(out.body).toMatchObject({ signed_in: false, actor: null });
    expect(cookiesOf(out)[0]).toMatch(/^ponte_session=; Path=\/api\/v1; Expires=Thu, 01 Jan 1970/);
    const late = await other.post(PAUSE);
    expect([late.status, late.body.code]).toEqual([401, "request_unauthorized"]);
    expect(await isPaused()).toBe(false);
    expect((await again.get("/messages")).status).toBe(200);
  });

  test("when the admin key is changed", async () => {
    const cookie = cookieOf(await signIn(ADMIN_KEY));
    const adminKey = "a-new-admin-key-for-tests";
    const sessions = createSessionTokens(adminKey, Date.now);
    const changed = createApiUnderTest(db, { adminKey, sessions });
    expect((await page(cookie, changed).get("/messages")).status).toBe(401);
  });

  test("and of those that are over anyway nothing is kept", async () => {
    await db.query(`insert into sign_outs values ('${randomUUID()}', now() - interval '1 second')`);
    await (await signedIn()).delete("/session");
    expect(await db.query("select from sign_outs where ends_at < now()")).toEqual([]);
    expect(await db.query("select from sign_outs")).not.toEqual([]);
  });
});

describe("what changes something", () => {
  test.each([
    { label: "without the header of our pages", headers: {} },
    { label: "from another site's page", headers: { ...PAGE, origin: "https://evil.example" } },
    { label: "from a page without a host", headers: { ...PAGE, origin: "file://" } },
  ])("is refused by the cookie $label", async ({ headers }) => {
    const cookie = cookieOf(await signIn(ADMIN_KEY));
    for (const method of ["post", "patch", "delete"] as const) {
      const call = request(api.app)[method](`/api/v1${PAUSE}`);
      const answer = await call.set({ ...headers, cookie }).send({});
      expect([answer.status, answer.body.code]).toEqual([403, "request_forbidden"]);
    }
    expect(await isPaused()).toBe(false);
  });

  test("is done by the cookie from our page, and by a key from anywhere", async () => {
    expect((await (await signedIn()).post(PAUSE)).status).toBe(200);
    const key = { authorization: `Bearer ${ADMIN_KEY}`, origin: "https://shop.example" };
    const answer = await request(api.app).post(`/api/v1${PAUSE}`).set(key).send({});
    expect(answer.status).toBe(200);
  });
});

test("a key goes before a cookie, also where it is wrong", async () => {
  const cookie = cookieOf(await signIn(ADMIN_KEY));
  const { id, key } = await makeKey(db);
  const as = (authorization: string) =>
    request(api.app).get("/api/v1/session").set({ cookie, authorization });
  expect((await as(`Bearer ${key}`)).body.actor).toBe(`key:${id}`);
  expect((await as("Bearer wrong")).body.actor).toBeNull();
  expect((await as("Basic cHJveHk6cGFzcw==")).body.actor).toBe("admin");
});

describe("guessing keys", () => {
  const wrong = () => signIn("wrong");

  test("ten a minute are refused one by one, then nobody signs in from there; who is in stays in", async () => {
    const own = await signedIn();
    for (let guess = 1; guess <= 10; guess += 1) expect((await wrong()).status).toBe(401);
    for (const answer of [await wrong(), await signIn(ADMIN_KEY)]) {
      expect([answer.status, answer.body.code]).toEqual([429, "request_rate_limited"]);
      expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
      expect(cookiesOf(answer)).toEqual([]);
    }
    expect((await own.get("/messages")).status).toBe(200);
    expect((await own.post(PAUSE)).status).toBe(200);
    const refusals = (await audited()).filter(({ action }) => action === "sign_in_refused");
    expect(refusals).toHaveLength(10);
  });

  test("right keys are not counted", async () => {
    for (let time = 1; time <= 12; time += 1) expect((await signIn(ADMIN_KEY)).status).toBe(200);
    expect((await wrong()).status).toBe(401);
  });
});

describe("the audit log", () => {
  test("says who signed in and out, and that somebody was refused, without the key", async () => {
    const { id, key } = await makeKey(db);
    const own = await signedIn(key);
    await own.delete("/session");
    await signIn("a-secret-guess");
    await revokeKey(db, id, undefined);
    await signIn(key);
    const actor = `key:${id}`;
    expect((await audited()).slice(0, 4)).toEqual([
      {
        actor,
        action: "sign_in_refused",
        detail: { network: NETWORK, reason: "the key was revoked" },
      },
      {
        actor: "nobody",
        action: "sign_in_refused",
        detail: { network: NETWORK, reason: "there is no such key" },
      },
      { actor, action: "sign_out", detail: { network: NETWORK } },
      { actor, action: "sign_in", detail: { network: NETWORK } },
    ]);
    const rows = await db.query("select a::text as row from audit_log a");
    for (const secret of ["a-secret-guess", key.slice(-32)])
      expect(JSON.stringify(rows)).not.toContain(secret);
    expect(
      await db.query("select from audit_log where tenant = 'default' and action like 'sign%'"),
    ).toHaveLength(3);
  });

  test("names what a session changed by whose key it is", async () => {
    await (await signedIn()).post(PAUSE);
    expect(await audited()).toContainEqual(
      expect.objectContaining({ actor: "admin", action: "post /conversations/{id}/pause" }),
    );
  });

  test.each([
    { ip: "203.0.113.77", want: "203.0.113.0/24" },
    { ip: "::ffff:203.0.113.77", want: "203.0.113.0/24" },
    { ip: "2001:db8:1:2:3:4:5:6", want: "2001:db8:1::/48" },
  ])("keeps of $ip the network alone", ({ ip, want }) => {
    expect(networkOf({ ip })).toBe(want);
  });
});

describe("the phone simulator without a key", () => {
  const nobodyAsks = () => Promise.reject(new Error("nobody asks the simulator here"));
  const open = (mode: Simulator["mode"] = "open") =>
    createApiUnderTest(db, {
      simulator: {
        mode,
        channels: ["rest"],
        lines: [],
        send: nobodyAsks,
        report: nobodyAsks,
        behaviour: nobodyAsks,
        behave: nobodyAsks,
        forget: nobodyAsks,
        keepFile: nobodyAsks,
      },
    });

  test("lets anybody in, to its own lines alone, and leaves no trace in the audit log", async () => {
    const under = open();
    const before = await audited();
    const visit = await signIn(undefined, under);
    expect(visit.body).toMatchObject({
      actor: "simulator",
      role: null,
      tenant: "simulator",
      sees_numbers: true,
      simulator: "open",
    });
    const visitor = page(cookieOf(visit), under);
    const { body } = await visitor.get("/messages");
    expect(new Set(body.data.map(({ channel }: { channel: string }) => channel))).toEqual(
      new Set(["rest"]),
    );
    expect((await visitor.get("/keys")).status).toBe(403);
    await visitor.delete("/session");
    expect((await visitor.get("/messages")).status).toBe(401);
    expect(await audited()).toEqual(before);
  });

  test("is over for whoever was in once it needs a key", async () => {
    const visit = await signIn(undefined, open());
    expect((await page(cookieOf(visit), open("admin")).get("/messages")).status).toBe(401);
  });
});

describe("the live stream of a session", () => {
  let close = (): Promise<void> => Promise.resolve();
  afterEach(() => close());

  test.each([
    { label: "is told what happens and ends when somebody signs out", end: "sign out" },
    { label: "ends with its key", end: "revoke" },
  ])("$label", async ({ end }) => {
    const hub = createStreamHub({
      db,
      log: { warn: () => undefined },
      isAllowed: (caller) => isStillAllowed(db, caller),
      times: { pollMs: 10, campaignMs: 10, checkMs: 20 },
    });
    const under = createApiUnderTest(db, { stream: hub });
    const { id, key } = await makeKey(db);
    const cookie = cookieOf(await signIn(key, under));
    const server = createServer(under.app);
    const url = `http://127.0.0.1:${await listen(server)}/api/v1/events/stream`;
    const listener = await listenTo(url, { cookie });
    close = () => {
      listener.leave();
      hub.close();
      return stopListening(server);
    };
    expect(listener.status()).toBe(200);
    await until(() => listener.lastId() !== "");
    await db.query(
      `update messages set status = 'read', changed_at = now() where id = '${IDS.answer}'`,
    );
    await until(() => listener.heard.some(({ data }) => data["id"] === IDS.answer));
    expect(listener.isOver()).toBe(false);
    if (end === "revoke") await revokeKey(db, id, undefined);
    else await page(cookie, under).delete("/session");
    await until(() => listener.isOver());
    expect((await listenTo(url, { cookie })).status()).toBe(401);
  });

  test("ends with the session's time", async () => {
    close = () => Promise.resolve();
    const session = { id: randomUUID(), expiresAt: new Date(Date.now() - 1).toISOString() };
    expect(await isStillAllowed(db, { actor: "admin", session })).toBe(false);
    const longer = { ...session, expiresAt: new Date(Date.now() + 60_000).toISOString() };
    expect(await isStillAllowed(db, { actor: "admin", session: longer })).toBe(true);
  });
});
