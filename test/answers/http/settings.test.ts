import { describe, expect, test } from "@jest/globals";
import { httpBotSettings, secretsOf } from "../../../src/answers/http/settings.ts";

const URL_SETTING = { url: "https://bot.example.org/hook" };

describe("the settings of an HTTP bot", () => {
  test("only the URL is needed", () => {
    expect(httpBotSettings.parse(URL_SETTING)).toEqual({
      ...URL_SETTING,
      preset: "ponte",
      timeout_ms: 20_000,
      history: 10,
      min_confidence: 0,
      no_answer_texts: [],
      inputs: {},
    });
  });

  test.each([
    { url: "https://api.dify.ai/v1/", preset: "dify", want: "https://api.dify.ai/v1" },
    { url: "https://d.example/v1/chat-messages", preset: "dify", want: "https://d.example/v1" },
    { url: "https://t.example/api/v1/", preset: "typebot", want: "https://t.example" },
    { url: "https://t.example", preset: "typebot", want: "https://t.example" },
    {
      url: "https://n.example/webhook/a/?k=1",
      preset: "n8n",
      want: "https://n.example/webhook/a/?k=1",
    },
  ])("$preset at $url is asked at $want", ({ url, preset, want }) => {
    const typebot = preset === "typebot" ? { typebot: "meu-bot" } : {};
    expect(httpBotSettings.parse({ url, preset, ...typebot }).url).toBe(want);
  });

  test.each([
    { label: "an address that is none", setting: { url: "bot" }, want: /url/ },
    { label: "another protocol", setting: { url: "ftp://bot.example.org" }, want: /url/ },
    {
      label: "a password in the address",
      setting: { url: "https://a:b@bot.example" },
      want: /HTTP_BOT_AUTHORIZATION/,
    },
    { label: "a fragment", setting: { url: "https://bot.example/#x" }, want: /#/ },
    { label: "an unknown preset", setting: { preset: "alexa" }, want: /preset/ },
    { label: "a typebot without its id", setting: { preset: "typebot" }, want: /public id/ },
    { label: "an id without a typebot", setting: { typebot: "x" }, want: /preset typebot/ },
    {
      label: "a query after a base",
      setting: { url: "https://d.example/v1?k=1", preset: "dify" },
      want: /path/,
    },
    { label: "a confidence above 1", setting: { min_confidence: 60 }, want: /min_confidence/ },
    { label: "a header of two lines", setting: { authorization: "a\r\nx: y" }, want: /no header/ },
    { label: "an empty text", setting: { no_answer_texts: [" "] }, want: /no_answer_texts/ },
    { label: "inputs that are no plain values", setting: { inputs: { a: [] } }, want: /inputs/ },
    { label: "a setting it does not know", setting: { colour: "red" }, want: /colour/ },
  ])("$label is refused", ({ setting, want }) => {
    expect(() => httpBotSettings.parse({ ...URL_SETTING, ...setting })).toThrow(want);
  });

  test.each([
    { given: {}, want: [] },
    { given: { secret: "s", authorization: "k" }, want: ["s", "k", "Bearer k"] },
    { given: { authorization: "Basic abc" }, want: ["Basic abc", "abc"] },
  ])("every spelling of the secrets of $given is listed", ({ given, want }) => {
    expect(secretsOf(httpBotSettings.parse({ ...URL_SETTING, ...given }))).toEqual(want);
  });
});
