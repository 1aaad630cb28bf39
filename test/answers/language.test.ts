import { expect, test } from "@jest/globals";
import { closestLanguage } from "../../src/answers/language.ts";

test.each([
  { wanted: "pt-BR", available: ["en", "pt", "pt-BR"], want: "pt-BR" },
  { wanted: "PT-br", available: ["en", "pt-BR"], want: "pt-BR" },
  { wanted: "pt", available: ["en", "pt-BR"], want: "pt-BR" },
  { wanted: "en-GB", available: ["pt-BR", "en-US", "en"], want: "en-US" },
  { wanted: "es", available: ["pt-BR", "en"], want: undefined },
  { wanted: "", available: ["pt-BR"], want: undefined },
])("of $available, $wanted finds $want", ({ wanted, available, want }) => {
  expect(closestLanguage(wanted, available)).toBe(want);
});
