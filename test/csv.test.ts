import { describe, expect, test } from "@jest/globals";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { bareCell, csvLine, csvTable, EXCEL_CSV, inertCell, PLAIN_CSV } from "../src/csv.ts";

describe("a cell that a spreadsheet could run", () => {
  test.each([
    ["=1+1", "'=1+1"],
    ["+5561991112222", "'+5561991112222"],
    ["-1", "'-1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=1", "'\t=1"],
    ["\r=1", "'\r=1"],
    ["\n=1", "'\n=1"],
    ["＝1", "'＝1"],
    ["'=1", "''=1"],
    ["a=1", "a=1"],
    ["'a", "'a"],
    ["", ""],
  ])("%j is written as %j", (text, want) => {
    expect(inertCell(text)).toBe(want);
    expect(bareCell(want)).toBe(text);
  });
});

const cell = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({
    unit: fc.constantFrom("=", "+", "-", "@", "'", '"', ",", ";", "\t", "\r", "\n", " ", "a"),
  }),
);

test.each([PLAIN_CSV, EXCEL_CSV])(
  "any table in the style $delimiter comes back as it was",
  async (style) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 5 }),
        async (rows) => {
          async function* pages() {
            await Promise.resolve();
            yield rows;
          }
          let text = "";
          for await (const piece of csvTable(["a", "b"], pages(), style)) text += piece;
          const read: string[][] = parse(text, {
            delimiter: style.delimiter,
            bom: style.bom,
            record_delimiter: "\r\n",
          });
          expect(read.slice(1).map((row) => row.map(bareCell))).toEqual(rows);
          for (const row of read)
            for (const one of row) expect(one).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
        },
      ),
    );
  },
);

test("numbers, nothing and what other programs part cells by", () => {
  expect(csvLine([1, null, undefined, "a;b", "a\tb", 'a"b', " a"])).toBe(
    '1,,,"a;b","a\tb","a""b"," a"\r\n',
  );
});
