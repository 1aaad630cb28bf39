import { describe, expect, test } from "@jest/globals";
import { readRule } from "../../../src/answers/templates/rules.ts";

const ask = { intent: "a" };
const say = { action: "utter_a" };

describe("readRule", () => {
  test.each([
    {
      label: "one intent, one response",
      steps: [ask, say],
      want: { intents: ["a"], responses: ["utter_a"] },
    },
    {
      label: "several of both",
      steps: [
        { or: [ask, { intent: "b" }] },
        say,
        { action: "action_listen" },
        { action: "utter_b" },
      ],
      want: { intents: ["a", "b"], responses: ["utter_a", "utter_b"] },
    },
  ])("$label can be followed", ({ steps, want }) => {
    expect(readRule({ steps })).toEqual({ kind: "turn", ...want });
  });

  test.each([
    { label: "nothing", rule: {}, why: "does not begin with an intent", intents: [] },
    {
      label: "no intent",
      rule: { steps: [say] },
      why: "does not begin with an intent",
      intents: [],
    },
    {
      label: "a condition",
      rule: { condition: [{ active_loop: "f" }], steps: [ask, say] },
      why: "has a condition",
      intents: [],
    },
    {
      label: "a beginning",
      rule: { conversation_start: true, steps: [ask, say] },
      why: "holds at the start of a conversation only",
      intents: [],
    },
    {
      label: "entities",
      rule: { steps: [{ ...ask, entities: [{ b: "c" }] }, say] },
      why: "asks for entities",
      intents: [],
    },
    {
      label: "an action",
      rule: { steps: [ask, say, { action: "action_b" }] },
      why: "runs action_b",
      intents: ["a"],
    },
    {
      label: "a second turn",
      rule: { steps: [ask, say, ask, say] },
      why: "has more than one turn, or sets slots",
      intents: ["a"],
    },
    {
      label: "a slot",
      rule: { steps: [ask, { slot_was_set: [] }, say] },
      why: "has more than one turn, or sets slots",
      intents: ["a"],
    },
    { label: "no response", rule: { steps: [ask] }, why: "says nothing", intents: ["a"] },
  ])("a rule with $label needs Rasa", ({ rule, why, intents }) => {
    expect(readRule(rule)).toEqual({ kind: "left", why, intents });
  });
});
