import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "../../src/db/driver.ts";
import { release, renew } from "../../src/db/mailbox.ts";
import { commitTurns } from "../../src/db/turns.ts";
import { listDatabases } from "../database.ts";
import { arrive, claimAll, claimOne, leaseOf, releaseOf, textMessage, turnOf } from "./scene.ts";
import { emptyDatabase } from "./empty.ts";

describe.each(await listDatabases())("wake-ups on $label", ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());

  test("a conversation that was given back is not leased again by a late renewal", async () => {
    await arrive(db, [textMessage("wamid.late", "oi")]);
    const conversation = await claimOne(db);
    await release(db, [{ ...releaseOf(conversation), kind: "more" }]);
    expect(await renew(db, [leaseOf(conversation)], 60_000)).toEqual(new Set());
    expect(await claimAll(db)).toHaveLength(1);
    await emptyDatabase(db);
  });

  test("nothing is forgotten when messages arrive at the very moment their conversation is claimed", async () => {
    const total = 600;
    const people = 3;
    const phoneOf = (n: number): string => `556199111000${n % people}`;
    const arrival = { isOver: false };
    const arriving = (async () => {
      for (let n = 0; n < total; n += 4)
        await Promise.all(
          [0, 1, 2, 3].map((k) =>
            arrive(db, [textMessage(`wamid.${n + k}`, "oi", phoneOf(n + k))]),
          ),
        );
      arrival.isOver = true;
    })();
    const work = async (): Promise<void> => {
      let idle = 0;
      while (!arrival.isOver || idle < 20) {
        const claimed = await claimAll(db, { limit: 1, perConversation: 1_000 });
        idle = claimed.length === 0 ? idle + 1 : 0;
        for (const conversation of claimed) {
          for (const row of conversation.inbox)
            await commitTurns(db, [turnOf({ ...conversation, inbox: [row] }, [])]);
          await release(db, [releaseOf(conversation)]);
        }
        if (claimed.length === 0) await sleep(1);
      }
    };
    await Promise.all([arriving, work(), work()]);
    const left = await db.query("select count(*)::int as n from inbox where done_at is null");
    expect(left).toEqual([{ n: 0 }]);
  });
});
