import { expect, test } from "@jest/globals";
import { configSecrets } from "../src/config/describe.ts";
import { effectiveSettings } from "../src/http/api/settings.ts";
import { showSettings } from "../src/shown-settings.ts";
import { load } from "./config/fakes.ts";

const ENV = {
  PONTE_ADMIN_KEY: "admin-key-0123456789",
  DATABASE_URL: "postgres://u:p%40ss@db.test:5432/ponte",
  AZURE_REDIS_CONNECTIONSTRING: "cache.test:6380,password=key==,ssl=True",
  PHONE_TOKEN: "phone-token",
  PHONE_NUMBERS: "1,2",
  PHONE_URL: "https://login:hidden@phone.test",
  PUBLIC_URL: "https://proxy:hidden@bridge.example",
  MESSAGING_TEST_RECIPIENT: "+5561990001111",
};

test("the settings are shown as they take effect", () => {
  const shown = showSettings(load(ENV), { storage: "postgres", version: "1.2.3" });
  expect(effectiveSettings.omit({ roles: true }).parse(shown)).toEqual(shown);
  expect(shown).toMatchObject({
    version: "1.2.3",
    storage: "postgres",
    role: "all",
    public_url: "https://bridge.example",
    chain: ["templates"],
    languages: { default: "pt-BR", replies: ["pt-BR", "en", "es"] },
    retention: { inbox_days: 35, media_days: 30 },
    media: { enabled: true, store: "disk" },
    campaigns: { max_recipients: 5_000_000, currency: "USD" },
  });
  expect(shown.channels).toContain("mobile");
});

test("no secret, no address of a store and nobody's number is among them", () => {
  const config = load(ENV);
  const text = JSON.stringify(showSettings(config, { storage: "postgres", version: "1" }));
  for (const secret of [
    ...configSecrets(config),
    "hidden",
    "db.test",
    "cache.test",
    "5561990001111",
  ])
    expect(text).not.toContain(secret);
});
