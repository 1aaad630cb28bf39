import { expect, test } from "@jest/globals";
import { typingPause } from "../../src/flow/typing-speed.ts";
import { outgoing } from "../db/scene.ts";
import { outboxRow } from "./scene.ts";

const speed = { typingMsPerChar: 10, typingMinMs: 200, typingMaxMs: 1_000 };
const of = (chars: number, changes = {}) =>
  outboxRow(outgoing("x"), { inReplyTo: "m1", chars, sinceMs: null, ...changes });

test.each([
  { label: "the first message comes at once", row: of(50), want: 0 },
  { label: "the next one takes its time", row: of(50), before: of(1), want: 500 },
  { label: "a short one takes the least", row: of(2), before: of(1), want: 200 },
  { label: "a long one takes no more than the most", row: of(5_000), before: of(1), want: 1_000 },
  { label: "after a crash only the rest is waited", row: of(50, { sinceMs: 350 }), want: 150 },
  { label: "what is long due comes at once", row: of(50, { sinceMs: 60_000 }), want: 0 },
  {
    label: "another answer begins without a wait",
    row: of(50),
    before: of(1, { inReplyTo: "m0" }),
    want: 0,
  },
  {
    label: "what belongs to no answer is not paced",
    row: of(50, { inReplyTo: null }),
    before: of(1, { inReplyTo: null }),
    want: 0,
  },
  {
    label: "what nobody asked for is not paced",
    row: of(50, { origin: "campaign" }),
    before: of(1),
    want: 0,
  },
  { label: "a further try is not paced", row: of(50, { attempts: 1 }), before: of(1), want: 0 },
  {
    label: "what may have arrived is not paced",
    row: of(50, { status: "uncertain" }),
    before: of(1),
    want: 0,
  },
  {
    label: "without speed and least there is no wait",
    row: of(50),
    before: of(1),
    settings: { ...speed, typingMsPerChar: 0, typingMinMs: 0 },
    want: 0,
  },
  {
    label: "the least alone paces every message alike",
    row: of(50),
    before: of(1),
    settings: { ...speed, typingMsPerChar: 0 },
    want: 200,
  },
])("$label", ({ row, before, settings = speed, want }) => {
  expect(typingPause(row, before, settings)).toBe(want);
});
