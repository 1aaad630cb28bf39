import { expect, test } from "@jest/globals";
import { needsSettings } from "../../src/cli/program.ts";

const ELSEWHERE = { PONTE_URL: "http://127.0.0.1:5006" };

test.each([
  { label: "help does not", words: [], env: {}, want: false },
  { label: "nor does what never reads it", words: ["start-link", "a"], env: {}, want: false },
  { label: "a call of the bridge here does", words: ["keys", "list"], env: {}, want: true },
  {
    label: "one of a bridge named by variable does not",
    words: ["keys"],
    env: ELSEWHERE,
    want: false,
  },
  { label: "nor one named by option", words: ["keys", "--url=http://x"], env: {}, want: false },
  { label: "what looks at files does in any case", words: ["lint"], env: ELSEWHERE, want: true },
  {
    label: "a word that names two commands counts as both",
    words: ["send", "lint"],
    env: ELSEWHERE,
    want: true,
  },
])("whether the configuration is needed: $label", ({ words, env, want }) => {
  expect(needsSettings(words, env)).toBe(want);
});
