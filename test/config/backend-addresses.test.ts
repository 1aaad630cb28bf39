import { describe, expect, test } from "@jest/globals";
import { BACKEND_MODULES } from "../../src/answers/index.ts";
import { load, refusal } from "./fakes.ts";

/** Where backends send what people say. */

const MODULES = { channels: [], backends: BACKEND_MODULES };
const DETAIL = "plain http to another machine; use https or set PONTE_ALLOW_INSECURE=true";
const FILE = "backends:\n  templates: { enabled: false }\n  bot:\n    type: http\n    url: ";

describe("the address of an HTTP bot", () => {
  test("is refused as plain http to another machine, by its variable", () => {
    const env = { HTTP_BOT_URL: "http://bot.test/hook" };
    const file = "backends: { templates: { enabled: false } }";
    expect(refusal(env, file, MODULES).problems).toEqual([
      { where: "backends.http.url (HTTP_BOT_URL)", detail: DETAIL },
    ]);
  });

  test("is refused by its line", () => {
    const { problems } = refusal({}, `${FILE}http://bot.test`, MODULES);
    expect(problems).toEqual([{ where: "config/bridge.yml:5 backends.bot.url", detail: DETAIL }]);
  });

  test.each([
    { label: "on the same machine", url: "http://127.0.0.1:8000", env: {} },
    { label: "over https", url: "https://bot.test", env: {} },
    { label: "allowed", url: "http://bot.test", env: { PONTE_ALLOW_INSECURE: "true" } },
  ])("is accepted $label", ({ url, env }) => {
    const config = load(env, `${FILE}${url}`, MODULES);
    expect(config.answers.chain).toEqual(["bot"]);
  });

  test("of a Rasa server may be plain http, as ever", () => {
    const file = "backends: { templates: { enabled: false } }";
    const config = load({ RASA_URL: "http://rasa:5005" }, file, MODULES);
    expect(config.answers.chain).toEqual(["rasa"]);
  });
});
