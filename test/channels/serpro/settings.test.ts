import { describe, expect, test } from "@jest/globals";
import { serpro } from "../../../src/channels/serpro/index.ts";
import { serproSettings, VARIABLES } from "../../../src/channels/serpro/settings.ts";
import { RAW_SETTINGS, settingsWith } from "./sample.ts";

function problemsOf(raw: unknown): string[] {
  const parsed = serproSettings.safeParse(raw);
  return parsed.success ? [] : parsed.error.issues.map((issue) => issue.path.join("."));
}

describe("settings of the channel", () => {
  test("the least that is needed gets the documented defaults", () => {
    expect(settingsWith()).toStrictEqual({
      ...RAW_SETTINGS,
      phone_number_id: RAW_SETTINGS.client_id,
      base_url: "https://api.whatsapp.serpro.gov.br",
      send_grant_type: false,
      markdown: "auto",
      language: "pt-BR",
      preview_urls: false,
      raw_payloads: false,
      messages_per_second: 20,
      pair_burst: 10,
      pair_refill_ms: 6000,
    });
  });

  test("text from the environment becomes lists, flags and numbers", () => {
    const settings = settingsWith({
      webhook_tokens: "atual, nova",
      send_grant_type: "yes",
      phone_number_id: "111",
      base_url: "http://127.0.0.1:9000//",
      messages_per_second: "5",
    });
    expect(settings).toMatchObject({
      webhook_tokens: ["atual", "nova"],
      send_grant_type: true,
      phone_number_id: "111",
      base_url: "http://127.0.0.1:9000",
      messages_per_second: 5,
    });
  });

  test.each([
    { label: "no token", change: { webhook_tokens: " , " }, want: ["webhook_tokens"] },
    { label: "an empty token", change: { webhook_tokens: [""] }, want: ["webhook_tokens.0"] },
    { label: "a secret of two lines", change: { client_secret: "a\nb" }, want: ["client_secret"] },
    { label: "a client id with a path", change: { client_id: "a/../b" }, want: ["client_id"] },
    { label: "a client id of dots", change: { client_id: ".." }, want: ["client_id"] },
    { label: "a number in place of an id", change: { waba_id: "+55" }, want: ["waba_id"] },
    { label: "an address without http", change: { base_url: "ftp://x" }, want: ["base_url"] },
    { label: "an unknown key", change: { cliente: "x" }, want: [""] },
  ])("$label is refused by name", ({ change, want }) => {
    expect(problemsOf({ ...RAW_SETTINGS, ...change })).toStrictEqual(want);
  });

  test("every missing setting is told at once", () => {
    const all = ["client_id", "client_secret", "waba_id", "webhook_tokens"];
    expect(problemsOf({})).toStrictEqual(all);
  });

  test("every variable fills a setting that exists, and none is the Cloud API's", () => {
    const known = Object.keys(serproSettings.in.shape);
    expect(VARIABLES.filter(({ setting }) => !known.includes(setting))).toStrictEqual([]);
    expect(VARIABLES.filter(({ name }) => !name.startsWith("SERPRO_"))).toStrictEqual([]);
    expect(VARIABLES.flatMap(({ aliases = [] }) => aliases)).toStrictEqual([]);
  });

  test("the id and the secret switch the channel on", () => {
    const switches = VARIABLES.filter(({ switchesOn }) => switchesOn).map(({ name }) => name);
    expect(switches).toStrictEqual(["SERPRO_CLIENT_ID", "SERPRO_CLIENT_SECRET"]);
  });

  test("the channel states what it is and the provider's limits", () => {
    const channel = serpro.configure({ ...RAW_SETTINGS, phone_number_id: "111" });
    expect(channel).toMatchObject({
      accounts: ["111"],
      delivery: "push",
      reconciliation: "none",
      limits: { accountPerSecond: 20, pair: { burst: 10, refillMs: 6000 } },
      windowMs: 86_400_000,
      maxBodyBytes: 3_145_728,
      maxTextLength: 4096,
      endpoints: ["https://api.whatsapp.serpro.gov.br"],
      secrets: [RAW_SETTINGS.client_secret, ...RAW_SETTINGS.webhook_tokens],
    });
    expect(serpro.hint?.("131047", "pt-BR")).toMatch(/24/);
  });
});
