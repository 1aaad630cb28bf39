import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { rasa } from "../../../src/answers/rasa/index.ts";
import type { Reply } from "../../../src/messages.ts";
import { type RasaStandin, startRasa } from "../../standins/rasa.ts";
import { questionWith, recordingContext } from "../question.ts";
import { toolsWith } from "../tools.ts";

const FALLBACK = { text: "Desculpe, não entendi." };
const settings = { no_answer_texts: ["desculpe nao entendi"] };
let said: readonly Reply[] = [];
let server: RasaStandin;

beforeEach(async () => {
  server = await startRasa(() => said.map((reply) => ({ ...reply })));
});

afterEach(async () => {
  await server.close();
  expect(server.problems).toEqual([]);
});

function ask(more: Record<string, unknown>, context = recordingContext()) {
  const backend = rasa.configure({ url: server.url, timeout_ms: 2_000, ...more }, toolsWith());
  return backend.answer(questionWith(), context);
}

describe.each([{ stream: false }, { stream: true }])("a Rasa (stream: $stream)", ({ stream }) => {
  test.each<{ label: string; replies: readonly Reply[] }>([
    { label: "that did not understand", replies: [FALLBACK] },
    { label: "that offers a menu after saying so", replies: [FALLBACK, { text: "Menu" }] },
    { label: "that marks its words", replies: [{ text: "Hm", custom: { fallback: true } }] },
  ])("$label has no answer", async ({ replies }) => {
    said = replies;
    const context = recordingContext();
    expect(await ask({ ...settings, stream }, context)).toMatchObject({
      outcome: "no_answer",
      replies: [],
      reason: "fallback",
    });
    expect(context.emitted).toEqual([]);
  });

  test("whose words are in no list has an answer", async () => {
    said = [FALLBACK];
    const context = recordingContext();
    const answer = await ask({ stream }, context);
    expect(answer.outcome).toBe("answered");
    expect([...context.emitted, ...answer.replies]).toEqual([FALLBACK]);
  });
});

test("a stream that has said something goes on", async () => {
  said = [{ text: "Vejamos" }, FALLBACK];
  const context = recordingContext();
  expect(await ask({ ...settings, stream: true }, context)).toMatchObject({ outcome: "answered" });
  expect(context.emitted).toEqual(said);
});

test("the callback channel, whose words are on their way already, takes no such texts", () => {
  const configure = () =>
    rasa.configure({ url: server.url, channel: "callback", ...settings }, toolsWith());
  expect(configure).toThrow("no_answer_texts");
});
