import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { templates } from "../../../src/answers/templates/index.ts";
import { questionWith, recordingContext } from "../question.ts";
import { toolsWith } from "../tools.ts";

const bot = templates.configure(
  {},
  {
    ...toolsWith(),
    readText: (path) => readFileSync(path, "utf8"),
    listFiles: (folder) =>
      readdirSync(folder)
        .map((name) => `${folder}/${name}`)
        .toSorted(),
  },
);

async function ask(text: string, trusted = false) {
  return bot.answer(questionWith({ text, trusted }), recordingContext());
}

describe("the bot that comes with the bridge", () => {
  test.each([
    { text: "oi", want: "utter_greet#0, utter_start#0" },
    { text: "Oii!!", want: "utter_greet#0, utter_start#0" },
    { text: "Olá, bom dia", want: "utter_greet#0, utter_start#0" },
    { text: "menu", want: "utter_menu#0" },
    { text: "lista", want: "utter_menu#0" },
    { text: "Muito obrigada!", want: "utter_thanks#0" },
    { text: "tchau", want: "utter_goodbye#0" },
    { text: "preciso de ajuda", want: "utter_help#0" },
    { text: "Quem é você?", want: "utter_who_are_you#0" },
    { text: "oi, quero falar com uma pessoa", want: "utter_human#0" },
    { text: "posso falar com o gerente?", want: "utter_human#0" },
    { text: "hi", want: "utter_greet_en#0, utter_start_en#0" },
    { text: "Hello there", want: "utter_greet_en#0, utter_start_en#0" },
    { text: "main menu", want: "utter_menu_en#0" },
    { text: "list", want: "utter_menu_en#0" },
    { text: "thank you so much", want: "utter_thanks_en#0" },
    { text: "bye bye", want: "utter_goodbye_en#0" },
    { text: "help", want: "utter_help_en#0" },
    { text: "What's your name?", want: "utter_who_are_you_en#0" },
    { text: "can I talk to a person", want: "utter_human_en#0" },
    { text: "I want to speak with a manager", want: "utter_human_en#0" },
    { text: "qual é o prazo da segunda via do boleto?", want: undefined },
    { text: "oi, quero saber se o pedido 12 já saiu", want: undefined },
  ])("'$text' is answered by $want", async ({ text, want }) => {
    expect((await ask(text)).template).toBe(want);
  });

  test.each([
    { menu: "oi", wants: ["utter_help#0", "utter_menu#0", "utter_human#0"] },
    { menu: "hi", wants: ["utter_help_en#0", "utter_menu_en#0", "utter_human_en#0"] },
    {
      menu: "menu",
      wants: ["utter_help#0", "utter_who_are_you#0", "utter_human#0", "utter_goodbye#0"],
    },
    {
      menu: "options",
      wants: [
        "utter_help_en#0",
        "utter_who_are_you_en#0",
        "utter_human_en#0",
        "utter_goodbye_en#0",
      ],
    },
  ])(
    "every button of '$menu' leads to an answer in the menu's language",
    async ({ menu, wants }) => {
      const buttons = (await ask(menu)).replies.flatMap((reply) => reply.buttons ?? []);
      const answers = await Promise.all(buttons.map(({ payload }) => ask(payload ?? "", true)));
      expect(answers.map(({ template }) => template)).toEqual(wants);
    },
  );

  test("a greeting offers buttons, the menu a list, and their titles fit WhatsApp as they are", async () => {
    const menus = await Promise.all(["oi", "hi", "menu", "options"].map((text) => ask(text)));
    const buttons = menus.flatMap(({ replies }) => replies.flatMap((reply) => reply.buttons ?? []));
    expect(buttons).toHaveLength(3 + 3 + 4 + 4);
    for (const { title } of buttons) expect(title.length).toBeLessThanOrEqual(20);
  });
});
