import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { z } from "zod";
import type { Database } from "../../src/db/driver.ts";
import { listQuickest } from "../database.ts";
import { type ApiUnderTest, createApiUnderTest } from "../http/api/api-client.ts";
import { EXAMPLES } from "../http/api/examples.ts";
import { seed } from "../http/api/seed.ts";
import { tellFigures } from "./figures.ts";
import { listOperations, type Operation, withPath, withQuery, withValue } from "./operations.ts";
import { SIZE } from "./size.ts";
import { CALL, RUNS } from "./statements.ts";

const [database] = await listQuickest();
const payloads = RUNS.slice(0, SIZE.of(RUNS.length, 3));

let db: Database;
let api: ApiUnderTest;
let operations: readonly Operation[];
const count = { calls: 0, places: 0 };

beforeAll(async () => {
  if (database === undefined) throw new Error("no database to test on");
  db = await database.open();
  // A sequence keeps what was taken from it even where the statement is rolled back: whatever runs `CALL` is found.
  await db.query("create sequence canary");
  await seed(db);
  operations = await listOperations(createApiUnderTest(db));
});
beforeEach(async () => {
  await seed(db);
  api = createApiUnderTest(db);
});
afterAll(async () => {
  await db.close();
  const tried = `${count.calls} statements in the place of ${count.places} parameters and texts`;
  tellFigures({ control: "S14", tried, came: "0 were run, 0 failures of the database" });
});

const calledRows = z.array(z.object({ called: z.boolean() }));

async function isCalled(): Promise<boolean> {
  const [row] = calledRows.parse(await db.query("select is_called as called from canary"));
  return row?.called ?? true;
}

const rowsOf = (body: unknown): number =>
  z.object({ data: z.array(z.unknown()) }).safeParse(body).data?.data.length ?? 0;

/** Says what a failure of the database would say. */
const TELLS = /syntax error|invalid input syntax|unterminated|pg_|SQLSTATE|column ".*" does not/i;

test("the canary is found where a statement does run", async () => {
  await db.query("create sequence other");
  await db.query(`select ${CALL.replace("canary", "other")}`);
  const rows = await db.query("select is_called as called from other");
  expect(calledRows.parse(rows)).toEqual([{ called: true }]);
});

test.each(Object.keys(EXAMPLES).map((name) => ({ name })))(
  "$name compares and stores what it is given, and runs none of it",
  async ({ name }) => {
    const operation = operations.find((one) => one.name === name);
    if (operation === undefined) throw new Error("the document does not describe it");
    const { method, example } = operation;
    const found = async (path: string, body = example.body) => {
      count.calls += 1;
      const answer = await api.call(method, path, body);
      expect({ path, body, status: answer.status, bugs: api.bugs }).toEqual({
        path,
        body,
        status: expect.any(Number),
        bugs: [],
      });
      expect(answer.status).toBeLessThan(500);
      if (answer.status >= 400) expect(answer.text).not.toMatch(TELLS);
      return rowsOf(answer.body);
    };
    for (const parameter of operation.query) {
      count.places += 1;
      const none = await found(withQuery(example.path, parameter, "nobody-has-this-word"));
      for (const payload of payloads) {
        const more = await found(withQuery(example.path, parameter, payload));
        expect({ parameter, payload, more: more > none }).toEqual({
          parameter,
          payload,
          more: false,
        });
      }
    }
    for (const parameter of operation.inPath) {
      count.places += 1;
      for (const payload of payloads) await found(withPath(operation, parameter, payload));
    }
    for (const keys of operation.texts) {
      count.places += 1;
      for (const payload of payloads)
        await found(example.path, withValue(example.body, keys, payload));
    }
    expect(await isCalled()).toBe(false);
  },
  120_000,
);
