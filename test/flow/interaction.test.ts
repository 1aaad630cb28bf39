import { expect, test } from "@jest/globals";
import type { Usage } from "../../src/answers/backend.ts";
import type { ChainAnswer, StepRecord } from "../../src/answers/chain.ts";
import type { InboxRow } from "../../src/db/mailbox.ts";
import { BridgeError } from "../../src/errors.ts";
import { describeTurn, type TurnRecord } from "../../src/flow/interaction.ts";
import { outgoing, textMessage } from "../db/scene.ts";

const row: InboxRow = {
  id: "1",
  messageId: "m1",
  message: textMessage("wamid.1", "oi"),
  receivedAt: "2026-11-21T10:00:00.000Z",
  emitted: false,
};
const steps = [{ backend: "rasa", outcome: "answered", ms: 12 }] as const;
const answer: ChainAnswer = {
  outcome: "answered",
  replies: [],
  backend: "rasa",
  fallbackUsed: false,
  memory: {},
  steps,
};
const ask = { kind: "ask", text: "oi", trusted: false } as const;
const turn: TurnRecord = { plan: ask, rows: [], isDead: false, ms: 12.6 };
const failure = new BridgeError("answer_unreachable", "rasa is away");

/** The row of the log without its id, which is new each time. */
function describeWithoutId(given: Partial<TurnRecord>, message = row.message) {
  const { id, ...rest } = describeTurn({ ...row, message }, { ...turn, ...given }, "pt-BR");
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  return rest;
}

/** What a turn costs that no model was asked in. */
const FREE = {
  model: null,
  tokensIn: null,
  tokensOut: null,
  cost: null,
  requestId: null,
  shadow: null,
  replies: null,
};

test("what a turn cost is the sum of all that were asked, and the model is the answering one's", () => {
  const asked = (backend: string, usage: Usage): StepRecord => ({
    backend,
    outcome: "answered",
    ms: 1,
    usage,
  });
  const costly = {
    ...answer,
    steps: [
      asked("rasa", { tokensIn: 1, tokensOut: 2, cost: 0.5, model: "m1", requestId: "r1" }),
      asked("llm", { tokensIn: 10, tokensOut: 20, model: "m2" }),
    ],
  };
  expect(describeWithoutId({ answer: costly })).toMatchObject({
    model: "m1",
    tokensIn: 11,
    tokensOut: 22,
    cost: 0.5,
    requestId: "r1",
  });
});

test("an answered turn is told in full", () => {
  const rows = [outgoing("olá"), outgoing(""), outgoing("tudo bem?")];
  const known = {
    intent: "greet",
    confidence: 0.9,
    template: "utter_greet#0",
    parameters: { name: "An\u0000a" },
  };
  expect(describeWithoutId({ rows, answer: { ...answer, ...known } })).toEqual({
    messageText: "oi",
    intent: "greet",
    confidence: 0.9,
    template: "utter_greet#0",
    responseText: "olá\n\ntudo bem?",
    responseId: rows[0]?.id,
    parameters: { name: "Ana" },
    fallbackUsed: false,
    backend: "rasa",
    chain: steps,
    language: "pt-BR",
    processingMs: 13,
    success: true,
    error: null,
    context: { content_type: "text" },
    ...FREE,
  });
});

test("what the bot said is kept as it said it, made fit for any store", () => {
  const said = [
    { text: "o\u0000i \ud800", buttons: [{ title: "A", payload: "/a", extra: 1 }] },
    { custom: { type: "list", __proto__x: 1 } },
  ];
  const { replies, context } = describeWithoutId({ answer, said });
  expect(replies).toEqual([
    { text: "oi \ufffd", buttons: [{ title: "A", payload: "/a", extra: 1 }] },
    { custom: { type: "list", __proto__x: 1 } },
  ]);
  expect(context).toEqual({ content_type: "text" });
});

test.each([
  { length: 65_536 - '[{"text":""}]'.length, kept: true },
  { length: 65_537 - '[{"text":""}]'.length, kept: false },
])("of $length characters it is kept: $kept", ({ length, kept }) => {
  const { replies, context } = describeWithoutId({ answer, said: [{ text: "x".repeat(length) }] });
  expect(replies === null).toBe(!kept);
  expect(context["replies_omitted"]).toBe(kept ? undefined : "too_long");
});

test("a turn nobody was asked in says why", () => {
  expect(describeWithoutId({ plan: { kind: "silent", why: "paused" } })).toEqual({
    messageText: "oi",
    intent: null,
    confidence: null,
    template: null,
    responseText: null,
    responseId: null,
    parameters: null,
    fallbackUsed: false,
    backend: null,
    chain: [],
    language: "pt-BR",
    processingMs: 13,
    success: true,
    error: null,
    context: { content_type: "text", plan: "paused" },
    ...FREE,
  });
});

test.each([
  { label: "an answer is", given: { answer }, success: true },
  {
    label: "silence on purpose is",
    given: { plan: { kind: "silent", why: "paused" } },
    success: true,
  },
  {
    label: "an answer of the second backend is, although the first one failed",
    given: { answer: { ...answer, backend: "templates" }, failure },
    success: true,
  },
  {
    label: "the static reply of nobody's knowing is",
    given: { answer: { ...answer, backend: null } },
    success: true,
  },
  {
    label: "the static reply after a failure is not",
    given: { answer: { ...answer, backend: null }, failure },
    success: false,
  },
  { label: "a message given up is not", given: { answer, isDead: true }, success: false },
  {
    label: "an interrupted turn is not",
    given: { plan: { kind: "silent", why: "interrupted" }, failure },
    success: false,
  },
] as const)("what is a success: $label", ({ given, success }) => {
  const described = describeWithoutId(given);
  expect(described.success).toBe(success);
  const error = "failure" in given ? "answer_unreachable: rasa is away" : null;
  expect(described.error).toBe(error);
});

test("the context keeps the command, its reference and where the person came from", () => {
  const plan = { ...ask, command: { name: "start", reference: "42" } } as const;
  const referral = { sourceType: "ad", sourceId: "7" };
  expect(describeWithoutId({ plan }, { ...row.message, referral }).context).toEqual({
    content_type: "text",
    command: "start",
    start_reference: "42",
    referral,
  });
  const said = { kind: "say", text: "ok", why: "stop", command: { name: "stop" } } as const;
  expect(describeWithoutId({ plan: said }).context).toEqual({
    content_type: "text",
    plan: "stop",
    command: "stop",
  });
});
