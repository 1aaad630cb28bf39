import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { rasa } from "../../../src/answers/rasa/index.ts";
import { type RasaStandin, startRasa } from "../../standins/rasa.ts";
import { type Caller, startCallback } from "./callback-endpoint.ts";
import { questionWith, recordingContext } from "../question.ts";
import { toolsWith } from "../tools.ts";

const SESSION = "0198f0c2-0000-7000-8000-00000000c001";
const INTENT = "EXTERNAL_dry_plant";
const TRIGGER = {
  type: "trigger",
  intent: INTENT,
  entities: { plant: "Orquídea", days: 3 },
} as const;

let endpoint: Caller;
let server: RasaStandin;
let said: readonly Record<string, unknown>[];

beforeEach(async () => {
  said = [{ text: "Sua planta tem sede." }, { image: "https://e.org/p.png" }];
  endpoint = await startCallback();
  server = await startRasa(() => said, {
    prefix: "/bots/um",
    callback: { url: endpoint.url },
    api: { token: "t/1 2", intents: [INTENT] },
  });
});

afterEach(async () => {
  await server.close();
  await endpoint.close();
  expect(server.problems).toEqual([]);
});

function trigger(settings: Record<string, unknown> = {}, content: typeof TRIGGER = TRIGGER) {
  const backend = rasa.configure({ url: server.url, token: "t/1 2", ...settings }, toolsWith());
  return backend.answer(questionWith({ text: "", content }), recordingContext());
}

describe("a trigger", () => {
  test("is told to Rasa's conversation, and what the bot says is the answer", async () => {
    expect(await trigger()).toEqual({
      outcome: "answered",
      replies: [{ text: "Sua planta tem sede." }, { image: "https://e.org/p.png" }],
      intent: INTENT,
      session: SESSION,
    });
    expect(server.triggers).toEqual([
      {
        sender: SESSION,
        name: INTENT,
        entities: { plant: "Orquídea", days: 3 },
        outputChannel: "latest",
        includeEvents: "NONE",
      },
    ]);
    expect(server.turns).toEqual([]);
  });

  test("reaches a conversation whose name has slashes and spaces", async () => {
    await trigger({ sender_template: "{channel}/{user} {account}" });
    expect(server.triggers[0]?.sender).toBe("whatsapp/5561900001111 300400500600700");
  });

  test("is told over the HTTP API in stream mode too", async () => {
    expect(await trigger({ stream: true })).toMatchObject({ replies: [{}, {}] });
  });

  test("that the bot has nothing to say to is silence, whatever is said to people", async () => {
    said = [];
    expect(await trigger({ empty_fallback: "Não entendi." })).toEqual({
      outcome: "silent",
      replies: [],
      intent: INTENT,
      session: SESSION,
    });
  });

  test("with the callback channel is answered there", async () => {
    expect(await trigger({ channel: "callback" })).toEqual({
      outcome: "answered",
      replies: [],
      intent: INTENT,
      session: SESSION,
    });
    expect(server.triggers[0]?.outputChannel).toBe("callback");
    expect(endpoint.bodies).toEqual([
      { recipient_id: SESSION, text: "Sua planta tem sede." },
      { recipient_id: SESSION, image: "https://e.org/p.png" },
    ]);
  });

  test.each([
    { label: "a wrong token", settings: { token: "x" }, content: TRIGGER, want: "answer_refused" },
    {
      label: "an intent that the domain does not have",
      settings: {},
      content: { ...TRIGGER, intent: "nobody_knows" },
      want: "answer_refused",
    },
  ])("with $label fails for good: $want", async ({ settings, content, want }) => {
    const backend = rasa.configure({ url: server.url, token: "t/1 2", ...settings }, toolsWith());
    const asked = backend.answer(questionWith({ text: "", content }), recordingContext());
    await expect(asked).rejects.toMatchObject({ code: want, retry: false });
  });

  test("to a Rasa without its HTTP API fails for good", async () => {
    const plain = await startRasa();
    const backend = rasa.configure({ url: plain.url }, toolsWith());
    const asked = backend.answer(questionWith({ content: TRIGGER }), recordingContext());
    await expect(asked).rejects.toMatchObject({ code: "answer_refused" });
    await plain.close();
  });

  test("to a proxy whose Rasa is down may be told again", async () => {
    server.script({ kind: "status", status: 503 });
    await expect(trigger()).rejects.toMatchObject({ code: "answer_unreachable", retry: true });
  });

  test.each(["[]", '"ok"', "null", '{"messages":{}}', "<html>"])(
    "answered with %s cannot be read",
    async (body) => {
      const http = async () => ({ status: 200, headers: {}, body });
      const backend = rasa.configure({ url: server.url }, { ...toolsWith(), http });
      const asked = backend.answer(questionWith({ content: TRIGGER }), recordingContext());
      await expect(asked).rejects.toMatchObject({ code: "answer_unreadable" });
    },
  );

  test("answered without messages is silence", async () => {
    const http = async () => ({ status: 200, headers: {}, body: '{"tracker":{},"messages":null}' });
    const backend = rasa.configure({ url: server.url }, { ...toolsWith(), http });
    const asked = backend.answer(questionWith({ content: TRIGGER }), recordingContext());
    expect(await asked).toMatchObject({ outcome: "silent", replies: [] });
  });
});
