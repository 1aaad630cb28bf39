import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { http } from "../../../src/answers/http/index.ts";
import { MAX_ANSWER_BYTES } from "../../../src/answers/http/call.ts";
import { PRESET_NAMES } from "../../../src/answers/http/settings.ts";
import { BridgeError } from "../../../src/errors.ts";
import { createHttp } from "../../../src/http/client.ts";
import { type BotFault, type BotServer, startBotServer } from "../../standins/http-bot-server.ts";
import { questionWith, recordingContext } from "../question.ts";
import { toolsWith } from "../tools.ts";
import { askBot } from "./ask.ts";

let server: BotServer;
const client = createHttp();

beforeEach(async () => {
  server = await startBotServer(() => ({ body: [{ text: "Oi" }] }));
});

afterEach(async () => {
  client.close();
  await server.close();
});

/** Asks over the program's own client, whose limits count. */
function ask(settings: Record<string, unknown> = {}, signal = new AbortController().signal) {
  const backend = http.configure(
    { url: server.url, timeout_ms: 1_000, ...settings },
    { ...toolsWith(), http: client.http },
  );
  return backend.answer(questionWith(), recordingContext(signal));
}

describe("a bot that fails", () => {
  test.each<{ label: string; fault: BotFault; want: string }>([
    { label: "400 is for good", fault: { status: 400 }, want: "answer_refused" },
    { label: "404 is for good", fault: { status: 404 }, want: "answer_refused" },
    { label: "422 is for good", fault: { status: 422 }, want: "answer_refused" },
    { label: "a redirect is not followed", fault: { status: 302 }, want: "answer_refused" },
    { label: "408 may pass", fault: { status: 408 }, want: "answer_unreachable" },
    { label: "429 may pass", fault: { status: 429 }, want: "answer_unreachable" },
    { label: "500 may pass", fault: { status: 500 }, want: "answer_unreachable" },
    { label: "503 may pass", fault: { status: 503 }, want: "answer_unreachable" },
    { label: "a broken connection may pass", fault: "reset", want: "answer_unreachable" },
    { label: "half of an answer may pass", fault: "cut", want: "answer_unreachable" },
    {
      label: "an answer without end is cut",
      fault: { body: `[{"text":"${"x".repeat(10 * 1024 * 1024)}"}]` },
      want: "answer_unreadable",
    },
  ])("$label", async ({ fault, want }) => {
    server.script(fault);
    await expect(ask()).rejects.toMatchObject({ code: want });
    expect(server.calls).toHaveLength(1);
  });

  test("an answer just within the limit is read", async () => {
    const text = "x".repeat(MAX_ANSWER_BYTES - 13);
    server.script({ body: `[{"text":"${text}"}]` });
    expect(await ask()).toMatchObject({ replies: [{ text }] });
  });

  test("nobody there", async () => {
    await expect(ask({ url: "http://127.0.0.1:1" })).rejects.toMatchObject({
      code: "answer_unreachable",
    });
  });

  test("no answer in time", async () => {
    server.script("hang");
    await expect(ask({ timeout_ms: 1_000 })).rejects.toMatchObject({ code: "answer_timeout" });
  });

  test("a turn that is broken off gives its own reason", async () => {
    server.script("hang");
    const turn = new AbortController();
    const asked = ask({}, turn.signal);
    turn.abort(new Error("the lease is lost"));
    await expect(asked).rejects.toThrow("the lease is lost");
  });

  test("its words are not kept", async () => {
    server.script({ body: "Ana tem o CPF 123" });
    const failure = await ask().catch((error: unknown) => error);
    expect(JSON.stringify(failure)).not.toContain("Ana");
    expect(failure).not.toHaveProperty("cause");
  });
});

describe("whatever a bot answers", () => {
  const status = fc.oneof(fc.constant(200), fc.integer({ min: 200, max: 599 }));
  const keys = [
    ..."messages confidence intent set_slots handoff end_session hold silent text answer".split(
      " ",
    ),
    ..."conversation_id output message sessionId input clientSideActions type content".split(" "),
    ..."richText children items custom buttons metadata usage __proto__ url redirect".split(" "),
  ];
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.jsonValue(),
      fc.constantFrom(null, true, "true", 0.5, "", "text", "image", "choice input", "p"),
      fc.array(tie("json"), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom(...keys), tie("json"), { maxKeys: 6 }),
    ),
  }));
  const body = fc.oneof(
    json.map((value) => JSON.stringify(value)),
    fc.string(),
    fc.uint8Array().map((bytes) => Buffer.from(bytes).toString("latin1")),
    fc.constantFrom("", "[", "<html>", "null", "[".repeat(100_000), '{"a":'.repeat(50_000)),
    fc
      .constantFrom('[{"children":', '{"messages":[', '{"custom":[')
      .map((open) => open.repeat(5_000)),
  );

  test.each(PRESET_NAMES.map((preset) => ({ preset })))(
    "$preset makes an answer or a named failure of it",
    async ({ preset }) => {
      const settings = {
        url: "https://bot.example.org",
        preset,
        ...(preset === "typebot" && { typebot: "b" }),
      };
      await fc.assert(
        fc.asyncProperty(status, body, fc.jsonValue(), async (code, text, memory) => {
          const tools = {
            ...toolsWith(),
            http: async () => ({ status: code, headers: {}, body: text }),
          };
          const backend = http.configure(settings, tools);
          const context = { ...recordingContext(), memory };
          try {
            const answer = await backend.answer(questionWith(), context);
            expect(["answered", "silent", "no_answer"]).toContain(answer.outcome);
            expect(Array.isArray(answer.replies)).toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(BridgeError);
            expect(error).toMatchObject({ code: expect.stringMatching(/^answer_/) });
          }
        }),
        { numRuns: 150 },
      );
    },
  );

  test("what is nested beyond reason does not reach the channel, nor what no store takes", async () => {
    const deep = `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`;
    server.script({ body: `[{"text":"a\\u0000b\\ud800","custom":${deep}}]` });
    const { replies } = await ask();
    expect(replies[0]?.text).toBe("ab\ufffd");
    expect(JSON.stringify(replies).length).toBeLessThan(1_000);
  });

  test("what is nested beyond reason in a typebot's text is left out", async () => {
    const deep = `${'[{"type":"p","children":'.repeat(30_000)}[]${"}]".repeat(30_000)}`;
    const content = `{"type":"richText","richText":${deep}}`;
    server.script({
      body: `{"sessionId":"s","messages":[{"type":"text","content":${content}}]}`,
    });
    const settings = { url: server.url, preset: "typebot", typebot: "b" };
    expect(await askBot(settings)).toMatchObject({ outcome: "no_answer" });
  });
});
