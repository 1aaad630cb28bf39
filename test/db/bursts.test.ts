import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import type { Database } from "../../src/db/driver.ts";
import { release } from "../../src/db/mailbox.ts";
import { listDatabases } from "../database.ts";
import { arrive, CHANNEL, claimAll, claimOne, leaseOf, releaseOf, textMessage } from "./scene.ts";
import { emptyDatabase } from "./empty.ts";

const WAITS = { waitMs: 30_000, maxMs: 240_000 };
const ENDS = { waitMs: 0, maxMs: 0 };

const oneRow = z.tuple([
  z.object({
    due: z.number().nullable(),
    until: z.number().nullable(),
    isGathering: z.boolean(),
    wake: z.string(),
  }),
]);

describe.each(await listDatabases())("bursts on $label", ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());
  beforeEach(() => emptyDatabase(db));

  const text = (id: string) => textMessage(`wamid.${id}`, id);
  /** Milliseconds from the last arrival to the due time and to the longest wait; both of one clock, so exact. */
  const state = async () => {
    const rows = await db.query(
      `select (extract(epoch from c.due - i.last) * 1000)::float8 as due,
         (extract(epoch from c.gather_until - i.last) * 1000)::float8 as until,
         c.gather_until is not null as "isGathering", c.wake::text as wake
       from conversations c, (select max(received_at) as last from inbox) i`,
    );
    return oneRow.parse(rows)[0];
  };
  const texts = async () => (await claimOne(db)).inbox.map(({ message }) => message.text);

  test("the first text waits for the next one", async () => {
    await arrive(db, [text("1")], WAITS);
    expect(await state()).toEqual({ due: 30_000, until: 240_000, isGathering: true, wake: "1" });
    expect(await claimAll(db)).toEqual([]);
  });

  test("each further text puts the answer off, but never past the longest wait", async () => {
    await arrive(db, [text("1")], WAITS);
    await arrive(db, [text("2")], WAITS);
    expect(await state()).toMatchObject({ due: 30_000 });
    await db.script("update conversations set gather_until = due - interval '29 seconds'");
    await arrive(db, [text("3")], WAITS);
    const { due, until } = await state();
    expect(due).toBe(until);
    expect(due).toBeLessThan(2_000);
  });

  test("texts that come in one webhook are one burst, and a command among them ends it", async () => {
    await arrive(db, [text("1"), text("2")], WAITS);
    expect(await claimAll(db)).toEqual([]);
    await arrive(db, [text("3")], ENDS);
    expect(await texts()).toEqual(["1", "2", "3"]);
  });

  test("what ends a burst is not put off by a text that follows at once", async () => {
    await arrive(db, [text("1")], WAITS);
    await arrive(db, [text("/stop")], ENDS);
    await arrive(db, [text("2")], WAITS);
    expect(await texts()).toEqual(["1", "/stop", "2"]);
  });

  test("a message that is first and does not wait is answered at once, whatever follows", async () => {
    await arrive(db, [text("/stop")], ENDS);
    await arrive(db, [text("1")], WAITS);
    expect(await texts()).toEqual(["/stop", "1"]);
  });

  test("a duplicate within a burst puts nothing off", async () => {
    await arrive(db, [text("1")], WAITS);
    await db.script("update conversations set due = due - interval '20 seconds'");
    await arrive(db, [text("1")], WAITS);
    const { due, wake } = await state();
    expect({ due, wake }).toEqual({ due: 10_000, wake: "1" });
  });

  test("texts that come while a turn runs are gathered when it ends", async () => {
    await arrive(db, [text("1")]);
    const held = await claimOne(db);
    await arrive(db, [text("2")], WAITS);
    await arrive(db, [text("2, too")], WAITS);
    const { due } = await state();
    // While the turn runs it is still the end of the lease.
    expect(due).toBeGreaterThan(45_000);
    await release(db, [releaseOf(held)]);
    expect(await state()).toMatchObject({ due: 30_000, isGathering: true });
    await arrive(db, [text("3")], WAITS);
    expect(await state()).toMatchObject({ due: 30_000 });
  });

  test("a command that comes while a turn runs is not put off by the text after it", async () => {
    await arrive(db, [text("1")]);
    const held = await claimOne(db);
    await arrive(db, [text("/stop")], ENDS);
    await arrive(db, [text("2")], WAITS);
    await release(db, [releaseOf(held)]);
    expect(await claimAll(db)).toHaveLength(1);
  });

  test("a retry keeps its pause, whatever arrives before or after", async () => {
    await arrive(db, [text("1")]);
    const held = await claimOne(db);
    await arrive(db, [text("2")], WAITS);
    await release(db, [{ ...releaseOf(held), kind: "retry", delayMs: 200_000, fails: 1 }]);
    await arrive(db, [text("3")], WAITS);
    await arrive(db, [text("4")], ENDS);
    const { due } = await state();
    expect(due).toBeGreaterThan(150_000);
  });

  test("a burst whose worker died comes back whole, with what came meanwhile, and counts a try", async () => {
    await arrive(db, [text("1"), text("2")], ENDS);
    await claimOne(db, { leaseMs: 60_000 });
    await arrive(db, [text("3")], WAITS);
    await db.script("update conversations set lease_until = now(), due = now()");
    const again = await claimOne(db);
    expect(again.fails).toBe(1);
    expect(again.inbox.map(({ message }) => message.text)).toEqual(["1", "2", "3"]);
  });

  test("only one of many workers gets a burst that is due", async () => {
    await arrive(db, [text("1"), text("2")], WAITS);
    await db.script("update conversations set due = now()");
    const claims = await Promise.all([1, 2, 3, 4].map(() => claimAll(db)));
    expect(claims.flat()).toHaveLength(1);
  });

  test("without gathering a conversation is due at once and nothing is noted", async () => {
    await arrive(db, [text("1")]);
    await arrive(db, [text("2")]);
    expect(await state()).toMatchObject({ until: null, isGathering: false });
    expect(await texts()).toEqual(["1", "2"]);
  });

  test("a burst of two hundred messages is read whole where texts are joined, and only there", async () => {
    await arrive(
      db,
      Array.from({ length: 205 }, (_, index) => text(String(index))),
      ENDS,
    );
    const bursts = { channels: [CHANNEL], limit: 200 };
    const first = await claimOne(db, { bursts });
    expect(first.inbox.map(({ message }) => message.text)).toEqual(
      Array.from({ length: 200 }, (_, index) => String(index)),
    );
    await release(db, [
      { ...leaseOf(first), wake: first.wake, kind: "more", delayMs: 0, fails: 0 },
    ]);
    const other = await claimOne(db, { bursts: { channels: ["other"], limit: 200 } });
    expect(other.inbox).toHaveLength(20);
  });
});
