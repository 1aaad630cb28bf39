import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { copyDatabase } from "../../src/db/copy-database.ts";
import { refuseUnfinishedCopy } from "../../src/db/copy-marks.ts";
import type { Database } from "../../src/db/driver.ts";
import { openPostgres } from "../../src/db/postgres.ts";
import { fingerprintTable, listTables } from "../../src/db/tables.ts";
import {
  createServerDatabase,
  hasServer,
  listDatabases,
  type ServerDatabase,
} from "../database.ts";
import { fillHistory } from "./filled.ts";

const SEQUENCES = "select last_value::text as last, is_called from ";

/** A database that stops answering after so many transactions, as one whose copy is killed does. */
function dyingAfter(db: Database, transactions: number): Database {
  let left = transactions;
  return {
    ...db,
    transaction: (work) => {
      left -= 1;
      if (left < 0) throw new Error("killed");
      return db.transaction(work);
    },
  };
}

function testCopies(): void {
  let source: Database;
  let place: ServerDatabase;
  let target: Database;

  beforeAll(async () => {
    const embedded = (await listDatabases()).find(({ label }) => label === "embedded");
    if (embedded === undefined) throw new Error("there is no embedded database");
    source = await embedded.open();
    await fillHistory(source, 400);
  }, 60_000);
  afterAll(() => source.close());
  beforeEach(async () => {
    place = await createServerDatabase();
    target = openPostgres(place.url, { poolSize: 2 });
  });
  afterEach(async () => {
    await target.close();
    await place.drop();
  });

  const copy = (
    to = target,
    signal = new AbortController().signal,
    onProgress = (): void => undefined,
  ) => copyDatabase({ source, target: to, signal, onProgress });

  const fingerprints = async (db: Database) => {
    const taken = [];
    for (const table of await listTables(db)) taken.push(await fingerprintTable(db, table));
    return taken;
  };

  test("every row, every byte and every sequence arrives", async () => {
    const { kind, tables } = await copy();
    expect(kind).toBe("copied");
    expect(await fingerprints(target)).toEqual(tables);
    expect(tables.find(({ table }) => table === "webhook_events")?.rows).toBe(400);
    const bodies = "select encode(body, 'hex') as body from webhook_events order by id";
    expect(await target.query(bodies)).toEqual(await source.query(bodies));
    for (const sequence of ["inbox_id_seq", "message_seq"])
      expect(await target.query(SEQUENCES + sequence)).toEqual(
        await source.query(SEQUENCES + sequence),
      );
    await expect(refuseUnfinishedCopy(target)).resolves.toBeUndefined();
  });

  test("numbers of transactions stay behind: there they would lie in the future", async () => {
    await copy();
    expect(await target.query("select count(arrived)::int as arrived from inbox")).toEqual([
      { arrived: 0 },
    ]);
  });

  test.each([1, 4, 9].map((after) => ({ label: `after ${after} transactions`, after })))(
    "a copy that dies $label is gone on with, and no bridge starts on it before",
    async ({ after }) => {
      await expect(copy(dyingAfter(target, after))).rejects.toThrow("killed");
      await expect(refuseUnfinishedCopy(target)).rejects.toMatchObject({
        code: "store_unavailable",
        detail: expect.stringContaining("migrate-to-postgres"),
      });
      const { kind, tables } = await copy();
      expect(kind).toBe("copied");
      expect(await fingerprints(target)).toEqual(tables);
    },
  );

  test("what was copied before the interruption is not copied again", async () => {
    const stop = new AbortController();
    await expect(copy(target, stop.signal, () => stop.abort())).rejects.toThrow("aborted");
    await target.query("create table first as select ctid::text as place, * from contacts");
    await copy();
    expect(
      await target.query(
        "select ctid::text as place from contacts c where id in (select id from first) order by 1",
      ),
    ).toEqual(await target.query("select place from first order by 1"));
  });

  test("where the source has changed meanwhile, the copy is what the source is now", async () => {
    await expect(copy(dyingAfter(target, 6))).rejects.toThrow("killed");
    await source.script("update contacts set name = 'changed' where name is not null");
    const { tables } = await copy();
    expect(await fingerprints(target)).toEqual(tables);
    expect(await target.query("select distinct name from contacts where name is not null")).toEqual(
      [{ name: "changed" }],
    );
  });

  test("a finished copy is never touched again, whatever a bridge wrote since", async () => {
    await copy();
    await target.script("update contacts set name = 'since'");
    expect((await copy()).kind).toBe("again");
    expect(await target.query("select distinct name from contacts")).toEqual([{ name: "since" }]);
  });

  test("a target with rows of its own is refused by name and left as it is", async () => {
    await target.script("insert into button_payloads (id, payload) values ('mine', 'p')");
    await expect(copy()).rejects.toMatchObject({
      code: "request_conflict",
      detail: expect.stringMatching(/not empty: there are rows in button_payloads/),
    });
    expect(await target.query("select id from button_payloads")).toEqual([{ id: "mine" }]);
    expect(await target.query("select from contacts")).toEqual([]);
  });

  test("a target that holds another copy is refused", async () => {
    await target.script("insert into database_copies (source) values ('another')");
    await expect(copy()).rejects.toThrow("a copy of another database");
  });
}

if (await hasServer()) describe("copying an embedded database to a server", testCopies);
