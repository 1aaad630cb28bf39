import { describe, expect, test } from "@jest/globals";
import { commandSettings } from "../../src/config/command-settings.ts";
import { forwardText, parseCommand } from "../../src/flow/commands.ts";

const settings = commandSettings.parse({});
const start42 = { name: "start", reference: "42" } as const;

describe("a typed text", () => {
  test.each([
    { label: "a start", text: "/start", want: { name: "start" } },
    { label: "a start with a reference", text: "/start 42", want: start42 },
    { label: "a doubly encoded space", text: "/start%2042", want: start42 },
    { label: "a hyphen for a space", text: "/start-42", want: start42 },
    { label: "a bot's name", text: "/start@ponte_bot 42", want: start42 },
    { label: "words after the reference", text: "/start 42 olá", want: start42 },
    { label: "full-width digits", text: "/start ４２", want: start42 },
    { label: "a full-width slash", text: "／start 42", want: start42 },
    { label: "a trailing newline", text: "/start 42\n", want: start42 },
    { label: "a newline and no-break spaces inside", text: " /start\n\u00A0 42 ", want: start42 },
    { label: "capitals", text: "/START 42", want: start42 },
    { label: "Portuguese", text: "/iniciar 42", want: start42 },
    { label: "a cedilla", text: "/Começar 42", want: start42 },
    { label: "a cedilla of two code points", text: "/comec\u0327ar 42", want: start42 },
    { label: "no slash", text: "start 42", want: start42 },
    { label: "no slash, with a hyphen", text: "Começar-42", want: start42 },
    {
      label: "a reference of 64 characters",
      text: `/start ${"a".repeat(64)}`,
      want: { name: "start", reference: "a".repeat(64) },
    },
    {
      label: "letters, digits, hyphen and underscore",
      text: "/start Ab_9-z",
      want: { name: "start", reference: "Ab_9-z" },
    },
    {
      label: "a reference of 65 characters is none",
      text: `/start ${"a".repeat(65)}`,
      want: { name: "start" },
    },
    { label: "a reference with a quote is none", text: '/start 4"2', want: { name: "start" } },
    { label: "a reference with a brace is none", text: "/start {42}", want: { name: "start" } },
    { label: "a reference with a slash is none", text: "/start ../42", want: { name: "start" } },
    {
      label: "a reference with an accent is none",
      text: "/start opinião",
      want: { name: "start" },
    },
    { label: "a Cyrillic reference is none", text: "/start с42", want: { name: "start" } },
    { label: "a reference with a NUL is none", text: "/start 4\u00002", want: { name: "start" } },
    {
      label: "a start before a very long text",
      text: `/start 42 ${"olá ".repeat(20_000)}`,
      want: start42,
    },
    { label: "a restart", text: "/restart", want: { name: "restart" } },
    { label: "a restart takes no reference", text: "/reiniciar 42", want: { name: "restart" } },
    { label: "a stop with a slash", text: "/stop", want: { name: "stop" } },
    { label: "a stop in capitals with a full stop", text: "Sair.", want: { name: "stop" } },
    { label: "a stop in quotes and spaces", text: " “PARAR” !! ", want: { name: "stop" } },
    { label: "a stop with an emoji", text: "sair ❤️", want: { name: "stop" } },
    { label: "a stop with an accent too many", text: "saír", want: { name: "stop" } },
    { label: "a return", text: "voltar", want: { name: "resume" } },
    { label: "a start alone without a slash is a return", text: "START", want: { name: "resume" } },
    { label: "help", text: "Ajuda?", want: { name: "help" } },
  ])("$label", ({ text, want }) => {
    expect(parseCommand(text, "typed", settings)).toEqual(want);
  });

  test.each([
    { label: "a sentence with a keyword", text: "quero sair do grupo" },
    { label: "a keyword and one more word", text: "sair agora" },
    { label: "start before a word without a number", text: "start now" },
    { label: "start before two words", text: "start 42 please" },
    { label: "start before a hostile reference", text: 'start 4"2' },
    { label: "cancelar, which people type inside forms", text: "cancelar" },
    { label: "an unknown command", text: "/vote 42" },
    { label: "a word that begins like a command", text: "/started 42" },
    { label: "a Rasa intent with entities", text: '/start{"conversation_id":"42"}' },
    { label: "our button's id, typed", text: "cmd:stop" },
    { label: "a slash alone", text: "/" },
    { label: "punctuation alone", text: "?!" },
    { label: "nothing", text: "" },
    { label: "a keyword and two hundred signs", text: `sair${"!".repeat(200)}` },
  ])("$label is no command", ({ text }) => {
    expect(parseCommand(text, "typed", settings)).toBeUndefined();
  });

  test.each([
    { label: "signs inside a word", text: `a${"!".repeat(200_000)}a` },
    { label: "hyphens before words", text: `a${"-".repeat(200_000)} b c` },
    { label: "hyphens after a bot's name", text: `/a@${"-".repeat(200_000)}!` },
    { label: "letters", text: "a".repeat(200_000) },
  ])("a very long text does not hang the process: $label", ({ text }) => {
    const started = performance.now();
    expect(parseCommand(text, "typed", settings)).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test("the configured words replace those of their language and keep the others", () => {
    const own = commandSettings.parse({ keywords: { stop: { "pt-BR": ["chega"] } } });
    const names = ["chega", "sair", "stop"].map((text) => parseCommand(text, "typed", own)?.name);
    expect(names).toEqual(["stop", undefined, "stop"]);
  });
});

test.each([
  { label: "our own id is a command", text: "cmd:stop", want: { name: "stop" } },
  { label: "every command has an id", text: "cmd:help", want: { name: "help" } },
  { label: "a bot's button Parar is not", text: "parar", want: undefined },
  { label: "a bot's payload /start is not", text: "/start 42", want: undefined },
  { label: "an id of ours that does not exist is not", text: "cmd:delete", want: undefined },
  { label: "an id in another spelling is not", text: "CMD:stop", want: undefined },
])("a tapped button: $label", ({ text, want }) => {
  expect(parseCommand(text, "tapped", settings)).toEqual(want);
});

test.each([
  { label: "a start as it is", command: start42, given: {}, want: "/start 42" },
  {
    label: "a start as an intent",
    command: start42,
    given: { startForward: "intent" },
    want: '/start{"conversation_id":"42"}',
  },
  { label: "a start without a reference", command: { name: "start" }, given: {}, want: "/start" },
  {
    label: "a start without a reference where there is a greeting",
    command: { name: "start" },
    given: { greeting: "/greet" },
    want: "/greet",
  },
  {
    label: "a start with a reference, greeting or not",
    command: start42,
    given: { greeting: "/greet" },
    want: "/start 42",
  },
  { label: "a restart", command: { name: "restart" }, given: {}, want: "/restart" },
  { label: "help", command: { name: "help" }, given: {}, want: "/help" },
  { label: "nothing of a stop", command: { name: "stop" }, given: {}, want: undefined },
  { label: "nothing of a return", command: { name: "resume" }, given: {}, want: undefined },
] as const)("the backend is told: $label", ({ command, given, want }) => {
  expect(forwardText(command, commandSettings.parse(given))).toBe(want);
});

describe("start patterns", () => {
  const friendly = commandSettings.parse({
    startPatterns: ["^participar (?<ref>.+)$", "\\((?<ref>[^)]*)\\)$"],
  });

  test.each([
    { label: "a sentence with a reference", text: "Olá! (42)\n", want: start42 },
    { label: "full-width characters", text: "Olá！ （４２）", want: start42 },
    {
      label: "the next pattern where one finds no reference",
      text: "participar é (42)",
      want: start42,
    },
    { label: "an accent in the reference", text: "participar opinião", want: undefined },
    { label: "a quote in the reference", text: 'Olá! (4"2)', want: undefined },
    { label: "an empty reference", text: "Olá! ()", want: undefined },
    { label: "a long text", text: `${"a".repeat(200)} (42)`, want: undefined },
  ])("$label", ({ text, want }) => {
    expect(parseCommand(text, "typed", friendly)).toEqual(want);
  });

  test("a tapped button is none", () => {
    expect(parseCommand("Olá! (42)", "tapped", friendly)).toBeUndefined();
  });
});

test.each([
  { text: "salir", want: "stop" },
  { text: "Darme de BAJA.", want: "stop" },
  { text: "baja", want: undefined },
  { text: "Volver", want: "resume" },
  { text: "¡ayuda!", want: "help" },
  { text: "/empezar", want: "start" },
  { text: "Parar promoções.", want: "stop_marketing" },
  { text: "stop promotions", want: "stop_marketing" },
  { text: "/bot", want: "bot" },
  { text: "bot", want: undefined },
  { text: "atendente", want: undefined },
  { text: "la prioridad es baja", want: undefined },
])("$text is the command $want", ({ text, want }) => {
  expect(parseCommand(text, "typed", settings)?.name).toBe(want);
});
