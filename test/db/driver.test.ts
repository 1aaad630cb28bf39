import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Database, SqlValue } from "../../src/db/driver.ts";
import { listDatabases } from "../database.ts";

interface Case {
  readonly label: string;
  /** The expression that reads parameter $1. */
  readonly sql: string;
  readonly value: SqlValue;
  readonly want: unknown;
}

/** Values that come back as they went, as JSON of what the database understood. */
const understood = (label: string, type: string, value: SqlValue): Case => ({
  label,
  sql: `to_jsonb($1::${type})`,
  value,
  want: value,
});

const VALUES: readonly Case[] = [
  understood("a text", "text", "olá"),
  understood("an empty text", "text", ""),
  understood("a text with quotes and backslashes", "text", `"a" 'b' \\c \\n \\\\`),
  understood("a text with line ends and tabs", "text", " a\r\n\tb "),
  understood("a text beyond the basic plane", "text", "👩🏽‍🚒 日本 \u{10FFFF}"),
  understood("a text that reads like an array", "text", "{a,NULL}"),
  understood("a text that reads like null", "text", "NULL"),
  understood("a whole number", "int", -2_147_483_648),
  understood("a fraction", "float8", 0.1),
  understood("a huge number", "float8", 1e300),
  understood("a tiny number", "float8", -5e-324),
  understood("true", "boolean", true),
  understood("false", "boolean", false),
  understood("no elements", "text[]", []),
  understood("an array with an empty text", "text[]", [""]),
  understood("an array with null", "text[]", [null, "a", null]),
  understood("an array with words that read like null", "text[]", ["NULL", "null", ""]),
  understood("an array with quotes", "text[]", ['"', '""', `'a'`, 'a"b']),
  understood("an array with backslashes", "text[]", ["\\", "\\\\", '\\"', "a\\"]),
  understood("an array with braces and commas", "text[]", ["{}", "{a,b}", "a,b", "}", "{", ","]),
  understood("an array with spaces", "text[]", [" ", " a ", "\n", "\t\r\n"]),
  understood("an array with letters of the world", "text[]", ["ção", "日本", "👩🏽‍🚒", "\u{10FFFF}"]),
  understood("an array with JSON", "text[]", [JSON.stringify({ a: ['"', "\\", "{}"] })]),
  understood("whole numbers", "int[]", [1, null, -3]),
  understood("fractions", "float8[]", [0.5, 1e300, -0.1]),
  understood("truths", "boolean[]", [true, null, false]),
  { label: "null", sql: "$1::text is null", value: null, want: true },
  { label: "not a number", sql: "$1::float8::text", value: Number.NaN, want: "NaN" },
  {
    label: "a time",
    sql: "$1::timestamptz",
    value: new Date("2026-11-21T10:00:00.123Z"),
    want: new Date("2026-11-21T10:00:00.123Z"),
  },
  {
    label: "a time before 1970",
    sql: "$1::timestamptz",
    value: new Date("1912-06-23T03:04:05.006Z"),
    want: new Date("1912-06-23T03:04:05.006Z"),
  },
  {
    label: "JSON",
    sql: "$1::text::jsonb",
    value: '{"a":["\\u00e7\\"",null]}',
    want: { a: ['ç"', null] },
  },
];

/** A text any database takes: whole characters, no NUL. */
const storable = fc
  .string({ unit: "binary", maxLength: 8 })
  .map((text) => text.replaceAll("\0", "").toWellFormed());
const special = fc
  .array(fc.constantFrom("\\", '"', "'", "{", "}", ",", " ", "NULL", "$1"), { maxLength: 5 })
  .map((parts) => parts.join(""));

describe.each(await listDatabases())("statements on $label", ({ open }) => {
  let db: Database;
  const numbers = async () => {
    const rows = await db.query("select n from kept order by place");
    return rows.map(({ n }) => n);
  };
  beforeAll(async () => {
    db = await open();
    await db.script("create table kept (place serial primary key, n int not null unique)");
  });
  afterAll(() => db.close());
  beforeEach(() => db.script("truncate kept"));

  const keep = "insert into kept (n) values ($1::int)";

  test.each(VALUES)("$label arrives unchanged", async ({ sql, value, want }) => {
    expect(await db.query(`select ${sql} as value`, [value])).toEqual([{ value: want }]);
  });

  test("any list of texts arrives unchanged", async () => {
    const list = fc.array(fc.oneof(storable, special, fc.constant(null)), { maxLength: 6 });
    const property = fc.asyncProperty(list, async (texts) => {
      const rows = await db.query("select to_jsonb($1::text[]) as value", [texts]);
      expect(rows).toEqual([{ value: texts }]);
    });
    await fc.assert(property, { numRuns: 150 });
  });

  test("the same statement runs with other values each time", async () => {
    const text = "select $1::int + $2::int as sum";
    expect(await db.query(text, [1, 2])).toEqual([{ sum: 3 }]);
    expect(await db.query(text, [3, 4])).toEqual([{ sum: 7 }]);
  });

  test("more different statements than are kept prepared still run", async () => {
    const numbered = Array.from({ length: 510 }, (_, index) => index);
    for (const n of [...numbered, 509]) expect(await db.query(`select ${n} as n`)).toEqual([{ n }]);
  });

  const FAILURES = [
    { label: "a text that is no number", text: "select $1::int", value: "a", code: "store_data" },
    { label: "a NUL character", text: "select $1::text", value: "a\0b", code: "store_data" },
    { label: "a broken rule", text: keep, value: null, code: "store_data" },
    { label: "a mistake in the statement", text: "selec $1::text", value: "a", code: "42601" },
    {
      label: "a table that is not there",
      text: "select $1::text from x",
      value: "",
      code: "42P01",
    },
  ];

  test.each(FAILURES)("$label fails alone: the next runs", async ({ text, value, code }) => {
    const failed = expect(db.query(text, [value])).rejects.toMatchObject({ code });
    const next = db.query("select $1::text as said", ["oi"]);
    await failed;
    expect(await next).toEqual([{ said: "oi" }]);
    await expect(db.query(text, [value])).rejects.toMatchObject({ code });
  });

  test("a transaction is kept as a whole and returns what its work returns", async () => {
    const result = await db.transaction(async (tx) => {
      await tx.query(keep, [1]);
      await tx.query(keep, [2]);
      return tx.query("select count(*)::int as count from kept");
    });
    expect(result).toEqual([{ count: 2 }]);
    expect(await numbers()).toEqual([1, 2]);
  });

  test("a transaction whose work throws leaves nothing behind", async () => {
    const failing = db.transaction(async (tx) => {
      await tx.query(keep, [1]);
      throw new Error("changed my mind");
    });
    await expect(failing).rejects.toThrow("changed my mind");
    expect(await numbers()).toEqual([]);
  });

  test("a transaction with a refused statement leaves nothing behind, and the next is whole", async () => {
    const twice = (n: number) =>
      db.transaction(async (tx) => {
        await tx.query(keep, [n]);
        await tx.query(keep, [n]);
      });
    await expect(twice(1)).rejects.toMatchObject({ code: "store_data" });
    await db.transaction((tx) => tx.query(keep, [2]));
    expect(await numbers()).toEqual([2]);
  });

  test("what is asked for beside a transaction is no part of it", async () => {
    let beside: Promise<unknown> = Promise.resolve();
    const failing = db.transaction(async (tx) => {
      await tx.query(keep, [1]);
      beside = db.query(keep, [2]);
      await tx.query(keep, [3]);
      throw new Error("changed my mind");
    });
    await expect(failing).rejects.toThrow("changed my mind");
    await beside;
    expect(await numbers()).toEqual([2]);
  });

  test("a script is kept as a whole or not at all", async () => {
    await db.script("insert into kept (n) values (1); insert into kept (n) values (2)");
    const broken = db.script("insert into kept (n) values (3); insert into kept (n) values (1)");
    await expect(broken).rejects.toMatchObject({ code: "store_data" });
    expect(await numbers()).toEqual([1, 2]);
  });
});
