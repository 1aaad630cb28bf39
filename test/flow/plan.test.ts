import { describe, expect, test } from "@jest/globals";
import { type Plan, planTurn, type PlanSettings, textFor } from "../../src/flow/plan.ts";
import type { Content, InboundMessage } from "../../src/messages.ts";
import { textMessage } from "../db/scene.ts";
import { defaultSettings } from "./scene.ts";

const { answers, commands } = defaultSettings();
const settings: PlanSettings = { answers, commands };
const usual = { optedOut: false, paused: false, hinted: false, language: null };

const message = (text: string, content: Content = { type: "text" }): InboundMessage => ({
  ...textMessage("wamid.1", text),
  content,
});
const tapped = (payload: string) =>
  message(payload, { type: "choice", source: "button", payload, title: "Parar" });
const fromWeb = (text: string): InboundMessage => ({
  ...message(text),
  identities: [{ kind: "sender", value: "ana" }],
});
const ask = (text: string): Plan => ({ kind: "ask", text, trusted: false });
const silent = (why: string): Plan => ({ kind: "silent", why });

const CONTENTS: readonly { content: Content; want: Plan }[] = [
  { content: { type: "text" }, want: ask("x") },
  {
    content: { type: "choice", source: "list", payload: "x", title: "X" },
    want: { kind: "ask", text: "x", trusted: true },
  },
  { content: { type: "media", media: "image" }, want: ask("x") },
  { content: { type: "location", latitude: -15.8, longitude: -47.9 }, want: ask("x") },
  { content: { type: "contacts", cards: [], requested: false }, want: ask("x") },
  { content: { type: "form", answers: {} }, want: ask("x") },
  { content: { type: "order", items: [] }, want: ask("x") },
  { content: { type: "reaction", emoji: "👍", to: "wamid.0" }, want: silent("reaction") },
  { content: { type: "edit", original: "wamid.0" }, want: silent("edit") },
  { content: { type: "revoke", original: "wamid.0" }, want: silent("revoke") },
  { content: { type: "call_permission", response: "accept" }, want: silent("call_permission") },
  {
    content: { type: "unsupported", providerType: "poll" },
    want: {
      kind: "say",
      text: "Ainda não sei ler esse tipo de mensagem. Pode escrever em texto?",
      why: "unsupported",
    },
  },
];

test.each(CONTENTS)("what is done with content of type $content.type", ({ content, want }) => {
  expect(planTurn(message("x", content), usual, settings)).toEqual(want);
});

test.each(["reaction", "edit", "revoke"] as const)(
  "a %s is never a command, whatever text it has",
  (type) => {
    const content = { type, original: "wamid.0", to: "wamid.0" };
    expect(planTurn(message("sair", content), usual, settings)).toEqual(silent(type));
  },
);

const STOPPED = "Pronto: você não vai mais receber mensagens nossas. Para voltar, envie VOLTAR.";
const RESUMED = "Que bom ter você de volta! Para sair de novo, envie SAIR.";
const HINT = "Você saiu desta conversa. Para voltar, envie VOLTAR.";
const stop = { kind: "say", text: STOPPED, why: "stop", command: { name: "stop" }, consent: "out" };

describe("commands and standing", () => {
  const out = { ...usual, optedOut: true };
  const paused = { ...usual, paused: true };
  const start42 = { name: "start", reference: "42" };
  const forwarded = { kind: "ask", text: "/start 42", trusted: true, command: start42 };

  test.each([
    { label: "a stop is confirmed", given: message("sair"), standing: usual, want: stop },
    { label: "a stop again is confirmed again", given: message("sair"), standing: out, want: stop },
    { label: "a stop works while paused", given: message("sair"), standing: paused, want: stop },
    { label: "our stop button works", given: tapped("cmd:stop"), standing: usual, want: stop },
    {
      label: "a bot's button whose payload is a keyword is the bot's",
      given: tapped("parar"),
      standing: usual,
      want: { kind: "ask", text: "parar", trusted: true },
    },
    {
      label: "a tapped payload with a slash is the bot's, and trusted",
      given: tapped("/stop"),
      standing: usual,
      want: { kind: "ask", text: "/stop", trusted: true },
    },
    {
      label: "a web client's payload is trusted",
      given: fromWeb("/vote{}"),
      standing: usual,
      want: { kind: "ask", text: "/vote{}", trusted: true },
    },
    {
      label: "a typed intent is not trusted",
      given: message("/vote{}"),
      standing: usual,
      want: ask("/vote{}"),
    },
    {
      label: "a caption can be a command",
      given: message("sair", { type: "media", media: "image" }),
      standing: usual,
      want: stop,
    },
    {
      label: "a start is forwarded and trusted",
      given: message("/start 42"),
      standing: usual,
      want: forwarded,
    },
    {
      label: "a start brings back somebody who left",
      given: message("/start 42"),
      standing: out,
      want: { ...forwarded, consent: "in" },
    },
    {
      label: "a return is confirmed",
      given: message("VOLTAR"),
      standing: out,
      want: {
        kind: "say",
        text: RESUMED,
        why: "resume",
        command: { name: "resume" },
        consent: "in",
      },
    },
    {
      label: "a return of somebody who never left is a word for the bot",
      given: message("voltar"),
      standing: usual,
      want: ask("voltar"),
    },
    {
      label: "a restart is forwarded",
      given: message("/restart"),
      standing: usual,
      want: { kind: "ask", text: "/restart", trusted: true, command: { name: "restart" } },
    },
    {
      label: "a restart does not bring back somebody who left",
      given: message("/restart"),
      standing: out,
      want: { kind: "say", text: HINT, why: "opted_out_hint" },
    },
    {
      label: "a restart is not for the bot while paused",
      given: message("/restart"),
      standing: paused,
      want: silent("paused"),
    },
    {
      label: "help without a text is left to the backend",
      given: message("ajuda"),
      standing: usual,
      want: { kind: "ask", text: "/help", trusted: true, command: { name: "help" } },
    },
    {
      label: "help without a text is not for the bot while paused",
      given: message("ajuda"),
      standing: paused,
      want: silent("paused"),
    },
    {
      label: "help without a text asks nobody for somebody who left",
      given: message("ajuda"),
      standing: { ...out, hinted: true },
      want: silent("opted_out"),
    },
    {
      label: "somebody who left is told how to come back",
      given: message("oi"),
      standing: out,
      want: { kind: "say", text: HINT, why: "opted_out_hint" },
    },
    {
      label: "and is told only once",
      given: message("oi"),
      standing: { ...out, hinted: true },
      want: silent("opted_out"),
    },
    {
      label: "leaving counts more than a pause",
      given: message("oi"),
      standing: { ...out, hinted: true, paused: true },
      want: silent("opted_out"),
    },
    { label: "a pause is silent", given: message("oi"), standing: paused, want: silent("paused") },
    {
      label: "what cannot be read is left to the person who has taken over",
      given: message("", { type: "unsupported", providerType: "poll" }),
      standing: paused,
      want: silent("paused"),
    },
    {
      label: "what cannot be read gets no word from somebody who left",
      given: message("", { type: "unsupported", providerType: "poll" }),
      standing: { ...out, hinted: true },
      want: silent("opted_out"),
    },
  ])("$label", ({ given, standing, want }) => {
    expect(planTurn(given, standing, settings)).toEqual(want);
  });

  test.each([{ standing: usual }, { standing: out }, { standing: paused }])(
    "configured help is said to everybody: $standing",
    ({ standing }) => {
      const own = { answers, commands: { ...commands, helpTexts: { en: "Call 156." } } };
      const want = { kind: "say", text: "Call 156.", why: "help", command: { name: "help" } };
      expect(planTurn(message("/help"), standing, own)).toEqual(want);
    },
  );

  test("what cannot be read is met with silence where replies to it are off", () => {
    const own: PlanSettings = { commands, answers: { ...answers, unsupportedReplies: "off" } };
    const unreadable = message("", { type: "unsupported", providerType: "poll" });
    expect(planTurn(unreadable, usual, own)).toEqual(silent("unsupported"));
  });
});

describe("languages", () => {
  const texts = { "pt-BR": "sim", en: "yes" };
  test.each([
    { label: "the same tag", language: "en", fallback: "pt-BR", want: "yes" },
    { label: "another region of the language", language: "pt-PT", fallback: "en", want: "sim" },
    { label: "another case", language: "PT-br", fallback: "en", want: "sim" },
    { label: "the default language", language: "fr", fallback: "en", want: "yes" },
    { label: "the first text where neither is known", language: "fr", fallback: "de", want: "sim" },
  ])("$label", ({ language, fallback, want }) => {
    expect(textFor(texts, language, fallback)).toBe(want);
  });

  test("there is no text where there are none", () => {
    expect(textFor({}, "en", "pt-BR")).toBeUndefined();
  });

  test("a conversation's own language decides", () => {
    const plan = planTurn(message("stop"), { ...usual, language: "en-US" }, settings);
    expect(plan).toMatchObject({ text: commands.stoppedTexts["en"], consent: "out" });
  });

  test("a stop counts even where no text has the person's language or the default one", () => {
    const own = { commands, answers: { ...answers, language: "fr" } };
    expect(planTurn(message("sair"), usual, own)).toEqual(stop);
  });
});
