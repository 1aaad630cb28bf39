import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import request from "supertest";
import type { Database } from "../../../src/db/driver.ts";
import { type Scope, SCOPES } from "../../../src/http/api/caller.ts";
import { ROLE_SCOPES } from "../../../src/http/api/roles.ts";
import { ROUTES } from "../../../src/http/api/routes.ts";
import { listQuickest } from "../../database.ts";
import { ADMIN_KEY, type ApiUnderTest, createApiUnderTest } from "./api-client.ts";
import { EXAMPLES } from "./examples.ts";
import { makeKey } from "./keys.ts";
import { IDS, seed } from "./seed.ts";

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

const make = (body: object) => api.post("/keys", { name: "Ana", ...body });

const READS: readonly Scope[] = [
  "messages:read",
  "conversations:read",
  "templates:read",
  "campaigns:read",
  "events:read",
  "channels:read",
  "stats:read",
];

describe("a key that is made for a role", () => {
  test.each([
    { label: "a viewer", body: { role: "viewer" }, scopes: READS, sees: false },
    {
      label: "a viewer who sees numbers",
      body: { role: "viewer", sees_numbers: true },
      scopes: [...READS, "contacts:read"],
      sees: true,
    },
    {
      label: "a viewer who expressly does not",
      body: { role: "viewer", sees_numbers: false },
      scopes: READS,
      sees: false,
    },
    {
      label: "an operator",
      body: { role: "operator" },
      scopes: SCOPES.filter((scope) => scope !== "admin"),
      sees: true,
    },
    { label: "an admin", body: { role: "admin" }, scopes: ["admin"], sees: true },
  ])("$label: it has the scopes, and the session says who somebody is", async (given) => {
    const { body, scopes, sees } = given;
    const made = await make(body);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ role: body.role });
    expect(new Set(made.body.scopes)).toEqual(new Set(scopes));
    const listed = await api.get("/keys");
    expect(listed.body.data).toContainEqual(
      expect.objectContaining({ id: made.body.id, role: body.role }),
    );
    const session = await api.call("get", "/session", undefined, made.body.key);
    expect(session.body).toMatchObject({ role: body.role, name: "Ana", sees_numbers: sees });
    expect(new Set(session.body.scopes)).toEqual(new Set(scopes));
  });

  test.each([
    { label: "neither a role nor scopes", body: {}, pointer: "/role" },
    { label: "both", body: { role: "viewer", scopes: ["stats:read"] }, pointer: "/role" },
    { label: "a role that is none", body: { role: "root" }, pointer: "/role" },
    {
      label: "an operator who is not to see numbers",
      body: { role: "operator", sees_numbers: false },
      pointer: "/sees_numbers",
    },
    {
      label: "scopes, and numbers beside them",
      body: { scopes: ["stats:read"], sees_numbers: true },
      pointer: "/sees_numbers",
    },
  ])("$label is refused", async ({ body, pointer }) => {
    const answer = await make(body);
    expect([answer.status, answer.body.errors]).toEqual([
      422,
      [{ pointer, detail: expect.any(String) }],
    ]);
  });
});

test("a key of chosen scopes has no role, unless it allows everything", async () => {
  const roleOf = async (scopes: readonly string[]) => {
    const { key } = await makeKey(db, { scopes });
    return (await api.call("get", "/session", undefined, key)).body.role;
  };
  expect(await roleOf(READS)).toBeNull();
  expect(await roleOf(["admin"])).toBe("admin");
  expect((await api.call("get", "/session", undefined, ADMIN_KEY)).body.role).toBe("admin");
});

test("a viewer changes nothing, whatever the operation", async () => {
  const { body: viewer } = await make({ role: "viewer", sees_numbers: true });
  const writes = ROUTES.filter(
    ({ method, scope }) => method !== "get" && scope?.endsWith(":read") === false,
  );
  for (const { method, path } of writes) {
    const example = EXAMPLES[`${method} ${path}`] ?? { path: "", body: undefined };
    const answer = await api.call(method, example.path, example.body, viewer.key);
    expect({ method, path, status: answer.status }).toEqual({ method, path, status: 403 });
  }
});

test("an operator does the daily work, and neither makes keys nor reads the audit log", async () => {
  const { body: operator } = await make({ role: "operator" });
  const call = (path: string, method: "get" | "post" = "get") =>
    api.call(method, path, method === "post" ? {} : undefined, operator.key);
  expect((await call(`/conversations/${IDS.webConversation}/pause`, "post")).status).toBe(200);
  expect((await call(`/campaigns/${IDS.running}/pause`, "post")).status).toBe(200);
  expect((await call("/contacts")).status).toBe(200);
  for (const path of ["/keys", "/audit"]) expect((await call(path)).status).toBe(403);
});

test("a role allows nothing that is no scope, and only an admin everything", () => {
  for (const scopes of Object.values(ROLE_SCOPES))
    for (const scope of scopes) expect(SCOPES).toContain(scope);
  expect(Object.entries(ROLE_SCOPES).filter(([, scopes]) => scopes.includes("admin"))).toEqual([
    ["admin", ["admin"]],
  ]);
});

test("a viewer without the right sees the conversation and not the number", async () => {
  const { body: viewer } = await make({ role: "viewer" });
  const answer = await request(api.app)
    .get(`/api/v1/conversations/${IDS.phoneConversation}`)
    .set("authorization", `Bearer ${viewer.key}`);
  expect(answer.body.identities).toMatchObject([
    { kind: "phone", value: "+55 61 9****-4567" },
    { kind: "bsuid", value: "BR.1" },
  ]);
});
