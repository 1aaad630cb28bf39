import { expect, test } from "@jest/globals";
import { expandReferences } from "../../src/config/expand.ts";

const ENV = { NAME: "Ana", EMPTY: "", NESTED: "${NAME}" };

test.each([
  { label: "text without references stays", text: "a $ {b} $c", want: "a $ {b} $c" },
  { label: "a reference gives the value", text: "oi ${NAME}!", want: "oi Ana!" },
  { label: "several references", text: "${NAME}-${NAME}", want: "Ana-Ana" },
  { label: "a default is used for an unset variable", text: "${NONE:-x}", want: "x" },
  { label: "a default is used for an empty variable", text: "${EMPTY:-x}", want: "x" },
  { label: "a default is not used for a set variable", text: "${NAME:-x}", want: "Ana" },
  { label: "a default may be empty", text: "[${NONE:-}]", want: "[]" },
  { label: "a default may hold what looks like another", text: "${NONE:-a:-b}", want: "a:-b" },
  { label: "a doubled dollar writes the characters", text: "$${NAME}", want: "${NAME}" },
  { label: "an escape beside a reference", text: "$${NAME} ${NAME}", want: "${NAME} Ana" },
  { label: "values are not expanded again", text: "${NESTED}", want: "${NAME}" },
])("$label", ({ text, want }) => {
  expect(expandReferences(text, ENV)).toEqual({ kind: "text", text: want });
});

const NO_REFERENCE =
  "a ${...} here is not a reference to a variable; write $${ for the characters themselves";

test.each([
  {
    label: "a variable that is not set",
    text: "${NONE}",
    want: "the environment variable NONE is not set",
  },
  {
    label: "an empty variable without a default",
    text: "${EMPTY}",
    want: "the environment variable EMPTY is not set",
  },
  {
    label: "each missing variable is named",
    text: "${NONE}${OTHER}",
    want: "the environment variable NONE is not set; the environment variable OTHER is not set",
  },
  { label: "a name with a space", text: "${my name}", want: NO_REFERENCE },
  { label: "an opening that never closes", text: "a ${NAME", want: NO_REFERENCE },
])("refuses $label", ({ text, want }) => {
  expect(expandReferences(text, ENV)).toEqual({ kind: "problem", detail: want });
});
