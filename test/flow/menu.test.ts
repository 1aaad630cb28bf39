import { describe, expect, test } from "@jest/globals";
import { findChoice, tapTyped } from "../../src/flow/menu.ts";
import { textMessage } from "../db/scene.ts";
import { defaultSettings, plainChannel } from "./scene.ts";

const MENU = [
  { title: "Concordar", payload: '/votar{"v":1}' },
  { title: "Discordar", payload: '/votar{"v":-1}' },
  { title: "Não sei 🤷", payload: '/votar{"v":0}' },
  { title: "Saúde e educação", payload: "/saude" },
];

describe("a typed answer", () => {
  test.each([
    ["2", 2],
    [" 2 ", 2],
    ["2.", 2],
    ["2)", 2],
    ["(2)", 2],
    ["#2", 2],
    ["2️⃣", 2],
    ["２", 2],
    ["opção 2", 2],
    ["Opcao: 2", 2],
    ["option 2", 2],
    ["n. 2", 2],
    ["nº 2", 2],
    ["Discordar", 2],
    ["DISCORDAR!", 2],
    ["discor", 2],
    ["2. Discordar", 2],
    ["2 - discordar", 2],
    ["nao sei", 3],
    ["Não sei 🤷", 3],
    ["saude e educacao", 4],
    ["saú", 4],
  ])("%j means option %i", (text, number) => {
    expect(findChoice(text, MENU)).toBe(MENU[number - 1]);
  });

  test.each([
    "0",
    "5",
    "99",
    "1000",
    "2,5",
    "2 3",
    "di",
    "dis cordar",
    "quero discordar",
    "",
    "  ",
    "?",
    "x".repeat(5_000),
  ])("%j means none of them", (text) => {
    expect(findChoice(text, MENU)).toBeUndefined();
  });

  test("a beginning that two titles share means neither", () => {
    const menu = [
      { title: "Saúde", payload: "a" },
      { title: "Saúde mental", payload: "b" },
    ];
    expect(findChoice("sau", menu)).toBeUndefined();
    expect(findChoice("saude", menu)?.payload).toBe("a");
    expect(findChoice("saude m", menu)?.payload).toBe("b");
  });

  test("titles that are numbers go before places", () => {
    const menu = ["3", "2", "1"].map((title) => ({ title, payload: `/nota${title}` }));
    expect(findChoice("3", menu)?.payload).toBe("/nota3");
  });

  test("the tenth may be written as one sign", () => {
    const menu = Array.from({ length: 10 }, (_, index) => ({
      title: `T${index}`,
      payload: `${index}`,
    }));
    expect(findChoice("🔟", menu)?.payload).toBe("9");
  });

  test("the same title twice means neither", () => {
    const twice = [
      { title: "Sim", payload: "a" },
      { title: "sim", payload: "b" },
    ];
    expect(findChoice("sim", twice)).toBeUndefined();
  });
});

describe("a message on a channel where nobody can tap", () => {
  const channel = plainChannel({ typedChoices: true });
  const settings = defaultSettings();

  test("becomes a tap", () => {
    expect(tapTyped(textMessage("1", "1"), MENU, channel, settings)).toMatchObject({
      text: '/votar{"v":1}',
      content: { type: "choice", source: "list", title: "Concordar", payload: '/votar{"v":1}' },
    });
  });

  test.each([
    { label: "there is no menu", menu: null, over: channel, text: "1" },
    { label: "people can tap there", menu: MENU, over: plainChannel(), text: "1" },
    { label: "it means none of the options", menu: MENU, over: channel, text: "bom dia" },
    {
      label: "it is a command, whatever the options are called",
      menu: [{ title: "Sair", payload: "/sair" }],
      over: channel,
      text: "sair",
    },
  ])("stays what it is where $label", ({ menu, over, text }) => {
    const message = textMessage("1", text);
    expect(tapTyped(message, menu, over, settings)).toBe(message);
  });

  test("stays what it is where it is no text", () => {
    const media = { ...textMessage("1", "1"), content: { type: "media", media: "image" } } as const;
    expect(tapTyped(media, MENU, channel, settings)).toBe(media);
  });
});
