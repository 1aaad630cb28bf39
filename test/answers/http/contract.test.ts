import { afterEach, describe, expect, test } from "@jest/globals";
import type { Answer, Question } from "../../../src/answers/backend.ts";
import { type HttpBot, startHttpBot } from "../../standins/http-bot.ts";
import { startRasa } from "../../standins/rasa.ts";
import { questionWith } from "../question.ts";
import { askBot, PICTURE } from "./ask.ts";

const SENDER = "5561900001111";
let bot: HttpBot | undefined;

afterEach(async () => {
  await bot?.close();
  expect(bot?.problems ?? []).toEqual([]);
  bot = undefined;
});

/** Asks a bot that answers with one body. */
async function answerTo(body: unknown, settings = {}, status = 200): Promise<Answer> {
  bot = await startHttpBot(() => ({ status, body }));
  return askBot({ url: bot.url, ...settings });
}

describe("what a bot is told", () => {
  test("the message, who says it and what is known", async () => {
    bot = await startHttpBot();
    const history = [{ role: "user", text: "oi", at: "2026-11-21T09:59:00.000Z" }] as const;
    const limits: number[] = [];
    await askBot(
      { url: `${bot.url}/hook?tenant=1`, history: 4 },
      { slots: { nome: "Ana" }, properties: { city: "Brasília" }, startReference: "42" },
      { history: async (limit) => (limits.push(limit), history) },
    );
    expect(limits).toEqual([4]);
    expect(bot.calls[0]?.path).toBe("/hook?tenant=1");
    expect(Object.keys(bot.asked[0] ?? {}).slice(0, 2)).toEqual(["sender", "message"]);
    expect(bot.asked).toEqual([
      {
        sender: SENDER,
        message: "Quero votar",
        conversation_id: "0198f0c2-0000-7000-8000-00000000c001",
        message_id: "wamid.TEST1",
        timestamp: "2026-11-21T10:00:00.000Z",
        locale: "pt-BR",
        channel: "whatsapp",
        channel_type: "cloud",
        input: { type: "text", trusted: false },
        profile: { name: "Ana", city: "Brasília" },
        session: { new: false, started_at: "2026-11-21T09:00:00.000Z" },
        start_reference: "42",
        slots: { nome: "Ana" },
        history,
        metadata: expect.objectContaining({ phone_number_id: "300400500600700" }),
      },
    ]);
  });

  test("no history where none is wanted", async () => {
    bot = await startHttpBot();
    const history = () => Promise.reject(new Error("nobody asked"));
    await askBot({ url: bot.url, history: 0 }, {}, { history });
    expect(bot.asked[0]?.history).toEqual([]);
  });

  test.each<{ label: string; question: Partial<Question>; message: string; input: object }>([
    {
      label: "a tap with its payload",
      question: {
        text: "/pedir",
        trusted: true,
        content: { type: "choice", source: "button", payload: "/pedir", title: "Pedir" },
      },
      message: "/pedir",
      input: { type: "button", trusted: true, payload: "/pedir", button_title: "Pedir" },
    },
    {
      label: "a picture with its address and caption",
      question: PICTURE,
      message: "meu documento",
      input: {
        type: "image",
        trusted: false,
        media: {
          type: "image",
          id: "m1",
          url: "https://ponte.example.org/files/abc?sig=1",
          mime: "image/jpeg",
          mime_type: "image/jpeg",
          size_bytes: 3,
          sha256: "00",
          file_name: "a.jpg",
          caption: "meu documento",
        },
      },
    },
    {
      label: "a place as Rasa is told of it",
      question: { text: "", content: { type: "location", latitude: -15.8, longitude: -47.9 } },
      message: '/location{"latitude":-15.8,"longitude":-47.9}',
      input: { type: "location", trusted: false, location: { latitude: -15.8, longitude: -47.9 } },
    },
    {
      label: "something that happened outside",
      question: { text: "", content: { type: "trigger", intent: "paid", entities: { n: 1 } } },
      message: '/paid{"n":1}',
      input: { type: "trigger", trusted: false, intent: "paid" },
    },
  ])("$label", async ({ question, message, input }) => {
    bot = await startHttpBot();
    await askBot({ url: bot.url }, question);
    expect(bot.asked).toEqual([expect.objectContaining({ message, input })]);
  });

  test("a person without any identity goes by our own id", async () => {
    bot = await startHttpBot();
    await askBot({ url: bot.url }, { identities: [] });
    expect(bot.asked[0]?.sender).toBe(questionWith().contactId);
  });

  test("a Rasa server takes the same call as it is", async () => {
    const rasa = await startRasa((sender, message) => [{ text: `${sender}: ${message}` }]);
    const answer = await askBot({ url: `${rasa.url}/webhooks/rest/webhook` });
    await rasa.close();
    expect(answer).toMatchObject({ replies: [{ text: `${SENDER}: Quero votar` }] });
    expect(rasa.problems).toEqual([]);
  });
});

describe("how a bot knows that a call is ours", () => {
  test("by the signature over the timestamp and the very bytes, accents and all", async () => {
    bot = await startHttpBot(undefined, { secret: "ségredo" });
    const answer = await askBot({ url: bot.url, secret: "ségredo" }, { text: "olá 🙂" });
    expect(answer).toMatchObject({ outcome: "answered", replies: [{ text: "olá 🙂" }] });
  });

  test.each([
    { label: "another secret", settings: { secret: "other" } },
    { label: "no secret", settings: {} },
  ])("$label is refused, and the backend is not asked again soon", async ({ settings }) => {
    bot = await startHttpBot(undefined, { secret: "word" });
    await expect(askBot({ url: bot.url, ...settings })).rejects.toMatchObject({
      code: "answer_refused",
      failure: { class: "alert" },
    });
  });

  test("the same message keeps its event id, so that a repeated call is known", async () => {
    bot = await startHttpBot();
    await askBot({ url: bot.url });
    await askBot({ url: bot.url });
    const ids = bot.calls.map(({ headers }) => headers["x-bridge-event-id"]);
    expect(ids).toEqual([questionWith().messageId, questionWith().messageId]);
    expect(bot.calls[0]?.headers["x-bridge-timestamp"]).toBe("1795255200");
    expect(bot.calls[0]?.headers).not.toHaveProperty("x-bridge-signature");
  });

  test.each([
    { authorization: "Basic cG9udGU6d29yZA==", sent: "Basic cG9udGU6d29yZA==" },
    { authorization: "key-alone", sent: "Bearer key-alone" },
  ])("by the header $authorization", async ({ authorization, sent }) => {
    bot = await startHttpBot(undefined, { authorization: sent });
    expect(await askBot({ url: bot.url, authorization })).toMatchObject({ outcome: "answered" });
  });
});

describe("what a bot may answer", () => {
  const forty = Array.from({ length: 40 }, (_, index) => ({ title: `Opção ${index + 1}` }));

  test.each<{ label: string; body: unknown; want: object }>([
    {
      label: "a list as Rasa writes it",
      body: [{ recipient_id: SENDER, text: "Qual?", buttons: [{ title: "A", payload: "/a" }] }],
      want: {
        outcome: "answered",
        replies: [{ text: "Qual?", buttons: [{ title: "A", payload: "/a" }] }],
      },
    },
    {
      label: "the envelope with all it knows",
      body: {
        messages: [{ text: "Feito.", buttons: [], image: null, custom: null }],
        confidence: 0.83,
        intent: "segunda_via",
        set_slots: { tipo: "boleto", old: null },
        handoff: true,
        end_session: true,
        hold: true,
      },
      want: {
        outcome: "answered",
        replies: [{ text: "Feito." }],
        confidence: 0.83,
        intent: "segunda_via",
        slots: { tipo: "boleto", old: null },
        handoff: true,
        endSession: true,
        hold: true,
      },
    },
    {
      label: "an envelope full of null",
      body: {
        messages: [{ text: "Oi" }],
        confidence: null,
        intent: null,
        set_slots: null,
        handoff: null,
        end_session: null,
        hold: null,
        silent: null,
      },
      want: { outcome: "answered", replies: [{ text: "Oi" }] },
    },
    {
      label: "yes and no as words",
      body: { messages: [{ text: "Oi" }], confidence: "0.5", handoff: "false", hold: "true" },
      want: { outcome: "answered", replies: [{ text: "Oi" }], confidence: 0.5, hold: true },
    },
    {
      label: "messages that say nothing are skipped",
      body: [{ text: null }, { text: " " }, "x", 7, null, [], { text: "Oi" }],
      want: { outcome: "answered", replies: [{ text: "Oi" }] },
    },
    {
      label: "forty buttons are for the channel to arrange",
      body: [{ text: "Escolha", buttons: forty }],
      want: { outcome: "answered", replies: [{ text: "Escolha", buttons: forty }] },
    },
    {
      label: "a custom part nobody knows is for the channel to note",
      body: [{ custom: { type: "hologram" } }],
      want: { outcome: "answered", replies: [{ custom: { type: "hologram" } }] },
    },
    {
      label: "a handoff without a word",
      body: { messages: [], handoff: true },
      want: { outcome: "answered", replies: [], handoff: true },
    },
    {
      label: "an end without a word",
      body: { end_session: true },
      want: { outcome: "answered", replies: [], endSession: true },
    },
    {
      label: "silence on purpose",
      body: { silent: true, set_slots: { seen: true } },
      want: { outcome: "silent", replies: [], slots: { seen: true } },
    },
    {
      label: "words beside silence are said",
      body: { silent: true, messages: [{ text: "Oi" }] },
      want: { outcome: "answered", replies: [{ text: "Oi" }] },
    },
    { label: "an empty list", body: [], want: { outcome: "no_answer", reason: "empty" } },
    { label: "no body", body: "", want: { outcome: "no_answer", reason: "empty" } },
    { label: "no messages", body: { messages: [] }, want: { outcome: "no_answer" } },
  ])("$label", async ({ body, want }) => {
    const answer = await answerTo(body);
    const { session: _session, ...rest } = answer;
    const isSaid = answer.outcome !== "no_answer";
    expect(rest).toEqual(isSaid ? want : expect.objectContaining({ replies: [], ...want }));
    expect(answer.session).toBe(isSaid ? SENDER : undefined);
  });

  test("204 is no answer", async () => {
    expect(await answerTo(undefined, {}, 204)).toMatchObject({ outcome: "no_answer" });
  });

  test.each([
    { label: "surer than asked for", confidence: 0.6, outcome: "answered" },
    { label: "less sure", confidence: 0.59, outcome: "no_answer" },
    { label: "that says nothing of it", confidence: null, outcome: "answered" },
  ])("an answer $label: $outcome", async ({ confidence, outcome }) => {
    const body = { messages: [{ text: "Talvez" }], confidence, intent: "x" };
    expect(await answerTo(body, { min_confidence: 0.6 })).toMatchObject({
      outcome,
      intent: "x",
      ...(outcome === "no_answer" && { reason: "low_confidence", confidence }),
    });
  });

  test("an unsure bot that hands over is heeded", async () => {
    const body = { messages: [{ text: "Chamo alguém." }], confidence: 0, handoff: true };
    expect(await answerTo(body, { min_confidence: 0.6 })).toMatchObject({
      outcome: "answered",
      handoff: true,
    });
  });

  test.each([
    { label: "by its text", body: [{ text: "desculpe, NAO entendi!" }] },
    { label: "by its mark", body: [{ text: "Hm", custom: { fallback: true } }] },
  ])("a bot that did not understand, $label", async ({ body }) => {
    const settings = { no_answer_texts: ["Desculpe, não entendi"] };
    expect(await answerTo(body, settings)).toEqual({
      outcome: "no_answer",
      replies: [],
      reason: "fallback",
    });
  });
});

describe("what nobody can read", () => {
  test.each<{ label: string; body: unknown; detail: string }>([
    { label: "a web page", body: "\n<html>Login</html>", detail: "a web page" },
    { label: "words", body: "Olá", detail: "not JSON" },
    { label: "half of a list", body: '[{"text":"Oi"', detail: "not JSON" },
    { label: "a number", body: "7", detail: "no list and no envelope" },
    { label: "null", body: "null", detail: "no list and no envelope" },
    { label: "another product's object", body: { text: "Oi" }, detail: "no envelope" },
    { label: "messages that are no list", body: { messages: "Oi" }, detail: "a messages of" },
    { label: "a confidence above 1", body: { confidence: 83 }, detail: "a confidence of" },
    { label: "a handoff that is no yes or no", body: { handoff: {} }, detail: "a handoff of" },
    { label: "slots that are a list", body: { set_slots: ["x"] }, detail: "a set_slots of" },
  ])("$label", async ({ body, detail }) => {
    await expect(answerTo(body)).rejects.toMatchObject({
      code: "answer_unreadable",
      detail: expect.stringContaining(detail),
    });
  });
});
