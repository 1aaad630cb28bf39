import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { rasa } from "../../../src/answers/rasa/index.ts";
import { type RasaFault, type RasaStandin, startRasa } from "../../standins/rasa.ts";
import { questionWith, recordingContext } from "../question.ts";
import { toolsWith } from "../tools.ts";
import { type Caller, startCallback } from "./callback-endpoint.ts";

const SESSION = "0198f0c2-0000-7000-8000-00000000c001";

let endpoint: Caller;
let server: RasaStandin;

beforeEach(async () => {
  endpoint = await startCallback();
  server = await startRasa((_sender, message) => [{ text: `"${message}"` }, { text: "e mais" }], {
    callback: { url: endpoint.url },
  });
});

afterEach(async () => {
  await server.close();
  await endpoint.close();
  expect(server.problems).toEqual([]);
});

function ask(settings: Record<string, unknown> = {}) {
  const all = { url: server.url, channel: "callback", timeout_ms: 2_000, ...settings };
  return rasa.configure(all, toolsWith()).answer(questionWith(), recordingContext());
}

/** Asks a Rasa that answers with the given text. */
function askText(body: string) {
  const http = async () => ({ status: 200, headers: {}, body });
  const backend = rasa.configure(
    { url: server.url, channel: "callback" },
    { ...toolsWith(), http },
  );
  return backend.answer(questionWith(), recordingContext());
}

describe("Rasa's callback channel", () => {
  test("says nothing in its answer and everything at the callback before it", async () => {
    expect(await ask({ token: "t", auth_header: "Bearer x" })).toEqual({
      outcome: "answered",
      replies: [],
      session: SESSION,
    });
    expect(endpoint.bodies).toEqual([
      { recipient_id: SESSION, text: '"Quero votar"' },
      { recipient_id: SESSION, text: "e mais" },
    ]);
    expect(server.turns).toEqual([
      {
        sender: SESSION,
        message: "Quero votar",
        inputChannel: "callback",
        metadata: null,
        streamed: false,
        token: "t",
        authorization: "Bearer x",
      },
    ]);
  });

  test("has no text for empty answers, because nobody knows whether it was empty", async () => {
    const silent = await startRasa(() => [], { callback: { url: endpoint.url } });
    const settings = { url: silent.url, channel: "callback", empty_fallback: "Não entendi." };
    const backend = rasa.configure(settings, toolsWith());
    expect(await backend.answer(questionWith(), recordingContext())).toMatchObject({ replies: [] });
    await silent.close();
  });

  test.each<{ label: string; fault: RasaFault; want: string }>([
    { label: "502 may pass", fault: { kind: "status", status: 502 }, want: "answer_unreachable" },
    { label: "500 is final", fault: { kind: "status", status: 500 }, want: "answer_refused" },
    { label: "a page is no answer", fault: { kind: "html" }, want: "answer_unreadable" },
  ])("$label: $want", async ({ fault, want }) => {
    server.script(fault);
    await expect(ask()).rejects.toMatchObject({ code: want });
  });

  test("a turn that throws is refused", async () => {
    const broken = await startRasa(
      () => {
        throw new Error("no");
      },
      { callback: { url: endpoint.url } },
    );
    const backend = rasa.configure({ url: broken.url, channel: "callback" }, toolsWith());
    const asked = backend.answer(questionWith(), recordingContext());
    await expect(asked).rejects.toMatchObject({ code: "answer_refused" });
    await broken.close();
  });

  test("a Rasa without the channel is refused", async () => {
    const plain = await startRasa();
    const backend = rasa.configure({ url: plain.url, channel: "callback" }, toolsWith());
    const asked = backend.answer(questionWith(), recordingContext());
    await expect(asked).rejects.toMatchObject({ code: "answer_refused" });
    await plain.close();
  });

  test.each(["", "[]", '[{"text":"oi"}]', "successful", "<p>success</p>"])(
    "the answer %j does not say that the turn has ended",
    async (body) => {
      await expect(askText(body)).rejects.toMatchObject({ code: "answer_unreadable" });
    },
  );

  test("the word of the end may have white space around it", async () => {
    expect(await askText(" success\n")).toMatchObject({ outcome: "answered" });
  });
});

describe("the stand-in's callback", () => {
  test("posts reminders in order and notes what they were answered with", async () => {
    const refusing = await startCallback(503);
    const other = await startRasa(undefined, { callback: { url: refusing.url } });
    await other.push("u1", [{ text: "um" }, { text: "dois" }]);
    expect(refusing.bodies).toEqual([
      { recipient_id: "u1", text: "um" },
      { recipient_id: "u1", text: "dois" },
    ]);
    expect(other.pushed).toEqual([503, 503]);
    await other.close();
    await refusing.close();
  });
});
