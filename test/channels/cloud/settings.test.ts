import { describe, expect, test } from "@jest/globals";
import { cloud } from "../../../src/channels/cloud/index.ts";
import { cloudSettings, VARIABLES } from "../../../src/channels/cloud/settings.ts";
import { RAW_SETTINGS, settingsWith } from "./cloud-settings.ts";

function problemsOf(raw: unknown): string[] {
  const parsed = cloudSettings.safeParse(raw);
  return parsed.success ? [] : parsed.error.issues.map((issue) => issue.path.join("."));
}

describe("settings of the channel", () => {
  test("the least that is needed gets the documented defaults", () => {
    expect(settingsWith()).toStrictEqual({
      ...RAW_SETTINGS,
      allow_unsigned: false,
      api_version: "v25.0",
      graph_url: "https://graph.facebook.com",
      markdown: "auto",
      language: "pt-BR",
      preview_urls: true,
      groups: "ignore",
      raw_payloads: false,
      messages_per_second: 70,
      pair_burst: 10,
      pair_refill_ms: 6000,
    });
  });

  test("text from the environment becomes lists, flags and numbers", () => {
    const settings = settingsWith({
      verify_tokens: "a, b",
      phone_number_ids: "8001,8002",
      app_secrets: "new,old",
      allow_unsigned: "true",
      messages_per_second: "20",
      graph_url: "http://127.0.0.1:9000/",
    });
    expect(settings).toMatchObject({
      verify_tokens: ["a", "b"],
      phone_number_ids: ["8001", "8002"],
      app_secrets: ["new", "old"],
      allow_unsigned: true,
      messages_per_second: 20,
      graph_url: "http://127.0.0.1:9000",
    });
  });

  test.each([
    { label: "no app secret", change: { app_secrets: "" }, want: ["app_secrets"] },
    { label: "an empty app secret", change: { app_secrets: [""] }, want: ["app_secrets.0"] },
    { label: "no verify token", change: { verify_tokens: " , " }, want: ["verify_tokens"] },
    { label: "no number", change: { phone_number_ids: [] }, want: ["phone_number_ids"] },
    {
      label: "a phone in place of an id",
      change: { phone_number_ids: "+55" },
      want: ["phone_number_ids.0"],
    },
    { label: "a token of two lines", change: { access_token: "a\nb" }, want: ["access_token"] },
    { label: "a version without v", change: { api_version: "25.0" }, want: ["api_version"] },
    { label: "a version with a path", change: { api_version: "v25.0/x" }, want: ["api_version"] },
    {
      label: "an address that is no web address",
      change: { graph_url: "ftp://x" },
      want: ["graph_url"],
    },
    { label: "an unknown key", change: { acess_token: "x" }, want: [""] },
  ])("$label is refused by name", ({ change, want }) => {
    expect(problemsOf({ ...RAW_SETTINGS, ...change })).toStrictEqual(want);
  });

  test("every missing setting is told at once", () => {
    const all = ["access_token", "verify_tokens", "phone_number_ids", "app_secrets"];
    expect(problemsOf({})).toStrictEqual(all);
  });

  test("an app secret may be missing where unsigned webhooks are allowed", () => {
    const { app_secrets: _, ...raw } = RAW_SETTINGS;
    expect(problemsOf(raw)).toStrictEqual(["app_secrets"]);
    expect(problemsOf({ ...raw, allow_unsigned: "yes" })).toStrictEqual([]);
  });

  test("every variable fills a setting that exists", () => {
    const known = Object.keys(cloudSettings.shape);
    expect(VARIABLES.filter(({ setting }) => !known.includes(setting))).toStrictEqual([]);
  });

  test("what fills a secret is marked as secret, and all of it is listed by the channel", () => {
    const secret = VARIABLES.filter((variable) => variable.secret).map(({ setting }) => setting);
    expect(secret).toStrictEqual(["access_token", "verify_tokens", "app_secrets"]);
    expect(cloud.configure(RAW_SETTINGS).secrets).toStrictEqual([
      "EAAexampleAccessToken",
      "verify-one",
      "verify-two",
      "s3cr3t-do-app",
    ]);
  });

  test("the channel states the provider's limits", () => {
    expect(cloud.configure(RAW_SETTINGS)).toMatchObject({
      accounts: ["810000000000001"],
      delivery: "push",
      reconciliation: "echo",
      limits: { accountPerSecond: 70, pair: { burst: 10, refillMs: 6000 } },
      windowMs: 86_400_000,
      maxBodyBytes: 3_145_728,
      maxTextLength: 4096,
      endpoints: ["https://graph.facebook.com"],
    });
  });
});
