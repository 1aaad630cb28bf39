import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Database } from "../../src/db/driver.ts";
import { createRateBuckets, deleteFullBuckets } from "../../src/db/rate-buckets.ts";
import { listDatabases } from "../database.ts";
import { until } from "../until.ts";

const HOUR_MS = 3_600_000;
const slow = { burst: 2, intervalMs: HOUR_MS };

describe.each(await listDatabases())("rate buckets on $label", ({ open }) => {
  let db: Database;
  let texts: string[];
  /** The same database, every statement of which is noted. */
  let noted: Database;
  beforeAll(async () => {
    db = await open();
    const query: Database["query"] = (text, values) => {
      texts.push(text);
      return db.query(text, values);
    };
    noted = { ...db, query };
  });
  afterAll(() => db.close());
  beforeEach(async () => {
    texts = [];
    await db.script("truncate rate_buckets");
  });

  test("what is asked while a statement runs goes in one, whatever the buckets", async () => {
    const buckets = createRateBuckets(noted);
    const keys = Array.from({ length: 100 }, (_, n) => `k${n % 50}`);
    const first = buckets.reserve("first", slow);
    await until(() => texts.length === 1);
    const waits = Promise.all(keys.map((key) => buckets.reserve(key, slow)));
    expect(await waits).toEqual(keys.map(() => 0));
    expect(await first).toBe(0);
    expect(texts).toHaveLength(2);
  });

  test("of several who ask one bucket together, each waits an interval longer than the one before", async () => {
    const buckets = createRateBuckets(db);
    const [, ...waits] = await Promise.all([
      buckets.reserve("other", slow),
      ...Array.from({ length: 5 }, () => buckets.reserve("k", slow)),
    ]);
    expect(waits).toEqual([0, 0, HOUR_MS, 2 * HOUR_MS, 3 * HOUR_MS]);
    const later = await buckets.reserve("k", slow);
    expect(later).toBeGreaterThan(HOUR_MS / 2);
    expect(later).toBeLessThanOrEqual(HOUR_MS);
  });

  test("counts a window for all, and starts again after it", async () => {
    const [one, two] = [createRateBuckets(db), createRateBuckets(db)];
    expect((await one.increment("day", HOUR_MS)).hits).toBe(1);
    const { hits, endsInMs } = await two.increment("day", 2 * HOUR_MS);
    expect(hits).toBe(2);
    expect(endsInMs).toBeGreaterThan(HOUR_MS / 2);
    expect(endsInMs).toBeLessThanOrEqual(HOUR_MS);
    for (let times = 0; times < 3; times += 1) await one.decrement("day");
    await one.decrement("never counted");
    expect((await two.increment("day", HOUR_MS)).hits).toBe(1);
    await db.query("update rate_buckets set full_at = now() - interval '1 second'");
    await one.decrement("day");
    expect(await one.increment("day", HOUR_MS)).toMatchObject({ hits: 1 });
    expect(await db.query("select key from rate_buckets")).toEqual([{ key: "day" }]);
  });

  test("only buckets that are full and open are deleted", async () => {
    const buckets = createRateBuckets(db);
    await buckets.reserve("used", slow);
    await buckets.reserve("full", { burst: 1, intervalMs: 0.001 });
    await buckets.block("closed", HOUR_MS);
    await buckets.block("open again", 0.001);
    await buckets.increment("day", HOUR_MS);
    expect(await deleteFullBuckets(db)).toBe(2);
    const left = await db.query("select key from rate_buckets order by key");
    expect(left.map(({ key }) => key)).toEqual(["closed", "day", "used"]);
  });

  test.each(["", "'; drop table rate_buckets; --", "conta\n😀\u{301}", "x".repeat(2_000)])(
    "a key may be anything (%#)",
    async (key) => {
      const buckets = createRateBuckets(db);
      expect(await buckets.reserveMany(key, slow, 5)).toBe(2);
      await buckets.block(key, HOUR_MS);
      expect(await buckets.reserve(key, slow)).toBeGreaterThan(0);
    },
  );
});
