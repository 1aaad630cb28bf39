import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { AnswerContext } from "../../../src/answers/backend.ts";
import { rasa } from "../../../src/answers/rasa/index.ts";
import { BridgeError } from "../../../src/errors.ts";
import { HttpFailure } from "../../../src/transport.ts";
import { type RasaFault, type RasaStandin, startRasa } from "../../standins/rasa.ts";
import { questionWith, recordingContext } from "../question.ts";
import { toolsWith } from "../tools.ts";

/** The name of the conversation of `questionWith`, unless a template says another. */
const SESSION = "0198f0c2-0000-7000-8000-00000000c001";
let server: RasaStandin;

beforeEach(async () => {
  server = await startRasa(
    (_sender, message) => [{ text: `"${message}", sim/não? 🙂` }, { buttons: [{ title: "A" }] }],
    { prefix: "/bots/um" },
  );
});

afterEach(async () => {
  await server.close();
  expect(server.problems).toEqual([]);
  expect(server.overlaps()).toBe(0);
});

function backendWith(settings: Record<string, unknown> = {}) {
  return rasa.configure({ url: server.url, timeout_ms: 2_000, ...settings }, toolsWith());
}

function ask(settings: Record<string, unknown> = {}, context: AnswerContext = recordingContext()) {
  return backendWith(settings).answer(questionWith(), context);
}

describe("Rasa in block mode", () => {
  test("a question is put once and answered with what the bot said", async () => {
    const context = recordingContext();
    expect(await ask({ token: "t", auth_header: "Bearer x" }, context)).toEqual({
      outcome: "answered",
      replies: [{ text: '"Quero votar", sim/não? 🙂' }, { buttons: [{ title: "A" }] }],
      session: SESSION,
    });
    expect(context.emitted).toEqual([]);
    expect(server.turns).toEqual([
      {
        sender: SESSION,
        message: "Quero votar",
        inputChannel: "whatsapp",
        metadata: expect.objectContaining({ contact_name: "Ana", message_id: "wamid.TEST1" }),
        streamed: false,
        token: "t",
        authorization: "Bearer x",
      },
    ]);
  });

  test("the answer names the conversation as Rasa knows it", async () => {
    expect(await ask({ sender_template: "{channel}:{user}" })).toMatchObject({
      session: "whatsapp:5561900001111",
    });
    expect(server.turns[0]?.sender).toBe("whatsapp:5561900001111");
  });

  const NOTHING = { replies: [], session: SESSION };
  test.each([
    {
      label: "is no answer, since a crash looks like that",
      settings: {},
      question: {},
      want: { outcome: "no_answer", reason: "empty" },
    },
    {
      label: "is silence where the operator says so",
      settings: { empty: "silent" },
      question: {},
      want: { outcome: "silent" },
    },
    {
      label: "is all that Rasa has for /restart",
      settings: { empty_fallback: "Oi?" },
      question: { text: "/restart", trusted: true },
      want: { outcome: "silent" },
    },
    {
      label: "to a typed /restart is no answer",
      settings: {},
      question: { text: "/restart", trusted: false },
      want: { outcome: "no_answer", reason: "empty" },
    },
  ])("an empty answer $label", async ({ settings, question, want }) => {
    server.script({ kind: "empty" });
    const asked = backendWith(settings).answer(questionWith(question), recordingContext());
    expect(await asked).toEqual({ ...NOTHING, ...want });
  });

  test("an empty answer becomes the fallback text where there is one", async () => {
    server.script({ kind: "empty" });
    expect(await ask({ empty_fallback: "Não entendi." })).toEqual({
      outcome: "answered",
      replies: [{ text: "Não entendi." }],
      session: SESSION,
    });
  });

  test.each<{ label: string; fault: RasaFault; want: string }>([
    { label: "502 may pass", fault: { kind: "status", status: 502 }, want: "answer_unreachable" },
    { label: "503 may pass", fault: { kind: "status", status: 503 }, want: "answer_unreachable" },
    { label: "504 may pass", fault: { kind: "status", status: 504 }, want: "answer_unreachable" },
    { label: "500 is final", fault: { kind: "status", status: 500 }, want: "answer_refused" },
    { label: "404 is final", fault: { kind: "status", status: 404 }, want: "answer_refused" },
    { label: "a page is no answer", fault: { kind: "html" }, want: "answer_unreadable" },
    { label: "a broken call is final", fault: { kind: "refuse" }, want: "answer_refused" },
    { label: "half an answer is final", fault: { kind: "reset" }, want: "answer_refused" },
  ])("$label: $want", async ({ fault, want }) => {
    server.script(fault);
    const error: unknown = await ask().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BridgeError);
    expect(error).toMatchObject({ code: want });
    expect(server.turns.length).toBeLessThanOrEqual(1);
  });

  test("a Rasa that is away can be tried again, and answers once it is back", async () => {
    await server.stop();
    await expect(ask()).rejects.toMatchObject({ code: "answer_unreachable", retry: true });
    await server.resume();
    expect(await ask()).toMatchObject({ outcome: "answered" });
    expect(server.turns).toHaveLength(1);
  });

  test("a slow turn ends in a timeout that is not tried again, because the turn did run", async () => {
    server.script({ kind: "hang" });
    await expect(ask({ timeout_ms: 1_000 })).rejects.toMatchObject({
      code: "answer_timeout",
      retry: false,
    });
    expect(server.turns).toHaveLength(1);
  });

  test("an abort comes through with its own reason and cancels the turn", async () => {
    server.script({ kind: "hang" });
    const controller = new AbortController();
    const reason = new Error("the lease is lost");
    setTimeout(() => controller.abort(reason), 50);
    await expect(ask({}, recordingContext(controller.signal))).rejects.toBe(reason);
    await server.close();
    expect(server.cancelled()).toBe(1);
  });

  test("no error tells a secret", async () => {
    server.script({ kind: "status", status: 500 });
    const error: unknown = await ask({ token: "s3cr3t", auth_header: "Bearer hidd3n" }).catch(
      (thrown: unknown) => thrown,
    );
    expect(String(error)).toBe("BridgeError: answer_refused: Rasa answered with status 500");
  });

  test.each([
    { failure: new HttpFailure("timeout", "no"), want: "answer_unreachable" },
    { failure: new HttpFailure("timeout", "unknown"), want: "answer_timeout" },
    { failure: new HttpFailure("too_large", "unknown"), want: "answer_unreadable" },
    { failure: new HttpFailure("aborted", "unknown"), want: "answer_refused" },
  ])("$failure.reason, delivered $failure.delivered: $want", async ({ failure, want }) => {
    const http = () => Promise.reject(failure);
    const backend = rasa.configure({ url: server.url }, { ...toolsWith(), http });
    const asked = backend.answer(questionWith(), recordingContext());
    await expect(asked).rejects.toMatchObject({ code: want, cause: failure });
  });

  test("a bug in the client stays a bug", async () => {
    const bug = new RangeError("no");
    const backend = rasa.configure(
      { url: server.url },
      { ...toolsWith(), http: () => Promise.reject(bug) },
    );
    await expect(backend.answer(questionWith(), recordingContext())).rejects.toBe(bug);
  });
});
