import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import type { Database } from "../../../src/db/driver.ts";
import { ROUTES } from "../../../src/http/api/routes.ts";
import { listQuickest } from "../../database.ts";
import { type ApiUnderTest, createApiUnderTest } from "./api-client.ts";
import { EXAMPLES } from "./examples.ts";
import { makeKey } from "./keys.ts";
import { IDS, SECRET, seed, uuid } from "./seed.ts";

const rows = z.array(
  z.object({
    actor: z.string(),
    tenant: z.string().nullable(),
    action: z.string(),
    subject: z.string(),
    detail: z.record(z.string(), z.unknown()),
  }),
);

describe.each(await listQuickest())("the audit log of the API on $label", ({ open }) => {
  let db: Database;
  let api: ApiUnderTest;

  beforeAll(async () => {
    db = await open();
  });
  beforeEach(async () => {
    await seed(db);
    await db.query("delete from audit_log");
    api = createApiUnderTest(db);
  });
  afterAll(() => db.close());

  const audited = async () =>
    rows.parse(
      await db.query("select actor, tenant, action, subject, detail from audit_log order by id"),
    );

  // Signing in and out is written down for whoever does it: session.test.ts.
  const looks = "post /templates/{id}/preview";
  const withKey = ROUTES.filter(({ method, path, scope }) => {
    return method !== "get" && scope !== undefined && `${method} ${path}` !== looks;
  });
  const changing = withKey.map((route) => ({
    operation: `${route.method} ${route.path}`,
    route,
  }));

  test.each(changing)(
    "$operation by a tenant's key leaves one row that says who and what",
    async ({ operation, route }) => {
      const { path, body, foreign } = EXAMPLES[operation] ?? { path: "", foreign: "open" };
      const { id, key } = await makeKey(db);
      if (operation.endsWith("/opt-in")) await db.query("update opt_outs set revoked_at = null");
      const isAbove = foreign === "forbidden";
      const answer = await api.call(route.method, path, body, ...(isAbove ? [] : [key]));
      expect(answer.status).toBe(route.status);
      const found = await audited();
      expect(found.length).toBeGreaterThan(0);
      const [actor, tenant] = isAbove ? ["admin", null] : [`key:${id}`, "default"];
      for (const row of found) expect(row).toMatchObject({ actor, tenant });
      if (!route.writesAudit) {
        expect(found).toHaveLength(1);
        expect(found[0]).toMatchObject({ action: operation, detail: { status: route.status } });
      }
      const text = JSON.stringify(found);
      for (const personal of ["5561991234567", "Maria", SECRET])
        expect(text).not.toContain(personal);
    },
  );

  test("the subject is what the path names, or what was made", async () => {
    await api.post(`/conversations/${IDS.webConversation}/pause`);
    await api.post("/channels/whatsapp/check");
    const { body } = await api.post("/keys", { name: "a", scopes: ["messages:read"] });
    expect((await audited()).map(({ subject }) => subject)).toEqual([
      IDS.webConversation,
      "whatsapp",
      body.id,
    ]);
  });

  test("what only reads, and what is refused, leaves none", async () => {
    const { path, body } = EXAMPLES[looks] ?? { path: "" };
    expect((await api.call("post", path, body)).status).toBe(200);
    await api.get("/messages");
    await api.post(`/conversations/${uuid(999)}/pause`);
    await api.post(`/conversations/${IDS.webConversation}/pause`, { minutes: 0 });
    const { key } = await makeKey(db, { scopes: ["messages:read"] });
    await api.call("post", `/conversations/${IDS.webConversation}/pause`, {}, key);
    expect(await audited()).toEqual([]);
  });

  test("a change of a person, and consent, are written once, with more than the call", async () => {
    await api.patch(`/contacts/${IDS.maria}`, { name: "Mariana", language: "en" });
    await api.post(`/contacts/${IDS.maria}/opt-out`, { channel: "whatsapp" });
    const found = await audited();
    expect(found.map(({ action }) => action)).toEqual(["contact_change", "opt_out"]);
    expect(found[0]?.detail).toEqual({ changed: ["language", "name", "properties"] });
    expect(JSON.stringify(found)).not.toContain("Mariana");
  });

  test("a change that cannot be audited is made, and the log has the row", async () => {
    const lines: unknown[] = [];
    const log = {
      warn: () => undefined,
      error: (message: string, fields?: object) => lines.push({ message, ...fields }),
    };
    const query: Database["query"] = (text, values) =>
      text.includes("insert into audit_log")
        ? Promise.reject(new Error("away"))
        : db.query(text, values);
    api = createApiUnderTest(db, { db: { ...db, query }, log });
    expect((await api.post(`/conversations/${IDS.webConversation}/pause`)).status).toBe(200);
    expect(lines).toEqual([
      expect.objectContaining({
        message: "a change could not be audited",
        actor: "admin",
        action: "post /conversations/{id}/pause",
        subject: IDS.webConversation,
      }),
    ]);
  });

  test.each([
    { query: "", want: 3 },
    { query: "?actor=admin", want: 2 },
    { query: "?actor=nobody", want: 0 },
    { query: `?subject=${IDS.webConversation}`, want: 2 },
    { query: `?action=${encodeURIComponent("post /conversations/{id}/pause")}`, want: 1 },
    { query: "?since=2100-01-01T00:00:00Z", want: 0 },
    { query: "?until=2100-01-01T00:00:00Z", want: 3 },
    { query: "?until=2020-01-01T00:00:00Z", want: 0 },
  ])("is narrowed by $query", async ({ query, want }) => {
    await threeChanges();
    expect((await api.get(`/audit${query}`)).body.data).toHaveLength(want);
  });

  async function threeChanges(): Promise<string> {
    await api.post(`/conversations/${IDS.webConversation}/pause`);
    await api.post(`/conversations/${IDS.webConversation}/resume`);
    const { id, key } = await makeKey(db);
    await api.call("post", "/channels/whatsapp/check", {}, key);
    return id;
  }

  test("is read page by page, newest first; a tenant's key reads what its tenant's keys did", async () => {
    const id = await threeChanges();
    const first = await api.get("/audit?limit=2");
    expect(first.body.data[0]).toMatchObject({ actor: `key:${id}`, tenant: "default" });
    const rest = await api.get(`/audit?limit=2&cursor=${first.body.next_cursor}`);
    expect([rest.body.data.length, rest.body.next_cursor]).toEqual([1, null]);
    const { key } = await makeKey(db);
    const { body } = await api.call("get", "/audit", undefined, key);
    expect(body.data.map(({ actor }: { actor: string }) => actor)).toEqual([`key:${id}`]);
  });
});
