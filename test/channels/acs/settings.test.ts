import { describe, expect, test } from "@jest/globals";
import { acs } from "../../../src/channels/acs/index.ts";
import { acsSettings } from "../../../src/channels/acs/settings.ts";
import { azureEndpoints, azureSecrets, resourceOf } from "../../../src/channels/azure/settings.ts";
import {
  ACCESS_KEY,
  CHANNEL_ID,
  ENDPOINT,
  OTHER_CHANNEL_ID,
  RAW_SETTINGS,
  SECRET,
  settingsWith,
} from "./sample.ts";

const TENANT = "7c1d9e54-3b0a-4f6e-9d21-58ab04c7f613";

function problemsOf(changes: Readonly<Record<string, unknown>>): string[] {
  const parsed = acsSettings.safeParse({ ...RAW_SETTINGS, ...changes });
  return parsed.success ? [] : parsed.error.issues.map((issue) => issue.path.join("."));
}

describe("settings of the channel", () => {
  test("the least that is needed gets the documented defaults", () => {
    expect(settingsWith()).toStrictEqual({
      connection_string: RAW_SETTINGS.connection_string,
      channel_ids: [CHANNEL_ID],
      webhook_secrets: [SECRET],
      entra_audiences: [],
      entra_app_id: "4962773b-9cdb-44cf-a8bf-237846a00ab7",
      entra_authority: "https://login.microsoftonline.com",
      entra_sts: "https://sts.windows.net",
      api_version: "2024-08-30",
      interactive_api_version: "2025-01-15-preview",
      menus: "native",
      markdown: "auto",
      language: "pt-BR",
      messages_per_second: 70,
      pair_burst: 10,
      pair_refill_ms: 6000,
    });
  });

  test("text from the environment becomes lists and numbers, ids lower case", () => {
    const settings = settingsWith({
      channel_ids: ` ${CHANNEL_ID.toUpperCase()} , ${OTHER_CHANNEL_ID}`,
      webhook_secrets: "new,old",
      phone_number: "whatsapp:+556130001234",
      messages_per_second: "20",
    });
    expect(settings).toMatchObject({
      channel_ids: [CHANNEL_ID, OTHER_CHANNEL_ID],
      webhook_secrets: ["new", "old"],
      phone_number: "556130001234",
      messages_per_second: 20,
    });
  });

  test.each<{ label: string; change: Record<string, unknown>; want: string[] }>([
    {
      label: "no way to know genuine calls",
      change: { webhook_secrets: "" },
      want: ["webhook_secrets"],
    },
    { label: "an empty secret", change: { webhook_secrets: [""] }, want: ["webhook_secrets.0"] },
    {
      label: "a secret with a space",
      change: { webhook_secrets: "a b" },
      want: ["webhook_secrets.0"],
    },
    {
      label: "a tenant without audience",
      change: { entra_tenant_id: TENANT },
      want: ["entra_audiences"],
    },
    {
      label: "an audience without tenant and secret",
      change: { webhook_secrets: "", entra_audiences: "x" },
      want: ["webhook_secrets"],
    },
    {
      label: "a tenant that is a name",
      change: { entra_tenant_id: "contoso.com" },
      want: ["entra_tenant_id", "entra_audiences"],
    },
    { label: "no channel", change: { channel_ids: "" }, want: ["channel_ids"] },
    {
      label: "a phone in place of a channel",
      change: { channel_ids: "+5561" },
      want: ["channel_ids.0"],
    },
    { label: "no resource", change: { connection_string: undefined }, want: ["endpoint"] },
    {
      label: "a key without a resource",
      change: { connection_string: undefined, api_key: ACCESS_KEY },
      want: ["endpoint"],
    },
    {
      label: "a connection string without key",
      change: { connection_string: `endpoint=${ENDPOINT}` },
      want: ["connection_string"],
    },
    {
      label: "a connection string to another place",
      change: { endpoint: "https://other.example.org" },
      want: ["endpoint"],
    },
    {
      label: "a connection string with another key",
      change: { api_key: "YW5vdGhlciBrZXk=" },
      want: ["api_key"],
    },
    {
      label: "a key that is no base64",
      change: { connection_string: undefined, endpoint: ENDPOINT, api_key: "secret key" },
      want: ["api_key"],
    },
    { label: "an endpoint that is no address", change: { endpoint: "acs" }, want: ["endpoint"] },
    { label: "a number that is none", change: { phone_number: "me" }, want: ["phone_number"] },
    {
      label: "a version with a path",
      change: { api_version: "2024-08-30/x" },
      want: ["api_version"],
    },
    {
      label: "an interactive version that is none",
      change: { interactive_api_version: "latest" },
      want: ["interactive_api_version"],
    },
    { label: "an unknown setting", change: { tokn: "x" }, want: [""] },
    {
      label: "two mistakes at once",
      change: { webhook_secrets: "", channel_ids: "x" },
      want: ["channel_ids.0", "webhook_secrets"],
    },
  ])("$label is refused", ({ change, want }) => {
    expect(problemsOf(change)).toStrictEqual(want);
  });

  test.each<{ label: string; change: Record<string, unknown> }>([
    {
      label: "a token instead of a secret",
      change: { webhook_secrets: "", entra_tenant_id: TENANT, entra_audiences: "api://bridge" },
    },
    {
      label: "an endpoint with a managed identity",
      change: { connection_string: undefined, endpoint: ENDPOINT },
    },
    {
      label: "an endpoint with a key",
      change: { connection_string: undefined, endpoint: ENDPOINT, api_key: ACCESS_KEY },
    },
    {
      label: "a connection string and the same again",
      change: { endpoint: `${ENDPOINT}/`, api_key: ACCESS_KEY },
    },
  ])("$label is taken", ({ change }) => {
    expect(problemsOf(change)).toStrictEqual([]);
  });
});

describe("what follows from them", () => {
  test("the key inside a connection string is a secret too", () => {
    const settings = settingsWith({ webhook_secrets: "a1,b2" });
    expect(azureSecrets(settings)).toStrictEqual([
      RAW_SETTINGS.connection_string,
      ACCESS_KEY,
      "a1",
      "b2",
    ]);
  });

  test("a managed identity has no key", () => {
    const settings = settingsWith({ connection_string: undefined, endpoint: `${ENDPOINT}/` });
    expect(resourceOf(settings)).toStrictEqual({ endpoint: ENDPOINT });
    expect(azureSecrets(settings)).toStrictEqual([SECRET]);
  });

  test("Entra's address is checked where it is called", () => {
    expect(azureEndpoints(settingsWith())).toStrictEqual([ENDPOINT]);
    const entra = {
      entra_tenant_id: TENANT,
      entra_audiences: "x",
      entra_authority: "http://entra.example.org/",
    };
    expect(azureEndpoints(settingsWith(entra))).toStrictEqual([
      ENDPOINT,
      "http://entra.example.org",
    ]);
  });

  test("nothing asks for tokens where none are configured", () => {
    expect(acs.configure(RAW_SETTINGS).authenticate).toBeUndefined();
    expect(acs.configure(RAW_SETTINGS)).toMatchObject({
      webhookMethods: ["POST", "OPTIONS"],
      reconciliation: "repeat",
      typedChoices: true,
      accounts: [CHANNEL_ID],
    });
  });
});
