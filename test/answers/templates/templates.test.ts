import { describe, expect, test } from "@jest/globals";
import type { Question } from "../../../src/answers/backend.ts";
import { templates } from "../../../src/answers/templates/index.ts";
import { questionWith, recordingContext } from "../question.ts";
import { toolsWith } from "../tools.ts";

const FILES = {
  "config/templates/a-pt.yml": `
bridge:
  language: pt-BR
  intents:
    greet: { keywords: [oi, menu], max_words: 3 }
    human: { keywords: [falar com alguém, alguém aí], responses: [utter_human, utter_hours] }
    loud: { patterns: ['oi!+'], responses: [utter_human] }
    protocol: { patterns: ['protocolo (?<number>\\d{4})'] }
responses:
  utter_greet: ["Oi, {contact_name}!", "Olá!"]
  utter_human: [Um momento.]
  utter_hours: [Atendemos de 9 a 18.]
  utter_protocol: ["Protocolo {number}."]
  utter_inform: ["Tipo {tipo}."]
  utter_vip: [{ text: VIP, condition: [{ type: slot, name: vip, value: true }] }]
`,
  "config/templates/b-en.yml": `
bridge:
  language: en
  intents:
    greet: { keywords: [hi, menu], responses: [utter_greet_en] }
responses:
  utter_greet_en: [Hi!]
`,
  "config/templates/notes.txt": "no template file",
};

function ask(changes: Partial<Question>, settings: Record<string, unknown> = {}, random = 0) {
  const tools = { ...toolsWith(FILES), random: () => random };
  return templates.configure(settings, tools).answer(questionWith(changes), recordingContext());
}

describe("the templates backend", () => {
  test("an answer names its intent, confidence, template and parameters", async () => {
    expect(await ask({ text: "Oi!" })).toEqual({
      outcome: "answered",
      replies: [{ text: "Oi, Ana!" }],
      intent: "greet",
      confidence: 1,
      template: "utter_greet#0",
      parameters: {},
    });
  });

  test.each([
    { label: "a keyword among other words", text: "oi, Bia", want: "Oi, Ana!", confidence: 0.9 },
    {
      label: "an exact match beats a longer pattern",
      text: "oi!!!",
      want: "Oi, Ana!",
      confidence: 1,
    },
    { label: "a keyword within another word is none", text: "coisa" },
    { label: "too many words for a greeting", text: "oi, onde está o pedido?" },
    {
      label: "the longer keyword knows better",
      text: "oi, alguem ai?",
      want: "Um momento.",
      confidence: 0.9,
    },
    {
      label: "a pattern captures parameters",
      text: "Meu PROTOCOLO 1234, por favor",
      want: "Protocolo 1234.",
      confidence: 0.9,
    },
    { label: "the language of the words decides", text: "hi", want: "Hi!", confidence: 1 },
    { label: "the conversation's decides a tie", text: "menu", want: "Oi, Ana!", confidence: 1 },
    { label: "in English too", text: "menu", language: "en-GB", want: "Hi!", confidence: 1 },
    {
      label: "words beat the conversation's",
      text: "oi",
      language: "en",
      want: "Oi, Ana!",
      confidence: 1,
    },
    {
      label: "another language takes the first",
      text: "menu",
      language: "es",
      want: "Oi, Ana!",
      confidence: 1,
    },
    { label: "nothing written", text: "" },
    { label: "nothing but punctuation", text: "?!" },
  ])("$label: '$text'", async ({ text, language = "pt-BR", want, confidence }) => {
    const answer = await ask({ text, language });
    expect(answer.outcome).toBe(want === undefined ? "no_answer" : "answered");
    expect(answer.replies[0]?.text).toBe(want);
    expect(answer.confidence).toBe(confidence);
  });

  test.each([
    { label: "by its name", intent: "greet", entities: {}, want: "Oi, Ana!" },
    {
      label: "with entities",
      intent: "inform",
      entities: { tipo: "boleto" },
      want: "Tipo boleto.",
    },
    { label: "never by its words", intent: "oi", entities: {}, want: undefined },
    { label: "nor by what seems to be more", intent: "greet{}", entities: {}, want: undefined },
  ])("a trigger is answered $label: $intent", async ({ intent, entities, want }) => {
    const answer = await ask({ text: "", content: { type: "trigger", intent, entities } });
    expect(answer.outcome).toBe(want === undefined ? "no_answer" : "answered");
    expect(answer.replies[0]?.text).toBe(want);
  });

  test.each([
    { label: "an intent", text: "/greet", want: "Oi, Ana!" },
    { label: "an intent with a confidence", text: "/greet@0.9{}", want: "Oi, Ana!" },
    { label: "in the language it asks for", text: '/greet{"language":"en"}', want: "Hi!" },
    {
      label: "an intent without words of its own",
      text: '/inform{"tipo":"boleto"}',
      want: "Tipo boleto.",
    },
    { label: "a parameter decides a condition", text: '/vip{"vip":true}', want: "VIP" },
    { label: "no variation fits", text: "/vip" },
    { label: "an unknown intent", text: "/unknown" },
    { label: "entities that are no JSON", text: "/inform{tipo}" },
    { label: "entities that are no object", text: "/inform[1]" },
    { label: "the name of an object's own method", text: "/constructor" },
  ])("a tap on $label: $text", async ({ text, want }) => {
    const answer = await ask({ text, trusted: true });
    expect(answer.outcome).toBe(want === undefined ? "no_answer" : "answered");
    expect(answer.replies[0]?.text).toBe(want);
  });

  test("the text beside a trigger is not read", async () => {
    const content = { type: "trigger", intent: "unknown", entities: {} } as const;
    expect(await ask({ text: "oi", content })).toMatchObject({ outcome: "no_answer" });
  });

  test("the parameters of a tap are kept for the log", async () => {
    const answer = await ask({ text: '/inform{"tipo":"boleto"}', trusted: true });
    expect(answer).toMatchObject({
      intent: "inform",
      confidence: 1,
      template: "utter_inform#0",
      parameters: { tipo: "boleto" },
    });
  });

  test("a person cannot name an intent by typing it", async () => {
    expect(await ask({ text: '/inform{"tipo":"x"}' })).toEqual({
      outcome: "no_answer",
      replies: [],
      reason: "no_match",
    });
    expect(await ask({ text: "/menu" })).toMatchObject({ intent: "greet" });
  });

  test("an intent may have several responses", async () => {
    const answer = await ask({ text: "falar com alguém" });
    expect(answer.replies).toEqual([{ text: "Um momento." }, { text: "Atendemos de 9 a 18." }]);
    expect(answer.template).toBe("utter_human#0, utter_hours#0");
  });

  test("chance chooses the variation, unless the first is asked for", async () => {
    expect(await ask({ text: "oi" }, {}, 0.9)).toMatchObject({ template: "utter_greet#1" });
    expect(await ask({ text: "oi" }, { selection: "first" }, 0.9)).toMatchObject({
      template: "utter_greet#0",
    });
  });

  test("a match below the accepted confidence is offered, or no answer where that is off", async () => {
    const offered = await ask({ text: "oi, Bia" }, { accept: "0.95" });
    expect(offered).toMatchObject({
      outcome: "answered",
      template: "suggest",
      confidence: 0.9,
      replies: [{ buttons: [{ payload: expect.stringMatching(/^\/greet/) }] }],
    });
    expect(offered.intent).toBeUndefined();
    const low = { accept: 0.3, suggest: 0.99, margin: 0.95 };
    expect(await ask({ text: "oi, Bia" }, low)).toMatchObject({ template: "suggest" });
    expect(await ask({ text: "oi, Bia" }, { accept: "0.95", suggest: "off" })).toMatchObject({
      outcome: "no_answer",
    });
    expect(await ask({ text: "oi" }, { accept: "0.95" })).toMatchObject({ outcome: "answered" });
  });

  test("the offered buttons lead to the intents they name", async () => {
    const { replies } = await ask({ text: "oi, Bia" }, { accept: "0.95" });
    const payload = replies[0]?.buttons?.[0]?.payload ?? "";
    expect(await ask({ text: payload, trusted: true })).toMatchObject({ intent: "greet" });
  });

  test("variations go round where that is asked for", async () => {
    const bot = templates.configure({ selection: "round_robin" }, toolsWith(FILES));
    const say = () => bot.answer(questionWith({ text: "oi" }), recordingContext());
    const said = [await say(), await say(), await say()].map(({ template }) => template);
    expect(said).toEqual(["utter_greet#0", "utter_greet#1", "utter_greet#0"]);
  });

  test.each([
    {
      label: "a sure word of another language",
      text: "hi",
      language: "pt-BR",
      want: "en",
    },
    { label: "the conversation's own language", text: "oi", language: "pt-BR" },
    { label: "another region of it", text: "oi", language: "pt-PT" },
    { label: "a word that two languages share", text: "menu", language: "es" },
    {
      label: "a tap that names its language",
      text: '/greet{"language":"en"}',
      trusted: true,
      want: "en",
    },
    { label: "a tap that names none", text: "/greet", language: "es", trusted: true },
  ])(
    "$label: '$text' in $language gives the language $want",
    async ({ text, language = "pt-BR", trusted = false, want }) => {
      const answer = await ask({ text, language, trusted });
      expect(answer.outcome).toBe("answered");
      expect(answer.language).toBe(want);
    },
  );

  test("named files are read instead of the folder", async () => {
    const files = "config/templates/b-en.yml";
    expect(await ask({ text: "menu" }, { files })).toMatchObject({ replies: [{ text: "Hi!" }] });
    expect(await ask({ text: "oi" }, { files })).toMatchObject({ outcome: "no_answer" });
  });

  test("a folder without template files is refused", () => {
    expect(() => templates.configure({ path: "empty" }, toolsWith(FILES))).toThrow(
      "there are no template files in empty",
    );
  });
});
