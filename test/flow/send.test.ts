import { expect, test } from "@jest/globals";
import { BridgeError } from "../../src/errors.ts";
import { sendOnce } from "../../src/flow/send.ts";
import { type HttpRequest, HttpFailure } from "../../src/transport.ts";
import { callTools, plainChannel, scriptedHttp } from "./scene.ts";

const message = { id: "m1", account: "1", round: 0 };
const NOW = new Date("2026-11-21T10:00:00.000Z");
const throwing = (error: Error) => () => {
  throw error;
};
const toolsOf = (script: readonly unknown[]) => {
  const { http, bodies } = scriptedHttp(script);
  return { bodies, tools: { ...callTools(http), now: () => NOW, timeoutMs: 1_234 } };
};

test("the call is the channel's, authorized and limited in time, and the answer is the receipt", async () => {
  const calls: unknown[] = [];
  const channel = plainChannel({
    authorize: async (request, { now }) => ({
      authorization: `${request.url} ${now.toISOString()}`,
    }),
  });
  const result = await sendOnce(channel, { text: "oi" }, message, {
    ...callTools(async (request: HttpRequest, options) => {
      calls.push({ headers: request.headers, body: request.body, options });
      return { status: 200, headers: {}, body: '{"externalId":"wamid.1"}' };
    }),
    now: () => NOW,
    timeoutMs: 1_234,
  });
  expect(result).toEqual({ outcome: "sent", receipt: { externalId: "wamid.1" } });
  const authorization = "https://provider.example/messages 2026-11-21T10:00:00.000Z";
  expect(calls).toEqual([
    {
      headers: { "x-message": "m1", authorization },
      body: '{"text":"oi"}',
      options: { timeoutMs: 1_234 },
    },
  ]);
});

test.each([
  {
    label: "no connection: it never left, and is tried again",
    error: new HttpFailure("refused", "no"),
    want: { outcome: "refused", code: "channel_unavailable", failure: { class: "retry" } },
  },
  {
    label: "no answer in time: nobody knows",
    error: new HttpFailure("timeout", "unknown"),
    want: { outcome: "uncertain", code: "channel_uncertain" },
  },
  {
    label: "a timeout before anything left is no doubt",
    error: new HttpFailure("timeout", "no"),
    want: { outcome: "refused", code: "channel_unavailable", failure: { class: "retry" } },
  },
  {
    label: "the channel itself says that nobody knows",
    error: new BridgeError("channel_uncertain", "an odd answer"),
    want: { outcome: "uncertain", code: "channel_uncertain" },
  },
  {
    label: "a refusal with advice keeps the advice",
    error: new BridgeError("channel_throttled", "slow down", {
      failure: { class: "throttle", scope: "pair", waitMs: 7 },
    }),
    want: {
      outcome: "refused",
      code: "channel_throttled",
      failure: { class: "throttle", scope: "pair", waitMs: 7 },
    },
  },
  {
    label: "a passing failure without advice is tried again",
    error: new BridgeError("channel_unavailable", "503"),
    want: { outcome: "refused", code: "channel_unavailable", failure: { class: "retry" } },
  },
  {
    label: "a lasting failure without advice is left to a person",
    error: new BridgeError("channel_refused", "no"),
    want: { outcome: "refused", code: "channel_refused", failure: { class: "fix" } },
  },
])("$label", async ({ error, want }) => {
  const result = await sendOnce(plainChannel(), {}, message, toolsOf([error]).tools);
  const { outcome } = result;
  const code = result.outcome === "sent" ? "" : result.error.code;
  const failure = result.outcome === "refused" ? { failure: result.failure } : {};
  expect({ outcome, code, ...failure }).toEqual(want);
});

test.each(["no", "unknown"] as const)(
  "a token that cannot be fetched (delivered: %s) leaves no doubt about the message",
  async (delivered) => {
    const { bodies, tools } = toolsOf([]);
    const authorize = () => Promise.reject(new HttpFailure("timeout", delivered));
    const result = await sendOnce(plainChannel({ authorize }), {}, message, tools);
    expect(result).toMatchObject({ outcome: "refused", failure: { class: "retry" } });
    expect(bodies).toEqual([]);
  },
);

test("a payload the channel refuses is refused without a call", async () => {
  const { bodies, tools } = toolsOf([]);
  const error = new BridgeError("channel_invalid_payload", "no text");
  const result = await sendOnce(plainChannel({ prepare: throwing(error) }), {}, message, tools);
  expect(result).toEqual({ outcome: "refused", error, failure: { class: "fix" } });
  expect(bodies).toEqual([]);
});

test.each(["prepare", "interpret"] as const)("a bug in %s is thrown on as it is", async (step) => {
  const bug = new TypeError("x is undefined");
  const channel = plainChannel({ [step]: throwing(bug) });
  await expect(sendOnce(channel, {}, message, toolsOf([]).tools)).rejects.toBe(bug);
});
