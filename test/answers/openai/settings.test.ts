import { describe, expect, test } from "@jest/globals";
import { openaiSettings } from "../../../src/answers/openai/settings.ts";
import { BACKEND_MODULES } from "../../../src/answers/index.ts";
import { load, refusal } from "../../config/fakes.ts";
import { toolsWith } from "../tools.ts";
import { PROMPTS } from "./setup.ts";

const KEY = "sk-test-0123456789abcdef";
const OFFICIAL = { api_key: KEY, model: "m" };
const LOCAL = { base_url: "http://127.0.0.1:11434/v1", model: "m" };

const parse = (settings: Record<string, unknown>) => openaiSettings.parse(settings);
const issuesOf = (settings: Record<string, unknown>) =>
  openaiSettings
    .safeParse(settings)
    .error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];

describe("what depends on who answers", () => {
  test("OpenAI itself", () => {
    expect(parse(OFFICIAL)).toMatchObject({
      base_url: "https://api.openai.com/v1",
      api: "responses",
      safety_identifier: true,
      transcription_model: "gpt-4o-mini-transcribe",
      isOfficial: true,
    });
  });

  test("a compatible server", () => {
    expect(parse(LOCAL)).toMatchObject({
      api: "chat",
      safety_identifier: false,
      isOfficial: false,
    });
    expect(parse(LOCAL).transcription_model).toBeUndefined();
  });

  test("what is written wins", () => {
    const off = { api: "chat", safety_identifier: "no", transcription_model: "off" };
    expect(parse({ ...OFFICIAL, ...off })).toMatchObject({ api: "chat", safety_identifier: false });
    expect(parse({ ...OFFICIAL, ...off }).transcription_model).toBeUndefined();
    const on = { api: "responses", transcription_model: "whisper-1" };
    expect(parse({ ...LOCAL, ...on })).toMatchObject(on);
  });
});

describe("addresses", () => {
  test.each([
    { given: "https://api.openai.com/v1/", want: "https://api.openai.com/v1" },
    { given: "https://api.openai.com/v1/chat/completions", want: "https://api.openai.com/v1" },
    { given: "https://api.openai.com/v1/responses/", want: "https://api.openai.com/v1" },
    { given: "http://localhost:11434/v1/models", want: "http://localhost:11434/v1" },
    {
      given: "https://res.openai.azure.com/openai/v1/",
      want: "https://res.openai.azure.com/openai/v1",
    },
  ])("$given is $want", ({ given, want }) => {
    expect(parse({ ...OFFICIAL, base_url: given }).base_url).toBe(want);
  });

  test.each([
    { given: "ftp://example.org/v1" },
    { given: "https://user:secret@example.org/v1" },
    { given: "https://example.org/v1?key=secret" },
    { given: "here" },
  ])("$given is refused, and not repeated", ({ given }) => {
    const issues = issuesOf({ ...OFFICIAL, base_url: given });
    expect(issues).toEqual([expect.stringMatching(/^base_url: /)]);
    expect(issues.join("")).not.toContain("secret");
  });
});

describe("wrong settings", () => {
  test.each([
    {
      label: "no key for OpenAI",
      settings: { model: "m" },
      want: "api_key: is required and not set",
    },
    {
      label: "a key with a line end",
      settings: { ...OFFICIAL, api_key: `${KEY}\n` },
      want: /^api_key: is no key/,
    },
    { label: "no model", settings: { api_key: KEY }, want: /^model: / },
    {
      label: "data left with OpenAI",
      settings: { ...OFFICIAL, send_store: false },
      want: /^send_store: /,
    },
    {
      label: "a payload that is no intent",
      settings: { ...OFFICIAL, button_payloads: ["x"] },
      want: /^button_payloads.0: /,
    },
    {
      label: "no language with a prompt",
      settings: { ...OFFICIAL, prompts: {} },
      want: "prompts: names no language",
    },
    {
      label: "half of the prices",
      settings: { ...OFFICIAL, prices: { input: 1 } },
      want: /^prices.output: /,
    },
    {
      label: "a price below nothing",
      settings: { ...OFFICIAL, prices: { input: -1, output: 1 } },
      want: /^prices.input: /,
    },
    {
      label: "a limit of no tokens",
      settings: { ...OFFICIAL, tokens_per_day: 0 },
      want: /^tokens_per_day: /,
    },
  ])("$label", ({ settings, want }) => {
    expect(issuesOf(settings)).toEqual([
      typeof want === "string" ? want : expect.stringMatching(want),
    ]);
  });
});

describe("variables", () => {
  const modules = { channels: [], backends: BACKEND_MODULES };
  const tools = toolsWith({ ...PROMPTS, "config/templates/a.yml": "responses: { utter_x: [Oi] }" });
  const chainOf = (env: Record<string, string>) =>
    load(env, undefined, modules, tools).answers.chain;

  test.each([
    { label: "key and model", env: { OPENAI_API_KEY: KEY, OPENAI_MODEL: "m" }, on: true },
    {
      label: "model and address of a server without a key",
      env: { OPENAI_MODEL: "m", OPENAI_BASE_URL: "http://localhost:11434/v1" },
      on: true,
    },
    { label: "a model alone", env: { OPENAI_MODEL: "m" }, on: false },
    { label: "nothing", env: {}, on: false },
  ])("$label", ({ env, on }) => {
    expect(chainOf(env)).toEqual(on ? ["templates", "openai"] : ["templates"]);
  });

  test("a key without a model is refused, by the name of the variable", () => {
    const problems = refusal({ OPENAI_API_KEY: KEY }, undefined, {
      channels: [],
      backends: BACKEND_MODULES.filter(({ type }) => type === "openai"),
    }).problems.map(({ where, detail }) => `${where}: ${detail}`);
    expect(problems).toContain("backends.openai.model (OPENAI_MODEL): is required and not set");
    expect(problems.join("")).not.toContain(KEY);
  });

  test("plain http to another machine is refused", () => {
    const env = { OPENAI_MODEL: "m", OPENAI_BASE_URL: "http://models.example.org/v1" };
    expect(() => load(env, undefined, modules, tools)).toThrow("plain http to another machine");
    expect(chainOf({ ...env, PONTE_ALLOW_INSECURE: "true" })).toContain("openai");
  });
});
