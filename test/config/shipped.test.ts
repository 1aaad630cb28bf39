import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { BACKEND_MODULES } from "../../src/answers/index.ts";
import type { BackendTools } from "../../src/answers/backend.ts";
import { CHANNEL_MODULES } from "../../src/channels/index.ts";
import type { Config } from "../../src/config.ts";
import { load, refusal } from "./fakes.ts";

/** The configuration that comes with the project, and the real channels and backends. */

const MODULES = { channels: CHANNEL_MODULES, backends: BACKEND_MODULES };

const TOOLS: BackendTools = {
  http: () => Promise.reject(new Error("no call is made while loading")),
  stream: () => Promise.reject(new Error("no call is made while loading")),
  random: () => 0,
  readText: (path) => readFileSync(path, "utf8"),
  watch: () => () => undefined,
  warn: () => undefined,
  now: () => new Date(),
  listFiles: (folder) => readdirSync(folder).map((name) => `${folder}/${name}`),
};

const CLOUD = {
  WPP_AUTHORIZATION_TOKEN: "access-token",
  WPP_VERIFY_TOKEN: "verify-token",
  WPP_PHONE_NUMBER_IDENTIFIER: "106540352242922",
  WHATSAPP_APP_SECRET: "app-secret",
};

const shipped = readFileSync("config/bridge.yml", "utf8");

const uncommented = shipped
  .split("\n")
  .filter((line) => !line.startsWith("##"))
  .map((line) => line.replace(/^# ?/, ""))
  .join("\n");

/** The server's own settings, without what has no default. */
function ownSettings(config: Config) {
  const { publicUrl: _, ...server } = config.server;
  const { greeting: __, helpTexts: ___, ...commands } = config.commands;
  const { database, delivery, engine, retention, media } = config;
  const { chain: ____, shadow: _6, hours: _7, transcribeWith: _8, ...answers } = config.answers;
  const { debounceMaxMs: _____, ...conversation } = config.conversation;
  return { server, database, commands, conversation, delivery, engine, retention, media, answers };
}

describe("config/bridge.yml", () => {
  test("changes nothing as it is", () => {
    const config = load({}, shipped, MODULES, TOOLS);
    expect(config).toMatchObject({ file: "config/bridge.yml", notices: [] });
    expect([...config.channels.keys()]).toEqual(["rest"]);
    expect(config.answers.chain).toEqual(["templates"]);
  });

  test("is right in every line, and shows the defaults", () => {
    const config = load(CLOUD, uncommented, MODULES, TOOLS);
    expect([...config.channels.keys()]).toEqual(["whatsapp", "rest"]);
    expect(config.answers.chain).toEqual(["rasa", "templates", "openai"]);
    expect(config.notices).toEqual([]);
    expect(ownSettings(config)).toEqual(ownSettings(load({}, undefined, MODULES, TOOLS)));
  });
});

describe("the real channels and backends", () => {
  test("the Cloud API by its variables alone, under the name whatsapp", () => {
    const config = load({ ...CLOUD, RASA_URL: "http://rasa:5005" }, undefined, MODULES, TOOLS);
    expect(config.channels.get("whatsapp")?.channel.accounts).toEqual(["106540352242922"]);
    expect(config.answers.chain).toEqual(["rasa", "templates"]);
  });

  test("half a Cloud API channel lists every missing variable", () => {
    const wheres = refusal({ WPP_VERIFY_TOKEN: "verify-token" }, undefined, {
      ...MODULES,
      backends: [],
    }).problems.map(({ where }) => where);
    expect(wheres).toEqual([
      "channels.whatsapp.access_token (WPP_AUTHORIZATION_TOKEN, WHATSAPP_ACCESS_TOKEN)",
      "channels.whatsapp.phone_number_ids (WPP_PHONE_NUMBER_IDENTIFIER, WHATSAPP_PHONE_NUMBER_ID)",
      "channels.whatsapp.app_secrets (WHATSAPP_APP_SECRET)",
    ]);
  });

  test.each([
    ...CHANNEL_MODULES.map(({ type }) => ({ section: "channels", type })),
    ...BACKEND_MODULES.map(({ type }) => ({ section: "backends", type })),
  ])("$type refuses a setting it does not know", ({ section, type }) => {
    const file = `${section}:\n  one:\n    type: ${type}\n    colour: red`;
    const { problems } = refusal({}, file, MODULES);
    expect(problems).toContainEqual({
      where: `config/bridge.yml:4 ${section}.one.colour`,
      detail: "unknown setting",
    });
  });

  test.each([...CHANNEL_MODULES, ...BACKEND_MODULES])(
    "every variable of $type names a setting of its own",
    ({ variables }) => {
      const settings = variables.map(({ setting }) => setting);
      expect(new Set(settings).size).toBe(settings.length);
    },
  );
});
