import { afterEach, describe, expect, test } from "@jest/globals";
import type { Question } from "../../../src/answers/backend.ts";
import { PRESETS } from "../../../src/answers/http/presets/index.ts";
import { httpBotSettings, PRESET_NAMES } from "../../../src/answers/http/settings.ts";
import { startDify } from "../../standins/dify.ts";
import { startEvolutionBot } from "../../standins/evolution-bot.ts";
import { startFlowise } from "../../standins/flowise.ts";
import { type BotServer, startBotServer } from "../../standins/http-bot-server.ts";
import { startN8n } from "../../standins/n8n.ts";
import { questionWith } from "../question.ts";
import { askBot, PICTURE } from "./ask.ts";

const { contactId, conversationId } = questionWith();
/** The session of `questionWith`: its conversation and the milliseconds of its start. */
const SESSION = `${conversationId}:1795251600000`;
const JID = "5561900001111@s.whatsapp.net";

const servers: BotServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function started<Server extends BotServer>(starting: Promise<Server>): Promise<Server> {
  const server = await starting;
  servers.push(server);
  return server;
}

describe("Dify", () => {
  const settingsOf = (url: string) => ({ url, preset: "dify", authorization: "app-key" });

  test("keeps its own history, so ours is not even read", async () => {
    const dify = await started(startDify());
    const history = () => Promise.reject(new Error("nobody asked"));
    const answer = await askBot(settingsOf(dify.url), { text: "oi" }, { history });
    expect(answer.outcome).toBe("answered");
  });

  test("begins a conversation, then goes on with it", async () => {
    const dify = await started(startDify());
    const settings = { ...settingsOf(dify.url), inputs: { setor: "cadastro" } };
    const first = await askBot(settings, { text: "oi" });
    expect(first).toEqual({
      outcome: "answered",
      replies: [{ text: "1: oi" }],
      memory: { conversation_id: expect.any(String) },
      usage: { tokensIn: 33, tokensOut: 7, requestId: expect.any(String) },
    });
    const second = await askBot(settings, { text: "boleto" }, { memory: first.memory });
    expect(second).toMatchObject({ replies: [{ text: "2: boleto" }], memory: first.memory });
    expect(dify.asked[0]).toEqual({
      inputs: { setor: "cadastro" },
      query: "oi",
      response_mode: "blocking",
      user: contactId,
    });
  });

  test("begins anew, once, where the conversation is gone", async () => {
    const dify = await started(startDify());
    const { memory } = await askBot(settingsOf(dify.url));
    dify.forget();
    const answer = await askBot(settingsOf(dify.url), { text: "oi" }, { memory });
    expect(answer).toMatchObject({ replies: [{ text: "1: oi" }] });
    expect(answer.memory).not.toEqual(memory);
    expect(dify.calls).toHaveLength(3);
  });

  test("a second 404 is the end of it", async () => {
    const dify = await started(startDify());
    dify.script({ status: 404 }, { status: 404 }, { status: 404 });
    const memory = { conversation_id: "0198f0c2-0000-7000-8000-00000000d001" };
    const asked = askBot(settingsOf(dify.url), {}, { memory });
    await expect(asked).rejects.toMatchObject({ code: "answer_refused" });
    expect(dify.calls).toHaveLength(2);
  });

  test("404 on a first message is no lost session", async () => {
    const dify = await started(startDify());
    const asked = askBot(settingsOf(dify.url.replace("/v1", "/v2")));
    await expect(asked).rejects.toMatchObject({ code: "answer_refused" });
    expect(dify.calls).toHaveLength(1);
  });

  test("looks at a picture by its address", async () => {
    const dify = await started(startDify());
    await askBot(settingsOf(dify.url), PICTURE);
    const url = "https://ponte.example.org/files/abc?sig=1";
    expect(dify.asked).toEqual([
      expect.objectContaining({
        query: `[image] meu documento ${url}`,
        files: [{ type: "image", transfer_method: "remote_url", url }],
      }),
    ]);
  });

  test.each([
    { label: "a wrong key", options: { key: "other" }, failure: { class: "alert" } },
    { label: "an agent app", options: { mode: "agent-chat" as const }, failure: undefined },
  ])("$label is refused", async ({ options, failure }) => {
    const dify = await started(startDify(options));
    await expect(askBot(settingsOf(dify.url))).rejects.toMatchObject({
      code: "answer_refused",
      ...(failure && { failure }),
    });
  });

  test("what the model thought aloud is not said", async () => {
    const say = () => "<think>\nO usuário quer...\n</think>\n\nClaro!";
    const dify = await started(startDify({ say }));
    expect(await askBot(settingsOf(dify.url))).toMatchObject({ replies: [{ text: "Claro!" }] });
  });

  test("a blank answer is none, and its conversation is kept all the same", async () => {
    const dify = await started(startDify({ say: () => " \n" }));
    expect(await askBot(settingsOf(dify.url))).toMatchObject({
      outcome: "no_answer",
      memory: { conversation_id: expect.any(String) },
      usage: { tokensIn: 33, tokensOut: 7 },
    });
  });
});

describe("Flowise", () => {
  const settingsOf = (url: string) => ({ url, preset: "flowise", authorization: "flow-key" });

  test("remembers by the session of the conversation", async () => {
    const flowise = await started(startFlowise());
    const settings = { ...settingsOf(flowise.url), inputs: { setor: 7 } };
    await askBot(settings, { text: "oi" });
    expect(await askBot(settings, { text: "boleto" })).toEqual({
      outcome: "answered",
      replies: [{ text: "2: boleto" }],
    });
    const session = { isNew: true, startedAt: "2026-11-21T10:00:00.000Z" };
    expect(await askBot(settings, { text: "oi", session })).toMatchObject({
      replies: [{ text: "1: oi" }],
    });
    expect(flowise.asked[0]).toEqual({
      question: "oi",
      streaming: false,
      overrideConfig: {
        sessionId: SESSION,
        vars: { contactName: "Ana", channel: "whatsapp", language: "pt-BR", setor: 7 },
      },
    });
  });

  test("looks at a picture by its address", async () => {
    const flowise = await started(startFlowise());
    await askBot(settingsOf(flowise.url), PICTURE);
    expect(flowise.asked[0]?.uploads).toEqual([
      {
        type: "url",
        data: "https://ponte.example.org/files/abc?sig=1",
        name: "a.jpg",
        mime: "image/jpeg",
      },
    ]);
  });
});

describe("n8n", () => {
  const authorization = "Basic cG9udGU6d29yZA==";

  test("is told what workflows for Evolution API read, but no key", async () => {
    const n8n = await started(startN8n());
    await askBot({ url: n8n.url, preset: "n8n", authorization }, { text: "oi" });
    expect(n8n.asked).toEqual([
      {
        chatInput: "oi",
        sessionId: SESSION,
        remoteJid: JID,
        pushName: "Ana",
        keyId: "wamid.TEST1",
        fromMe: false,
        instanceName: "whatsapp",
        language: "pt-BR",
      },
    ]);
  });

  test.each<{ label: string; body: unknown; want: readonly string[] }>([
    { label: "output", body: { output: "Olá" }, want: ["Olá"] },
    { label: "answer", body: { answer: "Olá" }, want: ["Olá"] },
    { label: "output before answer", body: { output: "A", answer: "B" }, want: ["A"] },
    { label: "a list of one", body: [{ output: "Olá" }], want: ["Olá"] },
    { label: "a list of two", body: [{ output: "A" }, { answer: "B" }], want: ["A", "B"] },
    { label: "nothing", body: undefined, want: [] },
    { label: "an empty list", body: [], want: [] },
    { label: "a blank text", body: { output: " " }, want: [] },
  ])("$label", async ({ body, want }) => {
    const n8n = await started(startN8n(() => body));
    expect(await askBot({ url: n8n.url, preset: "n8n", authorization })).toMatchObject({
      outcome: want.length > 0 ? "answered" : "no_answer",
      replies: want.map((text) => ({ text })),
    });
  });

  test.each([
    { label: "a workflow that answers at once", body: { message: "Workflow was started" } },
    { label: "an output that is no text", body: { output: { text: "Olá" } } },
    { label: "a list of texts", body: ["Olá"] },
  ])("$label cannot be read", async ({ body }) => {
    const n8n = await started(startN8n(() => body));
    const asked = askBot({ url: n8n.url, preset: "n8n", authorization });
    await expect(asked).rejects.toMatchObject({ code: "answer_unreadable" });
  });

  test("a workflow that failed may work later, one that is off does not", async () => {
    const n8n = await started(startN8n());
    n8n.script({ status: 500, body: { message: "Error in workflow" } });
    const settings = { url: n8n.url, preset: "n8n", authorization };
    await expect(askBot(settings)).rejects.toMatchObject({ code: "answer_unreachable" });
    const off = askBot({ ...settings, url: `${n8n.url}-off` });
    await expect(off).rejects.toMatchObject({ code: "answer_refused" });
  });
});

describe("a bot for Evolution API", () => {
  const settingsOf = (url: string) => ({ url, preset: "evolution-bot", authorization: "bot-key" });

  test("is asked and answers in its own words", async () => {
    const bot = await started(startEvolutionBot());
    expect(await askBot(settingsOf(bot.url), { text: "oi" })).toEqual({
      outcome: "answered",
      replies: [{ text: "Ouvi: oi" }],
    });
    expect(bot.asked).toEqual([
      {
        inputs: {
          sessionId: SESSION,
          remoteJid: JID,
          pushName: "Ana",
          fromMe: false,
          instanceName: "whatsapp",
        },
        query: "oi",
        conversation_id: SESSION,
        user: JID,
      },
    ]);
  });

  test.each<{ label: string; question: Partial<Question>; query: string }>([
    { label: "a picture with a caption", question: PICTURE, query: "meu documento" },
    {
      label: "a picture without",
      question: { ...PICTURE, text: "" },
      query: "imageMessage|https://ponte.example.org/files/abc?sig=1",
    },
    {
      label: "a recording that was written down",
      question: { text: "segunda via", content: { type: "media", media: "voice" } },
      query: "[audio] segunda via",
    },
    {
      label: "a recording that was not",
      question: { text: "", content: { type: "media", media: "audio" } },
      query: "[audio]",
    },
  ])("$label", async ({ question, query }) => {
    const bot = await started(startEvolutionBot());
    await askBot(settingsOf(bot.url), question);
    expect(bot.asked[0]?.query).toBe(query);
  });

  test.each<{ label: string; identities: Question["identities"]; jid: string }>([
    { label: "a LID", identities: [{ kind: "lid", value: "77" }], jid: "77@lid" },
    { label: "a web client", identities: [{ kind: "sender", value: "a b" }], jid: contactId },
  ])("a person with $label", async ({ identities, jid }) => {
    const bot = await started(startEvolutionBot());
    await askBot(settingsOf(bot.url), { identities });
    expect(bot.asked[0]).toMatchObject({ user: jid, inputs: { remoteJid: jid } });
  });
});

describe("what came, in words", () => {
  test.each<{ label: string; question: Partial<Question>; words: string }>([
    {
      label: "a tap whose payload is for another bot, by what the person saw",
      question: {
        text: "/pedir",
        content: { type: "choice", source: "button", payload: "/pedir", title: "Pedir" },
      },
      words: "Pedir",
    },
    {
      label: "a tap whose payload is words, whole although its title was cut",
      question: {
        text: "Segunda via do boleto",
        content: {
          type: "choice",
          source: "list",
          payload: "Segunda via do boleto",
          title: "Segunda via do bole…",
        },
      },
      words: "Segunda via do boleto",
    },
    {
      label: "a place",
      question: {
        text: "",
        content: { type: "location", latitude: -15.8, longitude: -47.9, name: "Sede" },
      },
      words: "[location] Sede -15.8,-47.9",
    },
    { label: "an empty text", question: { text: "" }, words: "[empty]" },
  ])("$label", async ({ question, words }) => {
    const n8n = await started(startN8n());
    const authorization = "Basic cG9udGU6d29yZA==";
    await askBot({ url: n8n.url, preset: "n8n", authorization }, question);
    expect(n8n.asked[0]?.chatInput).toBe(words);
  });

  test.each([
    { preset: "dify", body: { conversation_id: "c" } },
    { preset: "dify", body: { answer: 7 } },
    { preset: "flowise", body: { json: {} } },
    { preset: "evolution-bot", body: { output: "Oi" } },
  ])("$preset: $body cannot be read", async ({ preset, body }) => {
    const bot = await started(startBotServer(() => ({ body })));
    const asked = askBot({ url: bot.url, preset });
    await expect(asked).rejects.toMatchObject({ code: "answer_unreadable" });
  });

  test("fixed facts join what is sent, and replace nothing", async () => {
    const bot = await started(startBotServer(() => ({ body: { output: "Oi" } })));
    const inputs = { setor: "cadastro", chatInput: "x" };
    await askBot({ url: bot.url, preset: "n8n", inputs }, { text: "oi" });
    expect(bot.calls[0]?.body).toMatchObject({ setor: "cadastro", chatInput: "oi" });
  });
});

describe("every preset", () => {
  const settingsOf = (preset: (typeof PRESET_NAMES)[number]) =>
    httpBotSettings.parse({
      url: "https://bot.example.org",
      preset,
      secret: "the-secret",
      authorization: "Bearer the-key",
      ...(preset === "typebot" && { typebot: "b" }),
    });

  const CONTENTS: readonly Partial<Question>[] = [
    PICTURE,
    { ...PICTURE, file: { missing: "too_large" } },
    {
      content: { type: "choice", source: "list", payload: "/pedir", title: "Pedir" },
      text: "/pedir",
    },
    { content: { type: "contacts", cards: [{ phones: [] }], requested: false }, text: "" },
    { content: { type: "form", answers: { a: 1 } }, text: "" },
    { content: { type: "order", items: [{ productId: "p", quantity: 2 }] }, text: "" },
    { content: { type: "reaction", emoji: "👍", to: "m" }, text: "" },
    { content: { type: "unsupported", providerType: "poll" }, text: "" },
    { content: { type: "location", latitude: 1, longitude: 2 }, text: "" },
    { content: { type: "text" }, text: "" },
  ];

  test.each(PRESET_NAMES.map((preset) => ({ preset })))(
    "$preset says something of every kind of message, and no key",
    ({ preset }) => {
      for (const content of CONTENTS) {
        const asked = { question: questionWith(content), memory: undefined, history: [] };
        const { body } = PRESETS[preset].toRequest(asked, settingsOf(preset));
        const text = JSON.stringify(body);
        expect(text).not.toMatch(/the-secret|the-key|apiKey/);
        expect(text).not.toMatch(/"(?:query|question|chatInput)":""/);
      }
    },
  );

  test.each(PRESET_NAMES.filter((name) => name !== "ponte").map((preset) => ({ preset })))(
    "$preset is not asked about what happened outside",
    async ({ preset }) => {
      const content = { type: "trigger", intent: "paid", entities: {} } as const;
      const settings = {
        url: "http://127.0.0.1:1",
        preset,
        ...(preset === "typebot" && { typebot: "b" }),
      };
      expect(await askBot(settings, { content })).toMatchObject({ outcome: "no_answer" });
    },
  );
});
