import { afterEach, describe, expect, test } from "@jest/globals";
import type { Answer, Question } from "../../../src/answers/backend.ts";
import { type TypebotStandin, type TypebotStep, startTypebot } from "../../standins/typebot.ts";
import { askBot, PICTURE } from "./ask.ts";

const says = (text: string) => ({
  id: "b1",
  type: "text",
  content: { type: "richText", richText: [{ type: "p", children: [{ text }] }] },
});

const CHOICE = {
  id: "i1",
  type: "choice input",
  items: [
    { id: "c1", outgoingEdgeId: "e1", content: "Segunda via" },
    { id: "c2", content: "Falar com alguém" },
    { id: "c3", content: "" },
  ],
  options: { isMultipleChoice: false, buttonLabel: "Send" },
};

const FLOW: readonly TypebotStep[] = [
  { messages: [says("Olá!"), says("Do que precisa?")], input: CHOICE },
  { messages: [says("Qual o CPF?")], input: { type: "text input" } },
  { messages: [says("Pronto.")] },
];

let bot: TypebotStandin;

afterEach(() => bot.close());

function ask(question: Partial<Question> = {}, memory?: unknown): Promise<Answer> {
  const settings = { url: bot.url, preset: "typebot", typebot: "meu-bot" };
  return askBot({ ...settings, authorization: "viewer-key" }, question, { memory });
}

/** What the bot says in one step of its own. */
async function saying(step: TypebotStep): Promise<Answer> {
  bot = await startTypebot([step]);
  return ask();
}

describe("a typebot", () => {
  test("is started, answered and heard to its end; then it starts anew", async () => {
    bot = await startTypebot(FLOW);
    const first = await ask({ text: "oi" });
    expect(first).toEqual({
      outcome: "answered",
      replies: [
        { text: "Olá!" },
        {
          text: "Do que precisa?",
          buttons: [
            { title: "Segunda via", payload: "Segunda via" },
            { title: "Falar com alguém", payload: "Falar com alguém" },
          ],
        },
      ],
      hold: true,
      memory: { session_id: expect.any(String), waits_for: "choice input" },
    });
    const second = await ask({ text: "Segunda via" }, first.memory);
    expect(second).toEqual({
      outcome: "answered",
      replies: [{ text: "Qual o CPF?" }],
      hold: true,
      memory: { ...Object(first.memory), waits_for: "text input" },
    });
    const third = await ask({ text: "123" }, second.memory);
    expect(third).toEqual({ outcome: "answered", replies: [{ text: "Pronto." }], memory: null });
    await ask({ text: "oi de novo" }, third.memory);
    expect(bot.heard).toEqual(["Segunda via", "123"]);
    expect(bot.started).toHaveLength(2);
    expect(bot.started[0]).toEqual({
      message: { type: "text", text: "oi" },
      textBubbleContentFormat: "richText",
      prefilledVariables: {
        remoteJid: "5561900001111@s.whatsapp.net",
        pushName: "Ana",
        instanceName: "whatsapp",
        language: "pt-BR",
      },
    });
  });

  test("asks again what was answered wrongly", async () => {
    bot = await startTypebot(FLOW);
    const { memory } = await ask();
    expect(await ask({ text: "sei lá" }, memory)).toMatchObject({
      replies: [{ text: "De novo?", buttons: [{ title: "Segunda via" }, {}] }],
      hold: true,
    });
  });

  test("is started anew, once, where its session is over", async () => {
    bot = await startTypebot(FLOW);
    const { memory } = await ask();
    bot.forget();
    const answer = await ask({ text: "oi" }, memory);
    expect(answer).toMatchObject({ outcome: "answered", hold: true });
    expect(answer.memory).not.toEqual(memory);
    expect(bot.calls).toHaveLength(3);
  });

  test("has a session id that is no path", async () => {
    bot = await startTypebot(FLOW);
    await ask({ text: "oi" }, { session_id: "../x?y" });
    expect(bot.calls[0]?.path).toBe("/api/v1/sessions/..%2Fx%3Fy/continueChat");
  });

  test("gets the address of a file", async () => {
    bot = await startTypebot(FLOW);
    await ask(PICTURE);
    expect(bot.started[0]?.message).toEqual({
      type: "text",
      text: "meu documento",
      attachedFileUrls: ["https://ponte.example.org/files/abc?sig=1"],
    });
  });

  test("that asked for a file gets its address as the answer", async () => {
    bot = await startTypebot([{ messages: [says("Foto?")], input: { type: "file input" } }]);
    const { memory } = await ask();
    await ask(PICTURE, memory);
    expect(bot.heard).toEqual(["https://ponte.example.org/files/abc?sig=1"]);
  });

  test("that waits without a word is silent and heard next", async () => {
    const step = { messages: [], input: { type: "text input" } };
    expect(await saying(step)).toMatchObject({ outcome: "silent", hold: true });
  });

  test("that has nothing to say has no answer", async () => {
    expect(await saying({ messages: [] })).toMatchObject({ outcome: "no_answer", memory: null });
  });

  test.each([
    { label: "without a session", body: { messages: [] } },
    { label: "without messages", body: { sessionId: "s" } },
    { label: "with messages that are no list", body: { sessionId: "s", messages: "Oi" } },
    { label: "that is a list", body: [] },
  ])("an answer $label cannot be read", async ({ body }) => {
    bot = await startTypebot(FLOW);
    bot.script({ body });
    await expect(ask()).rejects.toMatchObject({ code: "answer_unreadable" });
  });
});

describe("its bubbles", () => {
  test.each<{ label: string; bubble: object; want: readonly object[] }>([
    {
      label: "a picture",
      bubble: { type: "image", content: { url: "https://x.example/a.png" } },
      want: [{ image: "https://x.example/a.png" }],
    },
    {
      label: "a video file",
      bubble: { type: "video", content: { type: "url", url: "https://x.example/a.mp4" } },
      want: [{ custom: { type: "video", url: "https://x.example/a.mp4" } }],
    },
    {
      label: "a video of a player, as its address",
      bubble: { type: "video", content: { type: "youtube", url: "https://youtu.be/a" } },
      want: [{ text: "https://youtu.be/a" }],
    },
    {
      label: "a recording",
      bubble: { type: "audio", content: { url: "https://x.example/a.mp3" } },
      want: [{ custom: { type: "audio", url: "https://x.example/a.mp3" } }],
    },
    {
      label: "an embedded page, as its address",
      bubble: { type: "embed", content: { url: "https://x.example/" } },
      want: [{ text: "https://x.example/" }],
    },
    {
      label: "Markdown as it is",
      bubble: { type: "text", content: { type: "markdown", markdown: "**Oi**" } },
      want: [{ text: "**Oi**" }],
    },
    {
      label: "a kind nobody knows, for the channel to note",
      bubble: { type: "custom-embed", content: { url: "x" } },
      want: [{ custom: { type: "typebot custom-embed" } }],
    },
    { label: "a picture without address", bubble: { type: "image", content: {} }, want: [] },
    { label: "a bubble without content", bubble: { type: "text" }, want: [] },
    { label: "an empty text", bubble: says(" "), want: [] },
  ])("$label", async ({ bubble, want }) => {
    expect((await saying({ messages: [bubble, says("fim")] })).replies).toEqual([
      ...want,
      { text: "fim" },
    ]);
  });

  test("pictures to choose from stand below a message of their own", async () => {
    const items = [{ id: "p", title: "Casa", description: "amarela", pictureSrc: "https://x" }];
    const picture = { type: "image", content: { url: "https://x.example/a.png" } };
    const input = { type: "picture choice input", items };
    expect(await saying({ messages: [picture], input })).toMatchObject({
      replies: [
        { image: "https://x.example/a.png" },
        { buttons: [{ title: "Casa", payload: "Casa", description: "amarela" }] },
      ],
    });
  });

  test("a page a browser would go to", async () => {
    const redirect = { type: "redirect", redirect: { url: "https://x.example/pagar" } };
    const answer = await saying({ messages: [], clientSideActions: [{ type: "wait" }, redirect] });
    expect(answer.replies).toEqual([{ text: "https://x.example/pagar" }]);
  });
});
