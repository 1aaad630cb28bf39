import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { serverSettings } from "../../src/config/settings.ts";
import { findPayload, keepPayloads } from "../../src/db/button-payloads.ts";
import type { Database } from "../../src/db/driver.ts";
import { deleteExpired } from "../../src/db/retention.ts";
import { listDatabases } from "../database.ts";

const DEFAULTS = serverSettings.shape.retention.parse({});
const LONG = `/order${JSON.stringify({ item: 'a "b" \\ {c}', note: "ção".repeat(200) })}`;

describe.each(await listDatabases())("button payloads on $label", ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());
  beforeEach(() => db.script("truncate button_payloads"));

  const age = (days: number) =>
    db.query("update button_payloads set used_at = now() - $1::int * interval '1 day'", [days]);

  test("a kept payload is found under its id, unchanged", async () => {
    await keepPayloads(db, [
      { id: "b1", payload: LONG },
      { id: "b2", payload: "" },
    ]);
    expect(await findPayload(db, "b1")).toBe(LONG);
    expect(await findPayload(db, "b2")).toBe("");
  });

  test("an id that was never kept finds nothing", async () => {
    expect(await findPayload(db, "b1")).toBeUndefined();
  });

  test("keeping nothing is no error", async () => {
    await keepPayloads(db, []);
    expect(await db.query("select id from button_payloads")).toEqual([]);
  });

  test("the same payload twice, in one call or in two, is kept once", async () => {
    const kept = { id: "b1", payload: LONG };
    await keepPayloads(db, [kept, kept]);
    await keepPayloads(db, [kept]);
    expect(await db.query("select id, payload from button_payloads")).toEqual([kept]);
  });

  test.each([
    { days: 30, want: "/old" },
    { days: 364, want: "/old" },
    { days: 366, want: undefined },
  ])("a payload sent $days days ago gives $want by the defaults", async ({ days, want }) => {
    await keepPayloads(db, [{ id: "b1", payload: "/old" }]);
    await age(days);
    await deleteExpired(db, DEFAULTS);
    expect(await findPayload(db, "b1")).toBe(want);
  });

  test("a payload that is sent again is as young as its last use", async () => {
    await keepPayloads(db, [{ id: "b1", payload: "/old" }]);
    await age(366);
    await keepPayloads(db, [{ id: "b1", payload: "/old" }]);
    await deleteExpired(db, DEFAULTS);
    expect(await findPayload(db, "b1")).toBe("/old");
  });
});
