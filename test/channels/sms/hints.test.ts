import { expect, test } from "@jest/globals";
import { hintFor } from "../../../src/channels/sms/hints.ts";
import { classifyReport, REPORT_CODES } from "../../../src/channels/sms/report-codes.ts";

test.each(Object.keys(REPORT_CODES))("%s is explained in both languages", (code) => {
  const [english, portuguese] = [hintFor(code, "en"), hintFor(code, "pt-BR")];
  expect(english).toMatch(/^[A-Z].+\.$/);
  expect(portuguese).toMatch(/^[A-ZÀ-Ú].+\.$/);
  expect(portuguese).not.toBe(english);
});

test.each(["", "2000", "5002", "4999", "constructor"])("%j is not known", (code) => {
  expect(hintFor(code, "en")).toBeUndefined();
  expect(classifyReport(code)).toStrictEqual({ class: "drop" });
});
