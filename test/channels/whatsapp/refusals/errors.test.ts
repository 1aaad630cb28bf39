import { describe, expect, test } from "@jest/globals";
import {
  classify,
  ERROR_TABLE,
  errorKeyOf,
} from "../../../../src/channels/whatsapp/refusals/errors.ts";
import { HINTS_EN } from "../../../../src/channels/whatsapp/refusals/hints-en.ts";
import { HINTS_PT_BR } from "../../../../src/channels/whatsapp/refusals/hints-pt-br.ts";
import { hintFor } from "../../../../src/channels/whatsapp/refusals/hints.ts";

describe("what an error code means", () => {
  test.each([
    { code: "190", want: { class: "alert", scope: "account" } },
    { code: "131042", want: { class: "alert", scope: "account" } },
    { code: "4", want: { class: "throttle", scope: "account", waitMs: 300_000 } },
    { code: "130429", want: { class: "throttle", scope: "account", waitMs: 5000 } },
    { code: "131056", want: { class: "throttle", scope: "pair", waitMs: 6000 } },
    { code: "131048", want: { class: "alert", scope: "account", waitMs: 14_400_000 } },
    { code: "131000", want: { class: "retry", maxAttempts: 4 } },
    { code: "131053", want: { class: "retry", maxAttempts: 2 } },
    { code: "131026", want: { class: "drop" } },
    { code: "131049", want: { class: "drop" } },
    { code: "131050", want: { class: "drop", optOut: "marketing" } },
    { code: "131047", want: { class: "drop", windowClosed: true } },
    { code: "131009", want: { class: "fix" } },
    { code: "132001", want: { class: "fix" } },
    { code: "200", want: { class: "alert", scope: "account" } },
    { code: "299", want: { class: "alert", scope: "account" } },
    { code: "131207", want: { class: "drop" } },
  ])("$code", ({ code, want }) => {
    expect(classify(code)).toStrictEqual(want);
    expect(classify(code, 400)).toStrictEqual(want);
  });

  test.each([
    { label: "an unknown code in a status is final", code: "999999", want: { class: "drop" } },
    { label: "a code beyond a range is unknown", code: "300", want: { class: "drop" } },
    { label: "no code in a status is final", code: "", want: { class: "drop" } },
    { label: "a word is no code", code: "1e2", status: 400, want: { class: "fix" } },
    {
      label: "an unknown code of a bad request",
      code: "999999",
      status: 400,
      want: { class: "fix" },
    },
    {
      label: "an unknown code of an unauthorised request",
      code: "999999",
      status: 401,
      want: { class: "alert", scope: "account" },
    },
    { label: "forbidden", code: "", status: 403, want: { class: "alert", scope: "account" } },
    {
      label: "too many requests",
      code: "",
      status: 429,
      want: { class: "throttle", scope: "account", waitMs: 5000 },
    },
    { label: "a time-out of the server", code: "", status: 408, want: { class: "retry" } },
    { label: "a broken server", code: "", status: 500, want: { class: "retry" } },
  ])("$label", ({ code, status, want }) => {
    expect(classify(code, status)).toStrictEqual(want);
  });

  test("no code belongs to two rows", () => {
    const rows = Object.keys(ERROR_TABLE).map((key) => key.split("-").map(Number));
    const bounds = rows.map(([from, to]) => ({ from, to: to ?? from }));
    const sorted = bounds.toSorted((a, b) => Number(a.from) - Number(b.from));
    const clashes = sorted.filter(
      (row, index) => index > 0 && Number(row.from) <= Number(sorted[index - 1]?.to),
    );
    expect(clashes).toStrictEqual([]);
  });
});

describe("the words for an error code", () => {
  test.each(Object.keys(ERROR_TABLE))("%s has a sentence in both languages", (key) => {
    const code = key.split("-")[0] ?? "";
    expect(errorKeyOf(code)).toBe(key);
    expect(hintFor(code, "en")).toMatch(/^\S.{20,}\.$/);
    expect(hintFor(code, "pt-BR")).toMatch(/^\S.{20,}\.$/);
    expect(hintFor(code, "pt-BR")).not.toBe(hintFor(code, "en"));
  });

  test("no hint speaks of a code that is not in the table", () => {
    const codes = Object.keys(ERROR_TABLE).toSorted();
    expect(Object.keys(HINTS_EN).toSorted()).toStrictEqual(codes);
    expect(Object.keys(HINTS_PT_BR).toSorted()).toStrictEqual(codes);
  });

  test.each([
    { language: "pt", want: "O provedor recusou a mensagem com um erro que não conhecemos." },
    { language: "PT-BR", want: "O provedor recusou a mensagem com um erro que não conhecemos." },
    {
      language: "ptx",
      want: "The provider refused the message with an error that we do not know.",
    },
    { language: "fr", want: "The provider refused the message with an error that we do not know." },
  ])("an unknown code in $language", ({ language, want }) => {
    expect(hintFor("999999", language)).toBe(want);
  });
});
