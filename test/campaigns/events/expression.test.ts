import { describe, expect, test } from "@jest/globals";
import { compileExpression } from "../../../src/campaigns/events/expression.ts";

const EVENT = {
  name: "Ana",
  amount: 12345.5,
  big: 1e21,
  many: ["a", "b"],
  one: ["a"],
  deep: { x: null, y: "", z: false },
  long: "x".repeat(70_000),
  code: "$string(secret)",
};

const value = (wanted: string | boolean) => ({ kind: "value", value: wanted });

describe("an expression", () => {
  test.each([
    { label: "a text", source: "name", want: value("Ana") },
    { label: "a number, as JSON writes it", source: "amount", want: value("12345.5") },
    { label: "a large number", source: "big", want: value("1e+21") },
    {
      label: "an amount as people write it",
      source: '$formatNumber(amount, "#,##0.00")',
      want: value("12,345.50"),
    },
    {
      label: "no list, be it of one",
      source: "one",
      want: { kind: "failed", detail: "gives no text and no number" },
    },
    { label: "true or false", source: "deep.z", want: value(false) },
    { label: "a choice", source: 'amount > 1000 ? "big" : "small"', want: value("big") },
    { label: "nothing for what is not there", source: "nothing.here", want: { kind: "nothing" } },
    { label: "nothing for null", source: "deep.x", want: { kind: "nothing" } },
    { label: "nothing for an empty text", source: "deep.y", want: { kind: "nothing" } },
    {
      label: "no list",
      source: "many",
      want: { kind: "failed", detail: "gives no text and no number" },
    },
    {
      label: "no object",
      source: "deep",
      want: { kind: "failed", detail: "gives no text and no number" },
    },
    {
      label: "no function",
      source: "$uppercase",
      want: { kind: "failed", detail: "gives no text and no number" },
    },
    {
      label: "no text without end",
      source: "long",
      want: { kind: "failed", detail: "gives too long a text" },
    },
    {
      label: "no error that quotes the event",
      source: "$number(name)",
      want: { kind: "failed", detail: "failed (D3030)" },
    },
    {
      label: "no endless recursion",
      source: "($f := function($n){ 1 + $f($n) }; $f(1))",
      want: { kind: "failed", detail: "failed (D1011)" },
    },
    {
      label: "no endless loop",
      source: "($f := function($n){ $f($n) }; $f(1))",
      want: { kind: "failed", detail: "failed (D1012)" },
    },
    {
      label: "no huge list",
      source: "$sum([1..9000000])",
      want: { kind: "failed", detail: expect.stringMatching(/^failed \(D\d+\)$/) },
    },
    { label: "nothing of the program", source: "$process", want: { kind: "nothing" } },
    {
      label: "nothing of an object's maker",
      source: "deep.constructor.name",
      want: { kind: "nothing" },
    },
  ])("gives $label", async ({ source, want }) => {
    expect(await compileExpression(source).evaluate(EVENT)).toEqual(want);
  });

  test.each([
    { label: "is not closed", source: "data.(", want: /^is no JSONata expression: / },
    { label: "runs what an event says", source: "$eval(code)", want: /must not use \$eval/ },
    { label: "hides that", source: "($e := $eval; $e(code))", want: /must not use \$eval/ },
    {
      label: "may match for ever",
      source: "$match(name, /(a+)+$/)",
      want: /holds a pattern that repeats/,
    },
    {
      label: "may match for ever, deeper",
      source: "[many].($contains($, /(x|xx)*y/) ? 1 : 2)",
      want: /holds a pattern/,
    },
  ])("is refused when it $label", ({ source, want }) => {
    expect(() => compileExpression(source)).toThrow(want);
  });

  test("may match with a plain pattern", async () => {
    const { evaluate } = compileExpression('$replace(name, /[aeiou]/i, "*")');
    expect(await evaluate(EVENT)).toEqual(value("*n*"));
  });
});
