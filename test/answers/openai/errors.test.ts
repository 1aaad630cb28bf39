import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import type { BridgeError } from "../../../src/errors.ts";
import type { OpenAiFault } from "../../standins/openai.ts";
import { questionWith } from "../question.ts";
import { contextWith, openScene, saidBefore } from "./setup.ts";

const error = (status: number, code?: string): OpenAiFault => ({
  kind: "error",
  status,
  ...(code !== undefined && { code }),
});
const text = (status: number, body: string): OpenAiFault => ({ kind: "text", status, text: body });
const page = "<html>Bad gateway of TEXT</html>";

/** What stops every question, for which a breaker may open at once. */
const ACCOUNT = { class: "alert", scope: "account" };

const FAILURES: readonly {
  readonly label: string;
  readonly fault: OpenAiFault;
  readonly code: string;
  readonly detail: string;
  readonly failure?: object;
}[] = [
  {
    label: "a wrong key",
    fault: error(401, "invalid_api_key"),
    code: "answer_refused",
    detail: "status 401 (invalid_api_key)",
    failure: ACCOUNT,
  },
  {
    label: "a key without the right",
    fault: error(403),
    code: "answer_refused",
    detail: "status 403",
    failure: ACCOUNT,
  },
  {
    label: "an empty account",
    fault: error(429, "insufficient_quota"),
    code: "answer_refused",
    detail: "status 429 (insufficient_quota)",
    failure: ACCOUNT,
  },
  {
    label: "a model that does not exist",
    fault: error(404, "model_not_found"),
    code: "answer_refused",
    detail: "status 404 (model_not_found)",
    failure: ACCOUNT,
  },
  {
    label: "a call that is wrong",
    fault: error(400, "unsupported_value"),
    code: "answer_refused",
    detail: "status 400 (unsupported_value)",
  },
  {
    label: "an unknown code, which stays untold",
    fault: error(400, "TEXT of Ana"),
    code: "answer_refused",
    detail: "status 400",
  },
  {
    label: "a body it cannot process",
    fault: error(422),
    code: "answer_refused",
    detail: "status 422",
  },
  {
    label: "an address that moved",
    fault: text(301, ""),
    code: "answer_refused",
    detail: "status 301",
  },
  { label: "a conflict", fault: error(409), code: "answer_unreachable", detail: "status 409" },
  {
    label: "too many requests",
    fault: error(429, "rate_limit_exceeded"),
    code: "answer_unreachable",
    detail: "status 429 (rate_limit_exceeded)",
  },
  { label: "a server error", fault: error(500), code: "answer_unreachable", detail: "status 500" },
  {
    label: "a page of a proxy",
    fault: text(502, page),
    code: "answer_unreachable",
    detail: "status 502",
  },
  {
    label: "an overloaded server",
    fault: text(503, ""),
    code: "answer_unreachable",
    detail: "status 503",
  },
  {
    label: "a broken connection",
    fault: { kind: "refuse" },
    code: "answer_unreachable",
    detail: "cannot be reached",
  },
  {
    label: "half of an answer",
    fault: { kind: "half" },
    code: "answer_unreachable",
    detail: "cannot be reached",
  },
  {
    label: "ten megabytes",
    fault: { kind: "huge", bytes: 10 * 1024 * 1024 },
    code: "answer_unreadable",
    detail: "too long",
  },
  {
    label: "a page with status 200",
    fault: text(200, page),
    code: "answer_unreadable",
    detail: "not JSON",
  },
  { label: "no content", fault: text(204, ""), code: "answer_unreadable", detail: "not JSON" },
  { label: "an empty answer", fault: text(200, ""), code: "answer_unreadable", detail: "not JSON" },
  {
    label: "other JSON",
    fault: text(200, '{"ok":true}'),
    code: "answer_unreadable",
    detail: "another shape",
  },
  {
    label: "a JSON text",
    fault: text(200, '"TEXT"'),
    code: "answer_unreadable",
    detail: "another shape",
  },
  {
    label: "a JSON null",
    fault: text(200, "null"),
    code: "answer_unreadable",
    detail: "another shape",
  },
];

describe.each([{ api: "responses" }, { api: "chat" }])("by $api", ({ api }) => {
  const fail = async (fault: OpenAiFault): Promise<BridgeError> => {
    const { standin, backend } = await openScene({ settings: { api } });
    standin.script(fault);
    const thrown: unknown = await backend
      .answer(questionWith(), contextWith())
      .catch((caught: unknown) => caught);
    expect(standin.calls).toHaveLength(1);
    expect(thrown).toMatchObject({ name: "BridgeError" });
    return Object(thrown);
  };

  test.each(FAILURES)("$label is $code, asked once", async ({ fault, code, detail, failure }) => {
    const thrown = await fail(fault);
    expect(thrown.code).toBe(code);
    expect(thrown.detail).toMatch(new RegExp(`${detail.replace(/[()]/g, "\\$&")}$`));
    expect(thrown.failure).toEqual(failure);
    const shown = JSON.stringify([thrown.message, String(thrown.cause), thrown.stack]);
    expect(shown).not.toContain("TEXT");
    expect(shown).not.toContain("sk-test");
  });

  test("a server that is not there is answer_unreachable", async () => {
    const { standin, backend } = await openScene({ settings: { api } });
    await standin.close();
    await expect(backend.answer(questionWith(), contextWith())).rejects.toMatchObject({
      code: "answer_unreachable",
      cause: { reason: "refused", delivered: "no" },
    });
  });

  test("a server that hangs is answer_timeout after the configured time", async () => {
    const { standin, backend } = await openScene({ settings: { api, timeout_ms: 1_000 } });
    standin.script({ kind: "hang" });
    await expect(backend.answer(questionWith(), contextWith())).rejects.toMatchObject({
      code: "answer_timeout",
    });
  });

  test("an abort from outside comes through as it is", async () => {
    const { standin, backend } = await openScene({ settings: { api, timeout_ms: 600_000 } });
    standin.script({ kind: "hang" });
    const controller = new AbortController();
    const reason = new Error("the turn is over");
    const asked = backend.answer(questionWith(), contextWith({ signal: controller.signal }));
    const seen = asked.catch((thrown: unknown) => thrown);
    while (standin.calls.length === 0) await sleep(5);
    controller.abort(reason);
    expect(await seen).toBe(reason);
    const late = backend.answer(questionWith(), contextWith({ signal: controller.signal }));
    await expect(late).rejects.toBe(reason);
    expect(standin.calls).toHaveLength(1);
  });

  test.each([
    { code: "content_filter", status: 400 },
    { code: "content_policy_violation", status: 400 },
    { code: "content_filter", status: 403 },
  ])("a question stopped by a filter ($code, $status) is no answer", async ({ code, status }) => {
    const { standin, backend } = await openScene({ settings: { api } });
    standin.script(error(status, code));
    expect(await backend.answer(questionWith(), contextWith())).toEqual({
      outcome: "no_answer",
      replies: [],
      reason: "filtered",
    });
  });

  test("a conversation too long for the model is asked again without its past", async () => {
    const { standin, backend } = await openScene({ settings: { api } });
    standin.script(error(400, "context_length_exceeded"));
    const answer = await backend.answer(questionWith(), contextWith(saidBefore("oi", "Olá!")));
    expect(answer.outcome).toBe("answered");
    expect(standin.calls).toHaveLength(2);
    expect(standin.questions.map(({ lines }) => lines.length)).toEqual([1]);
  });

  test("a message too long for the model is no answer", async () => {
    const { standin, backend } = await openScene({ settings: { api } });
    const tooLong = error(400, "context_length_exceeded");
    standin.script(tooLong, tooLong);
    const first = await backend.answer(questionWith(), contextWith());
    expect(first).toMatchObject({ outcome: "no_answer", reason: "too_long" });
    expect(standin.calls).toHaveLength(1);
  });
});

test.each([
  { failed: "server_error", code: "answer_unreachable" },
  { failed: "rate_limit_exceeded", code: "answer_unreachable" },
  { failed: "invalid_prompt", code: "answer_refused" },
])("an answer that failed with status 200 ($failed) is $code", async ({ failed, code }) => {
  const { backend } = await openScene({
    model: () => ({ failed }),
    settings: { api: "responses" },
  });
  await expect(backend.answer(questionWith(), contextWith())).rejects.toMatchObject({
    code,
    detail: "the model's server failed while it answered",
  });
});

test("the key is asked for by OpenAI and not by a server without one", async () => {
  const wrong = await openScene({ settings: { api_key: "sk-another" } });
  await expect(wrong.backend.answer(questionWith(), contextWith())).rejects.toMatchObject({
    code: "answer_refused",
    failure: ACCOUNT,
  });
  const none = await openScene({ server: { apiKey: null } });
  expect((await none.backend.answer(questionWith(), contextWith())).outcome).toBe("answered");
  expect(none.standin.questions[0]?.headers).not.toHaveProperty("authorization");
});
