import { describe, expect, test } from "@jest/globals";
import { evolutionSettings, integrationOf } from "../../../src/channels/evolution/settings.ts";
import { channelWith, RAW_SETTINGS, settingsWith } from "./sample.ts";

function problemsIn(changes: Readonly<Record<string, unknown>>): string[] {
  const result = evolutionSettings.safeParse({ ...RAW_SETTINGS, ...changes });
  return result.success ? [] : result.error.issues.map(({ path }) => path.join("."));
}

test("what the environment writes as text is understood", () => {
  expect(
    settingsWith({
      instances: "loja-centro, loja-norte",
      webhook_secrets: "um,dois",
      body_apikeys: "",
      preview_urls: "no",
      gap_min_ms: "100",
      base_url: "https://evo.example/",
      hours: "8-20",
    }),
  ).toMatchObject({
    instances: ["loja-centro", "loja-norte"],
    webhook_secrets: ["um", "dois"],
    body_apikeys: [],
    preview_urls: false,
    gap_min_ms: 100,
    base_url: "https://evo.example",
    hours: { from: 8, to: 20 },
  });
});

test.each([
  { label: "no instance", changes: { instances: [] }, want: "instances" },
  { label: "a base address that is none", changes: { base_url: "evo" }, want: "base_url" },
  { label: "a key of two words", changes: { api_key: "a b" }, want: "api_key" },
  {
    label: "nothing to tell webhooks by",
    changes: { webhook_secrets: [], body_apikeys: [] },
    want: "webhook_secrets",
  },
  { label: "an empty secret", changes: { webhook_secrets: [""] }, want: "webhook_secrets.0" },
  { label: "another version", changes: { api_version: "v3" }, want: "api_version" },
  { label: "another integration", changes: { integrations: { a: "x" } }, want: "integrations.a" },
  {
    label: "a zone that is none",
    changes: { server_time_zone: "Marte" },
    want: "server_time_zone",
  },
  {
    label: "gaps that end before they begin",
    changes: { gap_min_ms: 9, gap_max_ms: 8 },
    want: "gap_max_ms",
  },
  { label: "hours that end before they begin", changes: { hours: "20-8" }, want: "hours" },
  { label: "hours of another clock", changes: { hours: "8-25" }, want: "hours" },
  { label: "an unknown setting", changes: { instance: "x" }, want: "" },
])("$label is refused", ({ changes, want }) => {
  expect(problemsIn(changes)).toEqual([want]);
});

test("one of secrets and keys of bodies is enough", () => {
  expect(problemsIn({ webhook_secrets: [] })).toEqual([]);
  expect(problemsIn({ body_apikeys: [] })).toEqual([]);
});

test("an instance runs on what its name says, or on what all do", () => {
  const settings = settingsWith({ integration: "evolution", integrations: { a: "business" } });
  expect(["a", "b", "constructor"].map((name) => integrationOf(settings, name))).toEqual([
    "business",
    "evolution",
    "evolution",
  ]);
});

describe("how fast it sends", () => {
  test("is one lane where a phone is paired", () => {
    const channel = channelWith({ per_day: 200, hours: "8-20" });
    expect(channel.limits?.lane).toStrictEqual({
      gapMs: [800, 2500],
      perDay: 200,
      hours: { from: 8, to: 20, timeZone: "America/Sao_Paulo" },
    });
    expect(channel.windowMs).toBeUndefined();
    expect(channelWith().limits?.lane).toStrictEqual({ gapMs: [800, 2500] });
  });

  test("has a window, and no lane, where all instances are on Meta's API", () => {
    const channel = channelWith({ integration: "business" });
    expect(channel.limits).not.toHaveProperty("lane");
    expect(channel.windowMs).toBe(24 * 60 * 60 * 1000);
  });

  test("is that of a phone where one is among them", () => {
    const channel = channelWith({
      instances: "a,b",
      integration: "business",
      integrations: { b: "baileys" },
    });
    expect(channel.limits).toHaveProperty("lane");
    expect(channel.windowMs).toBeUndefined();
  });
});
