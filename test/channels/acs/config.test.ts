import { describe, expect, test } from "@jest/globals";
import { acs, acsConnect } from "../../../src/channels/acs/index.ts";
import { describeConfig, configSecrets } from "../../../src/config/describe.ts";
import { FAKE_MODULES, load, refusal } from "../../config/fakes.ts";
import {
  ACCESS_KEY,
  CHANNEL_ID,
  ENDPOINT,
  OTHER_CHANNEL_ID,
  RAW_SETTINGS,
  SECRET,
} from "./sample.ts";

const MODULES = { ...FAKE_MODULES, channels: [...FAKE_MODULES.channels, acs, acsConnect] };

const AZURE = {
  ACS_CONNECTION_STRING: RAW_SETTINGS.connection_string,
  EVENT_GRID_VALIDATION_KEY: SECRET,
};
const FIRST = { ...AZURE, WHATSAPP_CHANNEL_ID_GUID: CHANNEL_ID };
const SECOND = { WHATSAPP_CHANNEL_ID: OTHER_CHANNEL_ID };

const channelsOf = (env: Record<string, string>, file?: string) =>
  [...load(env, file, MODULES).channels.keys()].filter((name) => name !== "rest");

const problemsOf = (env: Record<string, string>, file?: string) =>
  refusal(env, file, MODULES).problems.map(({ where, detail }) => `${where}: ${detail}`);

describe("what switches the channels on", () => {
  test.each<{ label: string; env: Record<string, string>; want: string[] }>([
    { label: "the resource alone: none", env: AZURE, want: [] },
    { label: "the first registration", env: FIRST, want: ["acs"] },
    { label: "a second id that is not enabled", env: { ...FIRST, ...SECOND }, want: ["acs"] },
    {
      label: "a second id that is disabled",
      env: { ...FIRST, ...SECOND, MESSAGING_CONNECT_ENABLED: "false" },
      want: ["acs"],
    },
    {
      label: "the switch without a second id",
      env: { ...FIRST, MESSAGING_CONNECT_ENABLED: "true" },
      want: ["acs"],
    },
    {
      label: "both",
      env: { ...FIRST, ...SECOND, MESSAGING_CONNECT_ENABLED: "true" },
      want: ["acs", "acs-connect"],
    },
    {
      label: "the second alone",
      env: { ...AZURE, ...SECOND, MESSAGING_CONNECT_ENABLED: "1" },
      want: ["acs-connect"],
    },
  ])("$label", ({ env, want }) => {
    expect(channelsOf(env)).toStrictEqual(want);
  });

  test("an entry of the file is on, unless the variable says no", () => {
    const file = `channels:\n  acs-connect:\n    channel_ids: ["${OTHER_CHANNEL_ID}"]\n`;
    expect(channelsOf(AZURE, file)).toStrictEqual(["acs-connect"]);
    expect(channelsOf({ ...AZURE, MESSAGING_CONNECT_ENABLED: "no" }, file)).toStrictEqual([]);
  });

  test("a switch that is neither yes nor no is named", () => {
    const env = { ...AZURE, ...SECOND, MESSAGING_CONNECT_ENABLED: "perhaps" };
    expect(problemsOf(env).join("\n")).toMatch(/MESSAGING_CONNECT_ENABLED.*must be true or false/);
  });
});

describe("what the operator is told", () => {
  test("every mistake at once, by variable and never by value", () => {
    const problems = problemsOf({ ...SECOND, WHATSAPP_CHANNEL_ID_GUID: "+5561912345678" });
    const text = problems.join("\n");
    expect(text).toContain("WHATSAPP_CHANNEL_ID_GUID");
    expect(text).toContain("ACS_WHATSAPP_ENDPOINT");
    expect(text).toContain("EVENT_GRID_VALIDATION_KEY");
    expect(text).not.toContain("5561912345678");
  });

  test("plain http to another machine is refused, to this one it is not", () => {
    const at = (endpoint: string) => ({
      ...FIRST,
      ACS_CONNECTION_STRING: "",
      ACS_ENDPOINT: endpoint,
      ACS_WHATSAPP_API_KEY: ACCESS_KEY,
    });
    expect(problemsOf(at("http://acs.example.org")).join("\n")).toMatch(/ACS_ENDPOINT.*plain http/);
    expect(channelsOf(at("http://127.0.0.1:9000"))).toStrictEqual(["acs"]);
  });

  test("secrets are known as such, and shown nowhere", () => {
    const config = load(FIRST, undefined, MODULES);
    expect(configSecrets(config)).toStrictEqual(
      expect.arrayContaining([RAW_SETTINGS.connection_string, ACCESS_KEY, SECRET]),
    );
    const shown = JSON.stringify(describeConfig(config));
    for (const secret of [ACCESS_KEY, SECRET]) expect(shown).not.toContain(secret);
    expect(shown).toContain("connectionStringConfigured");
    expect(shown).not.toContain(ENDPOINT);
  });
});
