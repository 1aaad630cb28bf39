import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Database } from "../../src/db/driver.ts";
import { refreshStatistics } from "../../src/db/statistics.ts";
import { listDatabases } from "../database.ts";

describe.each(await listDatabases())("statistics on $label", ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());

  const known = async (): Promise<unknown> => {
    const [row] = await db.query(
      "select reltuples::int as rows from pg_class where relname = 'contact_identities'",
    );
    return row?.["rows"];
  };
  const grow = (from: number, to: number) =>
    db.query(
      `with people as (
         insert into contacts (id) select gen_random_uuid() from generate_series($1::int, $2::int) returning id
       )
       insert into contact_identities (channel, match_key, kind, value, contact_id)
       select 'whatsapp', 'phone:' || id, 'phone', id::text, id from people`,
      [from, to],
    );

  test("are brought up to date for tables that have grown, and for no others", async () => {
    await grow(1, 5_000);
    await refreshStatistics(db);
    expect(await known()).toBe(5_000);
    await grow(5_001, 5_100);
    await refreshStatistics(db);
    expect(await known()).toBe(5_000);
    await grow(5_101, 10_000);
    await refreshStatistics(db);
    expect(await known()).toBe(10_000);
  });

  test("let a person be found by index", async () => {
    await grow(10_001, 30_000);
    await refreshStatistics(db);
    const plan = await db.query(
      `explain select contact_id from unnest(array['phone:1', 'phone:2']) as wanted (match_key)
       join contact_identities i on i.channel = 'whatsapp' and i.match_key = wanted.match_key`,
    );
    expect(JSON.stringify(plan)).toContain("contact_identities_pkey");
  });
});
