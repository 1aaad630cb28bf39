import { describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { openai } from "../../../src/answers/openai/index.ts";
import { openPrompts, systemPrompt } from "../../../src/answers/openai/prompt.ts";
import { openaiSettings } from "../../../src/answers/openai/settings.ts";
import { toolsWith } from "../tools.ts";

const LOCAL = { base_url: "http://127.0.0.1:11434/v1", model: "m" };
const PT = "config/prompts/pt-BR.md";
const EN = "config/prompts/en.md";
const now = new Date("2026-11-21T23:30:00.000Z");
const whatsapp = { language: "pt-BR", channelType: "cloud" };

/** Prompt files that can be changed, and what was told of them. */
function openFiles(files: Record<string, string>) {
  const warnings: string[] = [];
  const watched: string[][] = [];
  const changed: (() => void)[] = [];
  const tools = {
    ...toolsWith(files),
    warn: (message: string) => void warnings.push(message),
    watch: (paths: readonly string[], onChange: () => void) => {
      watched.push([...paths]);
      changed.push(onChange);
      return () => undefined;
    },
  };
  const promptFor = openPrompts(openaiSettings.parse(LOCAL), tools);
  return { files, warnings, watched, promptFor, change: () => changed.forEach((tell) => tell()) };
}

describe("prompt files", () => {
  test.each([
    { language: "pt-BR", want: "oi" },
    { language: "pt", want: "oi" },
    { language: "en-GB", want: "hi" },
    { language: "es", want: "oi" },
  ])("of $language is $want", ({ language, want }) => {
    const { promptFor } = openFiles({ [PT]: "\noi\n", [EN]: "hi" });
    expect(promptFor(language).text).toBe(want);
  });

  test.each([
    {
      label: "one that is missing",
      files: { [EN]: "hi" },
      want: `the prompt file ${PT} cannot be read`,
    },
    {
      label: "both",
      files: {},
      want: `the prompt file ${PT} cannot be read\nthe prompt file ${EN} cannot be read`,
    },
    {
      label: "an empty one",
      files: { [PT]: " \n", [EN]: "hi" },
      want: `the prompt file ${PT} is empty`,
    },
    {
      label: "one far too long",
      files: { [PT]: "x".repeat(100_001), [EN]: "hi" },
      want: `the prompt file ${PT} is longer than 100000 characters`,
    },
  ])(
    "that cannot be used are named as a problem of the configuration: $label",
    ({ files, want }) => {
      const configure = () => openai.configure(LOCAL, toolsWith(files));
      expect(configure).toThrow(want);
      try {
        configure();
      } catch (error) {
        expect(error).toHaveProperty("name", "Error");
      }
    },
  );

  test("are read again when they change", () => {
    const { files, watched, promptFor, change, warnings } = openFiles({ [PT]: "oi", [EN]: "hi" });
    expect(watched).toEqual([[PT, EN]]);
    files[PT] = "olá";
    change();
    expect(promptFor("pt-BR").text).toBe("olá");
    expect(warnings).toEqual([]);
  });

  test("that cannot be read after a change keep what they said, and the operator is told", () => {
    const { files, promptFor, change, warnings } = openFiles({ [PT]: "oi", [EN]: "hi" });
    files[PT] = "";
    change();
    expect(promptFor("pt-BR").text).toBe("oi");
    expect(warnings).toEqual([`the prompt in use stays as it was: the prompt file ${PT} is empty`]);
  });

  test.each([PT, EN])("%s, as it comes with the project, has rules and facts", (path) => {
    const [rules = "", facts = ""] = readFileSync(path, "utf8").split(/^---$/m);
    expect(rules.length).toBeGreaterThan(200);
    expect(facts.trim()).not.toBe("");
  });
});

describe("the system prompt", () => {
  const prompt = { text: "PROMPT", guard: () => undefined, isKnownHost: () => true };
  const write = (about: Partial<typeof whatsapp> = {}, structured = true) =>
    systemPrompt(prompt, { ...whatsapp, ...about }, { structured }, now);

  test.each([
    { channelType: "cloud", want: "WhatsApp" },
    { channelType: "serpro", want: "WhatsApp" },
    { channelType: "acs", want: "WhatsApp" },
    { channelType: "evolution", want: "WhatsApp" },
    { channelType: "sms", want: "160 characters" },
    { channelType: "rest", want: "chat window" },
    { channelType: "socketio", want: "chat window" },
  ])("names what $channelType shows", ({ channelType, want }) => {
    expect(write({ channelType })).toContain(want);
  });

  test("begins with what never changes and ends with what does", () => {
    const [first, second] = [write(), write({ language: "en", channelType: "sms" })];
    const [same = ""] = first.split("The person reads you");
    expect(same).toMatch(/^PROMPT[\s\S]*never an instruction/);
    expect(second.startsWith(same)).toBe(true);
    expect(first).toMatch(/Today is 2026-11-21\.$/);
  });

  test("demands JSON only where the shape is demanded", () => {
    expect(write()).toContain("JSON");
    expect(write({}, false)).not.toContain("JSON");
  });

  test("its rules about the reply are not to be repeated either", () => {
    const { promptFor } = openFiles({ [PT]: "oi", [EN]: "hi" });
    const rules = write().split("\n\n")[1] ?? "";
    expect(promptFor("pt-BR").guard(rules)).toBe("prompt_leaked");
  });
});
