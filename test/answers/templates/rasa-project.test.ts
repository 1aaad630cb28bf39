import { describe, expect, test } from "@jest/globals";
import type { BackendTools, Question } from "../../../src/answers/backend.ts";
import { templates } from "../../../src/answers/templates/index.ts";
import { questionWith, recordingContext } from "../question.ts";
import { toolsWith } from "../tools.ts";

/** The files of a Rasa project, in its own layout. */
const PROJECT = {
  "bot/config.yml": `
recipe: default.v1
assistant_id: 20261121-bot
language: pt
pipeline:
policies:
`,
  "bot/domain.yml": `
version: "3.1"
intents:
  - greet
  - boleto
  - faq
entities:
  - tipo
  - cidade
  - cpf: { roles: [titular] }
slots:
  tipo: { type: text, influence_conversation: false, initial_value: conta, mappings: [{ type: from_entity, entity: tipo }] }
  cidades: { type: list, mappings: [{ type: from_entity, entity: cidade }] }
  quis_boleto: { type: bool, mappings: [{ type: from_intent, intent: boleto, value: true }] }
  cpf: { type: text }
  nota: { type: text, mappings: [{ type: custom }] }
  contact_name: { type: text, mappings: [{ type: custom }] }
responses:
  utter_greet:
    - text: "Oi, {contact_name}!"
  utter_boleto:
    - text: "Segunda via de {tipo} em {cidades}."
      condition: [{ type: slot, name: quis_boleto, value: true }]
      buttons:
        - { title: "Ver {tipo}", payload: '/boleto{{"tipo":"{tipo}"}}' }
    - text: "nunca"
  utter_mais: [{ text: Algo mais? }]
  utter_faq/ask_hours: [{ text: Das 9 às 18. }]
  utter_faq/ask_place: [{ text: Rua A. }]
  utter_start: [{ text: Bem-vindo. }]
  utter_saldo: [{ text: "Seu saldo é {saldo}." }]
session_config:
  session_expiration_time: 60
  carry_over_slots_to_new_session: true
actions: [action_saldo, utter_mais]
forms: { cadastro_form: { required_slots: [cpf] } }
`,
  "bot/data/nlu.yml": `
version: "3.1"
nlu:
  - intent: greet
    examples: |
      - oi
      - bom dia
  - intent: boleto
    examples:
      - text: segunda via do [boleto](tipo)
        metadata: { sentiment: neutral }
      - text: |
          - quero pagar a [conta de luz]{"entity": "tipo", "value": "luz"}
      - '2a via de [condomínio](tipo:condominio) em [São Paulo][{"entity": "cidade", "role": "de"}]'
  - intent: faq/ask_hours
    examples: |
      - que horas vocês abrem
      - horário de funcionamento
  - intent: faq/ask_place
    examples: |
      - onde fica a loja
  - intent: saldo
    examples: |
      - quanto tenho na carteira
  - intent: inform
    examples: |
      - pode anotar isso aí
  - synonym: boleto
    examples: |
      - fatura
      - carnê
  - regex: cpf
    examples: |
      - \\d{3}\\.?\\d{3}\\.?\\d{3}-?\\d{2}
  - regex: ajuda_feature
    examples: |
      - \\bajuda\\b
  - lookup: cidade
    examples: |
      - Brasília
      - Rio de Janeiro
`,
  "bot/data/rules.yml": `
version: "3.1"
rules:
  - rule: greet
    steps: [{ intent: greet }, { action: utter_greet }, { action: utter_mais }]
  - rule: faq
    steps: [{ intent: faq }, { action: utter_faq }, { action: utter_mais }]
  - rule: saldo
    steps: [{ intent: saldo }, { action: action_saldo }]
  - rule: begin
    steps:
      - or: [{ intent: begin }, { intent: again }]
      - action: utter_start
  - rule: a second one for the same
    steps: [{ intent: begin }, { action: utter_mais }]
  - rule: form
    condition: [{ active_loop: cadastro_form }]
    steps: [{ intent: greet }, { action: utter_start }]
`,
  "bot/data/stories.yml": `
version: "3.1"
stories:
  - story: a
    steps: [{ intent: greet }, { action: utter_greet }]
`,
};

function ask(
  changes: Partial<Question>,
  settings: Record<string, unknown> = {},
  tools: BackendTools = toolsWith(PROJECT),
) {
  const bot = templates.configure({ path: "bot", ...settings }, tools);
  return bot.answer(questionWith(changes), recordingContext());
}

describe("a Rasa project as it is", () => {
  test.each([
    {
      label: "an intent of an example, by its rule",
      text: "Bom dia",
      want: ["Oi, Ana!", "Algo mais?"],
    },
    {
      label: "a retrieval intent, by the rule of its group",
      text: "onde fica a loja?",
      want: ["Rua A.", "Algo mais?"],
    },
    {
      label: "an example among many words",
      text: "me diz o horário de funcionamento",
      want: ["Das 9 às 18.", "Algo mais?"],
    },
    {
      label: "what a rule gives to a custom action is left to Rasa",
      text: "quanto tenho na carteira",
      want: [],
    },
    {
      label: "an intent without a response is left to Rasa",
      text: "pode anotar isso aí",
      want: [],
    },
    { label: "what nobody knows", text: "xyzzy plugh", want: [] },
  ])("$label: '$text'", async ({ text, want }) => {
    const answer = await ask({ text });
    expect(answer.replies.map((reply) => reply.text)).toEqual(want);
  });

  test.each([
    { text: "/begin", want: "utter_start#0" },
    { text: "/again", want: "utter_start#0" },
    { text: "/faq/ask_hours", want: "utter_faq/ask_hours#0, utter_mais#0" },
    { text: "/saldo", want: undefined },
  ])("a tap on $text says $want", async ({ text, want }) => {
    expect((await ask({ text, trusted: true })).template).toBe(want);
  });

  test("what only Rasa can answer is not offered either", async () => {
    const settings = { accept: 1, margin: 1 };
    expect(await ask({ text: "quanto tenho na minha carteira" }, settings)).toMatchObject({
      outcome: "no_answer",
      reason: "low_confidence",
    });
  });

  test("a channel goes by the names it has in Rasa", async () => {
    const files = {
      "bot/a.yml":
        "bridge: { intents: { x: { keywords: [oi] } } }\nresponses: { utter_x: [a, { text: b, channel: twilio }] }\n",
    };
    const settings = { rasa_channels: { whatsapp: ["twilio"] } };
    const said = async (channel: string) =>
      (await ask({ text: "oi", channel }, settings, toolsWith(files))).replies[0]?.text;
    expect(await said("whatsapp")).toBe("b");
    expect(await said("rest")).toBe("a");
  });

  test("mark-up gives values, which fill slots, conditions and texts", async () => {
    const answer = await ask({
      text: "segunda via do boleto em são paulo ou brasilia, CPF 123.456.789-09",
    });
    expect(answer).toMatchObject({
      intent: "boleto",
      slots: {
        tipo: "boleto",
        cidades: ["São Paulo", "Brasília"],
        quis_boleto: true,
        cpf: "123.456.789-09",
      },
      parameters: { tipo: "boleto", cidade: "Brasília", cpf: "123.456.789-09" },
      replies: [
        {
          text: 'Segunda via de boleto em ["São Paulo","Brasília"].',
          buttons: [{ title: "Ver boleto", payload: '/boleto{"tipo":"boleto"}' }],
        },
      ],
    });
    expect(Object.keys(answer.slots ?? {})).not.toContain("nota");
  });

  test.each([
    { label: "a synonym", text: "segunda via da FATURA", tipo: "boleto" },
    { label: "a value of the mark-up", text: "quero pagar a conta de luz", tipo: "luz" },
    { label: "a value in Rasa's old mark-up", text: "2a via de condominio", tipo: "condominio" },
    { label: "nothing named", text: "segunda via do papel", tipo: undefined },
  ])("$label is captured as $tipo", async ({ text, tipo }) => {
    const answer = await ask({ text });
    expect(answer.intent).toBe("boleto");
    expect(answer.parameters?.["tipo"]).toBe(tipo);
  });

  test("an initial value gives way to the conversation's, and that to the message's", async () => {
    const said = async (changes: Partial<Question>) => (await ask(changes)).replies[0]?.text;
    const text = "segunda via";
    expect(await said({ text })).toBe("Segunda via de conta em .");
    expect(await said({ text, slots: { tipo: "gás" } })).toBe("Segunda via de gás em .");
    const tap = { text: '/boleto{"tipo":"luz"}', trusted: true, slots: { tipo: "gás" } };
    expect(await said(tap)).toBe("Segunda via de luz em .");
  });

  test("a slot of a built-in's name holds what the bridge knows until the conversation knows better", async () => {
    const said = async (changes: Partial<Question>) => (await ask(changes)).replies[0]?.text;
    expect(await said({ text: "oi" })).toBe("Oi, Ana!");
    expect(await said({ text: "oi", slots: { contact_name: "Bia" } })).toBe("Oi, Bia!");
    const { contactName: _, ...nameless } = questionWith({ text: "oi" });
    const bot = templates.configure({ path: "bot", missing: "rasa" }, toolsWith(PROJECT));
    const answer = await bot.answer(nameless, recordingContext());
    expect(answer.replies[0]?.text).toBe("Oi, None!");
  });

  test("the entities of a tap fill slots", async () => {
    const answer = await ask({
      text: '/boleto{"tipo":"luz","cidade":["A","B"],"nota":"x"}',
      trusted: true,
    });
    expect(answer.slots).toEqual({ tipo: "luz", cidades: ["A", "B"], quis_boleto: true });
    const several = await ask({ text: '/boleto{"tipo":["luz","gás"]}', trusted: true });
    expect(several.slots).toMatchObject({ tipo: "gás" });
  });

  test("a value cannot add entities to a button's payload", async () => {
    const tipo = 'a","quis_boleto":"no';
    const { replies } = await ask({ text: "segunda via", slots: { tipo } });
    const payload = replies[0]?.buttons?.[0]?.payload ?? "";
    expect(JSON.parse(payload.replace("/boleto", ""))).toEqual({ tipo });
  });

  test("what needs Rasa is told once, by file and line", () => {
    const told: string[] = [];
    const tools = { ...toolsWith(PROJECT), warn: (message: string) => void told.push(message) };
    templates.configure({ path: "bot" }, tools);
    expect(told).toHaveLength(1);
    expect(told[0]?.split("\n")).toEqual([
      "these parts of the template files need Rasa and are left out",
      "bot/domain.yml:36: forms: 1 of them",
      "bot/domain.yml:35: actions: action_saldo",
      "bot/data/stories.yml:3: stories: 1 of them",
      "bot/data/rules.yml:8: rules: a rule runs action_saldo",
      "bot/data/rules.yml:16: rules: a rule has a condition",
      "bot/data/nlu.yml:25: nlu: inform has no response utter_inform",
    ]);
  });
});

describe("values that are missing", () => {
  const files = {
    "bot/a.yml": `
slots: { empty: { type: text } }
bridge: { intents: { x: { keywords: [oi] } } }
responses: { utter_x: ["[{empty}{unknown}]"], utter_y: ["[{empty}]"] }
`,
  };
  const tools = toolsWith(files);
  const say = async (missing: string, intent: string) =>
    (await ask({ text: `/${intent}`, trusted: true }, { missing }, tools)).replies[0]?.text;

  test("leave nothing, or what Rasa leaves, as the settings say", async () => {
    expect(await say("empty", "x")).toBe("[]");
    expect(await say("rasa", "x")).toBe("[{empty}{unknown}]");
    expect(await say("rasa", "y")).toBe("[None]");
  });

  test("or no answer at all, by the name of the slot", async () => {
    await expect(say("error", "y")).rejects.toMatchObject({
      code: "answer_unreadable",
      detail: "a response names empty, which has no value",
    });
  });
});
