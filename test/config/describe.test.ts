import { expect, test } from "@jest/globals";
import { configSecrets, describeConfig } from "../../src/config/describe.ts";
import { load } from "./fakes.ts";

const ENV = {
  PONTE_ADMIN_KEY: "admin-key-0123456789",
  DATABASE_URL: "postgres://u:p%40ss@db.test:5432/ponte",
  AZURE_REDIS_CONNECTIONSTRING: "cache.test:6380,password=key==,ssl=True",
  PHONE_TOKEN: "phone-token",
  PHONE_NUMBERS: "1,2",
  PHONE_URL: "https://login:hidden@phone.test",
  RASA_URL: "http://rasa:5005",
  MESSAGING_TEST_RECIPIENT: "+5561990001111",
};

test("the description shows settings, and of secrets only whether they are set", () => {
  const described = describeConfig(load(ENV));
  expect(described).toMatchObject({
    file: null,
    server: { port: 5006, adminKeyConfigured: true, messagingTestRecipientConfigured: true },
    database: { urlConfigured: true, host: "db.test:5432" },
    redis: { urlConfigured: true, host: "cache.test:6380" },
    channels: {
      mobile: {
        type: "phone",
        numbers: "1,2",
        baseUrl: "https://phone.test",
        tokenConfigured: true,
        keysConfigured: false,
      },
    },
    backends: { rasa: { type: "rasa", url: "http://rasa:5005", tokenConfigured: false } },
    answers: { chain: ["rasa", "templates"] },
  });
});

test("the description holds no secret in any form", () => {
  const config = load(ENV);
  const text = JSON.stringify(describeConfig(config));
  for (const secret of [...configSecrets(config), "hidden", "+5561990001111"])
    expect(text).not.toContain(secret);
});

test("every secret is listed once, longest first, in each spelling", () => {
  expect(configSecrets(load(ENV))).toEqual([
    "admin-key-0123456789",
    "phone-token",
    "key%3D%3D",
    "p%40ss",
    "key==",
    "p@ss",
  ]);
});

test("nothing is secret where nothing is configured", () => {
  expect(configSecrets(load({}))).toEqual([]);
  expect(describeConfig(load({}))).toMatchObject({
    server: { adminKeyConfigured: false },
    database: { urlConfigured: false },
    redis: { urlConfigured: false },
  });
});
