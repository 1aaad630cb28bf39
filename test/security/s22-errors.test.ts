import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { PassThrough } from "node:stream";
import { BridgeError, ERRORS } from "../../src/errors.ts";
import type { Database } from "../../src/db/driver.ts";
import { nameStoreError } from "../../src/db/store-errors.ts";
import { ROUTES } from "../../src/http/api/routes.ts";
import { createLogger } from "../../src/log.ts";
import { listQuickest } from "../database.ts";
import { type ApiUnderTest, createApiUnderTest } from "../http/api/api-client.ts";
import { EXAMPLES } from "../http/api/examples.ts";
import { seed } from "../http/api/seed.ts";
import { tellFigures } from "./figures.ts";
import { SIZE } from "./size.ts";

const [database] = await listQuickest();

/** What a failure carries inside and nobody outside may read. */
const INSIDE = "select planted_column from planted_table where phone = '5561900000001'";
const FOLDER = "/srv/ponte/planted/src/db/postgres.ts";
const SHOWN =
  /planted|select |5561900000001|\/srv\/|node_modules|\.ts:\d|\bat (?:async )?\w+[.(]|BridgeError|TypeError/;

const withStack = (error: Error): Error => {
  error.stack = `${error.message}\n    at query (${FOLDER}:42:7)`;
  return error;
};

/** As the driver throws it: its text and its fields name tables, columns and values. */
const ofDriver = (code: string): Error =>
  Object.assign(withStack(new Error(`error in ${INSIDE}`)), {
    code,
    table: "planted_table",
    detail: `Key (phone)=(5561900000001) of ${INSIDE}`,
    where: `PL/pgSQL function planted() in ${FOLDER}`,
  });

/** Every way in which a database can fail a statement, and two in which our own code can. */
const FAILURES: readonly { readonly label: string; readonly error: () => unknown }[] = [
  ...[
    "08006",
    "23505",
    "23503",
    "22001",
    "22P02",
    "25006",
    "40P01",
    "42601",
    "42501",
    "53300",
    "57014",
    "57P01",
    "XX000",
  ].map((code) => ({
    label: `the database says ${code}`,
    error: () => nameStoreError(ofDriver(code)),
  })),
  { label: "a bug of ours", error: () => withStack(new TypeError(`undefined in ${INSIDE}`)) },
  { label: "something that is no error", error: () => INSIDE },
  {
    label: "a named failure with its cause",
    error: () =>
      new BridgeError("store_unavailable", "the database is away", { cause: ofDriver("08006") }),
  },
];

const failures = FAILURES.slice(-SIZE.of(FAILURES.length, 4));

let db: Database;
let broken: ReturnType<typeof breakable>;
let api: ApiUnderTest;
let calls = 0;

beforeAll(async () => {
  if (database === undefined) throw new Error("no database to test on");
  db = await database.open();
  await seed(db);
  broken = breakable(db);
  api = createApiUnderTest(broken.db);
});
afterAll(async () => {
  await db.close();
  const tried = `${calls} calls of every operation, failed by its database in ${FAILURES.length} ways; each of ${Object.keys(ERRORS).length} error codes`;
  tellFigures({
    control: "S22",
    tried,
    came: "0 answers with a stack, a statement, a path or a value",
  });
});

/** A database that does as it is told by `break`: it fails from the first or a later statement on. */
function breakable(own: Database) {
  let left = Infinity;
  let failure: () => unknown = () => undefined;
  const query: Database["query"] = async (text, values) => {
    left -= 1;
    if (left < 0) throw failure();
    return own.query(text, values);
  };
  const transaction: Database["transaction"] = (work) => work({ query });
  return {
    db: { ...own, query, transaction },
    fail: (error: () => unknown, after: number) => {
      left = after;
      failure = error;
    },
  };
}

test.each(ROUTES.map(({ method, path }) => ({ name: `${method} ${path}`, method })))(
  "$name that fails says nothing of what is inside",
  async ({ name, method }) => {
    const { path, body } = EXAMPLES[name] ?? { path: "" };
    for (const { label, error } of failures)
      for (const after of [0, 1, 2].slice(0, SIZE.of(3, 1))) {
        calls += 1;
        broken.fail(error, after);
        const answer = await api.call(method, path, body).catch(cutShort);
        const said = answer.status < 400 ? "" : `${answer.text}${JSON.stringify(answer.headers)}`;
        expect({ label, found: SHOWN.exec(said)?.[0] }).toEqual({ label, found: undefined });
      }
  },
  120_000,
);

/**
 * An answer that had begun when its database failed is cut, so that half is not taken for the whole: before its headers have
 * left us, the caller sees a connection that ends.
 */
function cutShort(error: unknown) {
  expect(String(error)).toMatch(/: (?:aborted|read ECONNRESET|socket hang up)$/);
  return { status: 200, text: "", headers: {} };
}

test("the log says all that the caller is not told, without what is personal", () => {
  const stream = new PassThrough();
  const log = createLogger({ level: "error", secrets: [], stream });
  log.error("a request failed by a bug", { error: ofDriver("42601") });
  const line = String(stream.read());
  expect(line).toContain("planted_table");
  expect(line).toContain(FOLDER);
  expect(line).not.toContain("5561900000001");
});
