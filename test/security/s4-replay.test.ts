import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Database } from "../../src/db/driver.ts";
import { release } from "../../src/db/mailbox.ts";
import { deleteExpired } from "../../src/db/retention.ts";
import { emptyDatabase } from "../db/empty.ts";
import { arrive, claimAll, releaseOf, textMessage } from "../db/scene.ts";
import { listDatabases } from "../database.ts";
import { tellFigures } from "./figures.ts";
import { SIZE } from "./size.ts";

const databases = await listDatabases();
const open: Database[] = [];
const MESSAGES = SIZE.of(1_000, 20);
const AGES = ["1 minute", "1 day", "8 days"] as const;

/** What the shortest allowed settings keep: a longer time recognises more. */
const SHORTEST = { rawWebhooksDays: 1, inboxDays: 8, parkedDays: 1, historyDays: 1 };
let replays = 0;

beforeAll(async () => {
  for (const database of databases) open.push(await database.open());
});
afterAll(async () => {
  for (const db of open) await db.close();
  const tried = `${replays} recorded webhooks sent again after ${AGES.join(", ")}`;
  tellFigures({ control: "S4", tried, came: "0 stored or handled again" });
});

test.each(databases.flatMap(({ label }, at) => AGES.map((age) => ({ label, at, age }))))(
  "what is sent again after $age is recognised on $label",
  async ({ at, age }) => {
    const db = open[at];
    if (db === undefined) throw new Error("no database");
    await emptyDatabase(db);
    const messages = Array.from({ length: MESSAGES }, (_, index) =>
      textMessage(`wamid.${index}`, "oi", `55619${String(index).padStart(8, "0")}`),
    );
    await arrive(db, messages);
    for (;;) {
      const claimed = await claimAll(db);
      if (claimed.length === 0) break;
      await db.query("update inbox set done_at = now() where done_at is null");
      await release(
        db,
        claimed.map((one) => releaseOf(one)),
      );
    }
    const past = `now() - interval '${age}' + interval '1 hour'`;
    await db.query(`update inbox set received_at = ${past}, done_at = ${past}`);
    await db.query(`update webhook_events set received_at = ${past}`);
    await deleteExpired(db, SHORTEST);
    replays += MESSAGES;
    await arrive(db, messages);
    const rows = await db.query("select count(*)::int as count from inbox");
    const waiting = await db.query(
      "select count(*)::int as count from inbox where done_at is null",
    );
    expect([rows[0]?.["count"], waiting[0]?.["count"]]).toEqual([MESSAGES, 0]);
    expect((await claimAll(db)).flatMap(({ inbox }) => inbox)).toEqual([]);
  },
);
