import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { storableData, storableRecord, storableText } from "../../src/storable.ts";

test.each([
  { label: "a NUL goes", text: "a\u0000b", want: "ab" },
  { label: "half a character is replaced", text: "a\uD83Db", want: "a\uFFFDb" },
  { label: "a whole one stays", text: "olá 👍", want: "olá 👍" },
])("$label", ({ text, want }) => {
  expect(storableText(text)).toBe(want);
});

test.each([
  { label: "texts and keys are cleaned", given: { "k\u0000": ["\u0000v"] }, want: { k: ["v"] } },
  {
    label: "what is no number of JSON is null",
    given: [NaN, Infinity, 1.5],
    want: [null, null, 1.5],
  },
  { label: "what is no data is null", given: [1n, () => 1, undefined], want: [null, null, null] },
  { label: "absent values leave no key", given: { a: undefined, b: null }, want: { b: null } },
  {
    label: "a key that means something to JavaScript goes",
    given: JSON.parse('{"__proto__":{"admin":true},"a":1}'),
    want: { a: 1 },
  },
])("$label", ({ given, want }) => {
  expect(storableData(given)).toStrictEqual(want);
});

test("what lies deeper than asked for is null", () => {
  expect(storableData({ a: { b: { c: 1 } } }, 2)).toEqual({ a: { b: null } });
  expect(storableRecord({ a: [[1]] }, 2)).toEqual({ a: [null] });
});

test("whatever a bot sends becomes JSON without a NUL, and stays the same the second time", () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const safe = storableData(value);
      const json = JSON.stringify(safe);
      expect(json).not.toContain("\\u0000");
      expect(json.isWellFormed()).toBe(true);
      expect(JSON.stringify(storableData(JSON.parse(json)))).toBe(json);
    }),
  );
});
