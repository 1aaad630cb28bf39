import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { recordAudit } from "../../src/db/audit.ts";
import type { Database } from "../../src/db/driver.ts";
import { listDatabases } from "../database.ts";

describe.each(await listDatabases())("the audit log on $label", ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());

  test("a row says who did what to what, and when", async () => {
    const detail = { service: "messaging_connect", messages: 2, nested: { "it's": "ção" } };
    await recordAudit(db, { actor: "admin", action: "messaging_test", subject: "sms", detail });
    const rows = await db.query(
      `select actor, action, subject, detail, at > now() - interval '1 minute' as is_fresh
       from audit_log`,
    );
    expect(rows).toEqual([
      { actor: "admin", action: "messaging_test", subject: "sms", detail, is_fresh: true },
    ]);
  });

  test("the same twice is two rows", async () => {
    const before = await db.query("select id from audit_log");
    const entry = { actor: "admin", action: "messaging_test", subject: "x", detail: {} };
    await recordAudit(db, entry);
    await recordAudit(db, entry);
    expect(await db.query("select id from audit_log")).toHaveLength(before.length + 2);
  });
});
