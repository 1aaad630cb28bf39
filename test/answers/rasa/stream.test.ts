import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { AnswerContext } from "../../../src/answers/backend.ts";
import { rasa } from "../../../src/answers/rasa/index.ts";
import { MAX_LINE_LENGTH } from "../../../src/answers/rasa/lines.ts";
import type { Reply } from "../../../src/messages.ts";
import type { HttpStream } from "../../../src/transport.ts";
import { type RasaFault, type RasaStandin, startRasa } from "../../standins/rasa.ts";
import { questionWith, recordingContext } from "../question.ts";
import { toolsWith } from "../tools.ts";

const LINE_DELAY_MS = 60;
const SESSION = "0198f0c2-0000-7000-8000-00000000c001";
const EMITTED = { outcome: "answered", replies: [], session: SESSION };
let server: RasaStandin;

beforeEach(async () => {
  const items = [{ text: "um" }, { text: "" }, { text: "dois" }, { custom: { type: "delay" } }];
  server = await startRasa(() => items, { lineDelayMs: LINE_DELAY_MS });
});

afterEach(async () => {
  await server.close();
  expect(server.problems).toEqual([]);
});

function ask(context: AnswerContext, settings: Record<string, unknown> = {}) {
  const all = { url: server.url, stream: true, timeout_ms: 2_000, ...settings };
  return rasa.configure(all, toolsWith()).answer(questionWith(), context);
}

/** Answers with the given bytes instead of a server, to cut them where a socket rarely would. */
function askBytes(context: AnswerContext, ...parts: readonly string[]) {
  const stream: HttpStream = async () => ({
    status: 200,
    headers: {},
    chunks: (async function* () {
      for (const part of parts) yield new TextEncoder().encode(part);
    })(),
  });
  const backend = rasa.configure({ url: server.url, stream: true }, { ...toolsWith(), stream });
  return backend.answer(questionWith(), context);
}

describe("Rasa in stream mode", () => {
  test("each message is emitted as it arrives, in order, and not repeated", async () => {
    const context = recordingContext();
    const seen: number[] = [];
    const started = performance.now();
    const emit = async (replies: readonly Reply[]) => {
      seen.push(performance.now() - started);
      await context.emit(replies);
    };
    expect(await ask({ ...context, emit })).toEqual(EMITTED);
    expect(context.emitted).toEqual([
      { text: "um" },
      { text: "dois" },
      { custom: { type: "delay" } },
    ]);
    expect(seen).toHaveLength(3);
    const [first = 0, , last = 0] = seen;
    expect(last - first).toBeGreaterThan(2 * LINE_DELAY_MS);
    expect(server.turns).toMatchObject([{ streamed: true }]);
  });

  test("a stream that hangs after a line ends with what came", async () => {
    server.script({ kind: "hang", after: 1 });
    const context = recordingContext();
    expect(await ask(context, { stream_idle_timeout_ms: 150 })).toEqual(EMITTED);
    expect(context.emitted).toEqual([{ text: "um" }]);
  });

  test("the first line may take longer than the silence between lines", async () => {
    server.script({ kind: "delay", ms: 300 });
    const context = recordingContext();
    expect(await ask(context, { stream_idle_timeout_ms: 150 })).toEqual(EMITTED);
    expect(context.emitted).toHaveLength(3);
  });

  test("the time it takes to send a reply is no silence of Rasa", async () => {
    const context = recordingContext();
    const emit = async (replies: readonly Reply[]) => {
      await new Promise((resolve) => setTimeout(resolve, 250));
      await context.emit(replies);
    };
    expect(await ask({ ...context, emit }, { stream_idle_timeout_ms: 150 })).toEqual(EMITTED);
    expect(context.emitted).toHaveLength(3);
  });

  test("a hanging stream that said nothing is a timeout", async () => {
    server.script({ kind: "hang" });
    const asked = ask(recordingContext(), { timeout_ms: 200, stream_idle_timeout_ms: 50 });
    await expect(asked).rejects.toMatchObject({ code: "answer_timeout" });
  });

  test("a stream that hangs after a blank message has said nothing", async () => {
    await server.close();
    server = await startRasa(() => [{ text: " " }]);
    server.script({ kind: "hang", after: 1 });
    const settings = { stream_idle_timeout_ms: 50, empty_fallback: "Oi?" };
    expect(await ask(recordingContext(), settings)).toEqual({
      outcome: "answered",
      replies: [{ text: "Oi?" }],
      session: SESSION,
    });
  });

  test("a broken stream ends with what came", async () => {
    server.script({ kind: "reset", after: 3 });
    const context = recordingContext();
    expect(await ask(context)).toEqual(EMITTED);
    expect(context.emitted).toEqual([{ text: "um" }, { text: "dois" }]);
  });

  test("an empty stream is no answer", async () => {
    server.script({ kind: "empty" });
    expect(await ask(recordingContext())).toEqual({
      outcome: "no_answer",
      reason: "empty",
      replies: [],
      session: SESSION,
    });
  });

  test.each<{ fault: RasaFault; want: string }>([
    { fault: { kind: "status", status: 503 }, want: "answer_unreachable" },
    { fault: { kind: "status", status: 401 }, want: "answer_refused" },
    { fault: { kind: "html" }, want: "answer_unreadable" },
    { fault: { kind: "refuse" }, want: "answer_refused" },
    { fault: { kind: "reset" }, want: "answer_refused" },
  ])("$fault.kind before the first message: $want", async ({ fault, want }) => {
    server.script(fault);
    await expect(ask(recordingContext())).rejects.toMatchObject({ code: want });
  });

  test("a failure of emit comes through as it is and cancels the turn", async () => {
    const failure = new Error("the store is away");
    const context = recordingContext();
    let calls = 0;
    const emit = async () => {
      calls += 1;
      if (calls === 2) throw failure;
    };
    await expect(ask({ ...context, emit })).rejects.toBe(failure);
    await server.close();
    expect(server.cancelled()).toBe(1);
  });

  test("an abort before the first message comes through with its own reason", async () => {
    server.script({ kind: "hang" });
    const controller = new AbortController();
    const reason = new Error("the lease is lost");
    setTimeout(() => controller.abort(reason), 50);
    await expect(ask(recordingContext(controller.signal))).rejects.toBe(reason);
  });

  test("a server that answers with the whole list at once is understood", async () => {
    const context = recordingContext();
    expect(await askBytes(context, '[{"text":"a"},', '{"text":"b"}]')).toEqual(EMITTED);
    expect(context.emitted).toEqual([{ text: "a" }, { text: "b" }]);
  });

  test("a line that is too long ends the stream with what came before it", async () => {
    const context = recordingContext();
    expect(await askBytes(context, '{"text":"a"}\n', "x".repeat(MAX_LINE_LENGTH + 1))).toEqual(
      EMITTED,
    );
    expect(context.emitted).toEqual([{ text: "a" }]);
  });
});
