import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { defineBackend } from "../../src/answers/backend.ts";
import { FAKE_MODULES, load, refusal } from "./fakes.ts";

const ENV = { RASA_URL: "http://localhost:5005" };

/** A backend that writes recordings down. */
const ears = defineBackend({
  type: "ears",
  variables: [],
  settings: z.strictObject({}),
  create: () => ({
    answer: () => Promise.resolve({ outcome: "silent", replies: [] }),
    transcribe: () => Promise.resolve({ text: "" }),
    timeoutMs: 1,
    secrets: ["ears-secret"],
  }),
});
const MODULES = { ...FAKE_MODULES, backends: [...FAKE_MODULES.backends, ears] };
const withEars = (answers: string) => `backends:\n  ears: {}\nanswers:\n${answers}`;
const problemsOf = (answers: string) =>
  refusal(ENV, withEars(answers), MODULES).problems.map(
    ({ where, detail }) => `${where}: ${detail}`,
  );
const loaded = (answers: string) => load(ENV, withEars(answers), MODULES);

describe("routes", () => {
  test("are read with all they may say", () => {
    const { answers, backends } = loaded(`
  chain: [rasa]
  routes:
    - match:
        channel: rest
        account: 123
        language: [pt, en]
        keyword: [boleto, segunda via]
        pattern: "^protocolo \\\\d+$"
        start_reference: "ad-*"
        hours: out
      chain: [ears, templates]
      budget_ms: 5000
      static_replies: { en: No. }
      hold_ms: 60000
      shadow: rasa
  hours: { time_zone: UTC, open: [{ days: mon-fri, from: "08:00", to: "18:30" }] }`);
    expect(answers.routes).toEqual([
      {
        match: {
          channel: ["rest"],
          account: ["123"],
          language: ["pt", "en"],
          keyword: ["boleto", "segunda via"],
          pattern: "^protocolo \\d+$",
          startReference: ["ad-*"],
          hours: "out",
        },
        chain: ["ears", "templates"],
        budgetMs: 5_000,
        staticReplies: { en: "No." },
        holdMs: 60_000,
        shadow: "rasa",
      },
    ]);
    expect(answers.chain).toEqual(["rasa"]);
    expect(backends.map(({ name, isSpare = false }) => ({ name, isSpare }))).toEqual([
      { name: "rasa", isSpare: false },
      { name: "templates", isSpare: true },
      { name: "ears", isSpare: true },
    ]);
  });

  test("leave a shadow out of a chain that names nobody, and keep who only listens", () => {
    const shadowed = loaded("  shadow: rasa");
    expect(shadowed.answers.chain).toEqual(["templates", "ears"]);
    expect(shadowed.notices).toEqual([]);
    const listening = loaded("  chain: [rasa]\n  transcribe_with: ears");
    expect(listening.backends.map(({ name }) => name)).toEqual(["rasa", "ears"]);
    expect(listening.notices).toEqual(["backend templates is configured but not in answers.chain"]);
  });

  test.each([
    {
      label: "a backend nobody configured",
      answers: "  routes: [{ match: { language: pt }, chain: [rasa, ear] }]",
      want: "config/bridge.yml:4 answers.routes.0.chain.1: is not a configured backend; did you mean ears?",
    },
    {
      label: "a backend twice",
      answers: "  routes: [{ match: { language: pt }, chain: [rasa, rasa] }]",
      want: "config/bridge.yml:4 answers.routes.0.chain.1: stands in the chain already",
    },
    {
      label: "a shadow nobody configured",
      answers: "  routes: [{ match: { language: pt }, chain: [], shadow: nobody }]",
      want: "config/bridge.yml:4 answers.routes.0.shadow: is not a configured backend; configured: rasa, templates, ears",
    },
    {
      label: "a shadow of its own chain",
      answers: "  routes: [{ match: { language: pt }, chain: [rasa], shadow: rasa }]",
      want: "config/bridge.yml:4 answers.routes.0.shadow: stands in the chain itself",
    },
    {
      label: "a shadow of the usual chain",
      answers: "  chain: [rasa, templates, ears]\n  shadow: rasa",
      want: "config/bridge.yml:5 answers.shadow: stands in the chain itself",
    },
    {
      label: "a channel nobody configured",
      answers: "  routes: [{ match: { channel: rst }, chain: [] }]",
      want: "config/bridge.yml:4 answers.routes.0.match.channel: is not a configured channel; did you mean rest?",
    },
    {
      label: "hours where there are none",
      answers: "  routes: [{ match: { hours: out }, chain: [] }]",
      want: "config/bridge.yml:4 answers.routes.0.match.hours: needs answers.hours",
    },
    {
      label: "no condition",
      answers: "  routes: [{ match: {}, chain: [] }]",
      want: "config/bridge.yml:4 answers.routes.0.match: says nothing: every message would go this way",
    },
    {
      label: "a slip in a condition",
      answers: "  routes: [{ match: { chanel: rest, language: pt }, chain: [] }]",
      want: "config/bridge.yml:4 answers.routes.0.match.chanel: unknown setting; did you mean channel?",
    },
    {
      label: "a pattern that could take long",
      answers: '  routes: [{ match: { pattern: "(a+)+" }, chain: [] }]',
      want: "config/bridge.yml:4 answers.routes.0.match.pattern: repeats a group that itself holds a repeat or an alternative",
    },
    {
      label: "a pattern that is none",
      answers: '  routes: [{ match: { pattern: "(" }, chain: [] }]',
      want: "config/bridge.yml:4 answers.routes.0.match.pattern: is no regular expression",
    },
    {
      label: "an ear that is deaf",
      answers: "  transcribe_with: rasa",
      want: "config/bridge.yml:4 answers.transcribe_with: names a backend that does not write recordings down",
    },
    {
      label: "an ear nobody configured",
      answers: "  transcribe_with: ear",
      want: "config/bridge.yml:4 answers.transcribe_with: is not a configured backend; did you mean ears?",
    },
  ])("are refused with $label", ({ answers, want }) => {
    expect(problemsOf(answers)).toEqual([want]);
  });
});

describe("opening hours", () => {
  const hours = (rest: string) => `  hours: { ${rest} }`;
  const open = "open: [{ days: mon, from: 08:00, to: 18:00 }]";

  test("know spans of days, times and holidays", () => {
    const { answers } = loaded(
      hours(
        'time_zone: America/Sao_Paulo, open: [{ days: [fri-mon, wed], from: 22:00, to: "24:00" }], holidays: [2026-12-24, 02-29]',
      ),
    );
    expect(answers.hours).toMatchObject({
      timeZone: "America/Sao_Paulo",
      open: [{ days: [5, 6, 0, 1, 3], from: 1_320, to: 1_440 }],
      holidays: ["2026-12-24", "02-29"],
      botAnswers: true,
    });
    expect(Object.keys(answers.hours?.closedReplies ?? {})).toEqual(["pt-BR", "en", "es"]);
  });

  test.each([
    {
      label: "a time zone that is none",
      rest: `time_zone: Brasilia, ${open}`,
      want: "answers.hours.time_zone: not a time zone such as America/Sao_Paulo",
    },
    {
      label: "a day that is none",
      rest: "time_zone: UTC, open: [{ days: mon-fry, from: 08:00, to: 18:00 }]",
      want: "answers.hours.open.0.days: not a day or span such as mon-fri",
    },
    {
      label: "a time that is none",
      rest: "time_zone: UTC, open: [{ days: mon, from: 8h, to: 18:00 }]",
      want: "answers.hours.open.0.from: not a time such as 08:30",
    },
    {
      label: "an end that is the beginning",
      rest: "time_zone: UTC, open: [{ days: mon, from: 08:00, to: 08:00 }]",
      want: "answers.hours.open.0.to: is the time it begins",
    },
    {
      label: "a date that is none",
      rest: `time_zone: UTC, ${open}, holidays: [2026-02-30]`,
      want: "answers.hours.holidays.0: not a date such as 2026-12-24, or 12-25 for every year",
    },
    {
      label: "no stretch at all",
      rest: "time_zone: UTC, open: []",
      want: "answers.hours.open: must not be empty",
    },
    {
      label: "a slip",
      rest: `timezone: UTC, ${open}`,
      want: "answers.hours.timezone: unknown setting; did you mean time_zone?",
    },
  ])("are refused with $label", ({ rest, want }) => {
    const problems = problemsOf(hours(rest));
    expect(problems).toContainEqual(expect.stringContaining(want));
  });
});

test("secrets of a spare backend are known like any other's", () => {
  const { backends } = loaded("  chain: [rasa]\n  transcribe_with: ears");
  expect(backends.flatMap(({ backend }) => backend.secrets)).toContain("ears-secret");
});
