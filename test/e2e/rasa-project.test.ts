import { afterEach, describe, expect, test } from "@jest/globals";
import type { Line } from "./lines/line.ts";
import { restLine, smsLine, socketLine } from "./lines/others.ts";
import { hear, openScene, type Scene } from "./lines/scene.ts";
import { acsLine, cloudLine, evolutionLine, serproLine } from "./lines/whatsapp.ts";

/** A Rasa project as `rasa init` lays it out: nothing in it knows of the bridge. */
const PROJECT = {
  "domain.yml": `version: "3.1"
intents:
  - saudar
  - segunda_via
  - faq
entities:
  - documento
slots:
  documento:
    type: text
    mappings:
      - type: from_entity
        entity: documento
responses:
  utter_saudar:
    - text: Olá! O que você precisa?
      buttons:
        - title: Segunda via
          payload: /segunda_via{{"documento":"boleto"}}
        - title: Horário
          payload: /faq
  utter_segunda_via:
    - text: Segue a segunda via do {documento}.
  utter_faq:
    - text: Abrimos de segunda a sexta, das 8h às 17h.
session_config:
  session_expiration_time: 60
  carry_over_slots_to_new_session: true
`,
  "data/nlu.yml": `version: "3.1"
nlu:
  - intent: saudar
    examples: |
      - oi
      - bom dia
      - olá, tudo bem?
  - intent: segunda_via
    examples: |
      - quero a segunda via do [boleto](documento)
      - preciso da segunda via da conta
      - perdi meu [boleto](documento)
  - intent: faq
    examples: |
      - qual o horário de atendimento?
      - que horas vocês abrem?
      - estão abertos hoje?
`,
  "data/rules.yml": `version: "3.1"
rules:
  - rule: responde ao horário
    steps:
      - intent: faq
      - action: utter_faq
`,
};

const LINES: readonly { label: string; open: () => Promise<Line> }[] = [
  { label: "the Cloud API", open: cloudLine },
  { label: "Serpro", open: serproLine },
  { label: "ACS", open: () => acsLine("eventgrid") },
  { label: "SMS", open: smsLine },
  { label: "Evolution 2", open: () => evolutionLine("v2") },
  { label: "REST", open: restLine },
  { label: "Socket.IO", open: socketLine },
];

let scene: Scene | undefined;
afterEach(async () => {
  await scene?.close();
  scene = undefined;
});

describe.each(LINES)("a Rasa project's files over $label", ({ open }) => {
  test("answer what is typed, mistyped and tapped, without Rasa", async () => {
    scene = await openScene({ open, bot: () => [], files: PROJECT });
    const { line, rasa, rows } = scene;
    await line.say("Bom dia!!");
    await hear(scene, "O que você precisa?", "Segunda via");
    await line.choose({
      number: 1,
      title: "Segunda via",
      payload: '/segunda_via{"documento":"boleto"}',
    });
    await hear(scene, "O que você precisa?", "Segue a segunda via do boleto.");
    await line.say("q horas vcs abrem??");
    await hear(scene, "Segue a segunda via do boleto.", "Abrimos de segunda a sexta");

    const interactions = (await rows(`/interactions?channel=${line.channel}`)).toReversed();
    expect(interactions).toMatchObject(
      ["saudar", "segunda_via", "faq"].map((intent) => ({
        intent_detected: intent,
        template_used: `utter_${intent}#0`,
        backend: "templates",
        success: true,
      })),
    );
    expect(rasa.turns).toEqual([]);
  });
});
