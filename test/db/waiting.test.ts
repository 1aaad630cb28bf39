import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Database } from "../../src/db/driver.ts";
import { measureQueues, measureWaiting } from "../../src/db/maintenance.ts";
import { listDatabases } from "../database.ts";
import { addCampaigns, addRecipient } from "./campaign-rows.ts";
import { emptyDatabase } from "./empty.ts";
import { arrive, CHANNEL, claimOne, textMessage } from "./scene.ts";

describe.each(await listDatabases())("what waits for a worker on $label", ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  }, 60_000);
  afterAll(() => db.close());
  beforeEach(() => emptyDatabase(db));

  const shiftDue = (seconds: number) =>
    db.query("update conversations set due = now() - $1::int * interval '1 second'", [seconds]);
  const waiting = async (): Promise<number> => Math.round(await measureWaiting(db, [CHANNEL]));

  test("nothing does where nothing is due", async () => {
    expect(await waiting()).toBe(0);
  });

  test.each([
    { label: "an answer", bulk: false },
    { label: "a bulk message", bulk: true },
  ])("$label that is due and that nobody took waits", async ({ bulk }) => {
    await arrive(db, [textMessage("wamid.1", "oi")]);
    await db.query("update conversations set bulk = $1::boolean", [bulk]);
    await shiftDue(90);
    expect(await waiting()).toBeGreaterThanOrEqual(90);
    expect(await waiting()).toBeLessThan(150);
  });

  test("what waits for a retry or a limit does not: another worker would not help", async () => {
    await arrive(db, [textMessage("wamid.1", "oi")]);
    await shiftDue(-60);
    expect(await waiting()).toBe(0);
  });

  test("what a worker has does not", async () => {
    await arrive(db, [textMessage("wamid.1", "oi")]);
    await shiftDue(90);
    await claimOne(db);
    expect(await waiting()).toBe(0);
  });

  test("what belongs to a channel that is not configured does not: nobody may take it", async () => {
    await arrive(db, [textMessage("wamid.1", "oi")]);
    await shiftDue(90);
    expect(await measureWaiting(db, ["another"])).toBe(0);
  });

  test("recipients of running campaigns and events for the operator are queues too", async () => {
    await addCampaigns(db);
    for (const state of ["open", "open", "released", "skipped"] as const)
      await addRecipient(db, state);
    await db.query(
      `insert into outgoing_events (id, endpoint, type, payload, created_at, done_at, dead_at)
       select gen_random_uuid(), 'desk', 'session.started', '{}', now() - interval '70 seconds', done, dead
       from (values (null::timestamptz, null::timestamptz), (now(), null), (null, now())) as v (done, dead)`,
    );
    const { campaign, events } = await measureQueues(db);
    expect([campaign.depth, events.depth]).toEqual([2, 1]);
    expect(events.oldestSeconds).toBeGreaterThanOrEqual(70);
    await db.query("update campaigns set state = 'paused'");
    expect((await measureQueues(db)).campaign.depth).toBe(0);
  });
});
