import { describe, expect, test } from "@jest/globals";
import { loadConfig } from "../../../src/config.ts";
import { sms } from "../../../src/channels/sms/index.ts";
import { smsSettings, VARIABLES } from "../../../src/channels/sms/settings.ts";
import { ACCESS_KEY, PARTNER_KEY, RAW_SETTINGS, SENDER, settingsWith } from "./sms-settings.ts";

function problemsOf(changes: Readonly<Record<string, unknown>>): string[] {
  const { error } = smsSettings.safeParse({ ...RAW_SETTINGS, ...changes });
  return (error?.issues ?? []).map(
    ({ path, message }) => `${path.map(String).join(".")}: ${message}`,
  );
}

const BAD_SENDER =
  "must be a number such as +5511..., a short code, or a name of up to 11 characters";

test("a sender, an address, a key and a secret are enough", () => {
  expect(settingsWith()).toMatchObject({
    senders: [SENDER],
    api_version: "2026-01-23",
    messaging_connect: false,
    messaging_connect_partner: "infobip",
    messaging_connect_shape: "partner_params",
    messages_per_second: 3,
  });
});

test("what the environment writes as text is understood", () => {
  const changes = {
    senders: "+551140040000, PREFEITURA",
    messaging_connect: "true",
    messaging_connect_key: PARTNER_KEY,
    max_segments: "4",
  };
  expect(settingsWith(changes)).toMatchObject({
    senders: ["+551140040000", "PREFEITURA"],
    messaging_connect: true,
    max_segments: 4,
  });
});

describe("a sender", () => {
  test.each(["+551140040000", "+12065550100", "12345", "PREFEITURA", "Sao Paulo", "A"])(
    "%j is one",
    (sender) => {
      expect(problemsOf({ senders: [sender] })).toStrictEqual([]);
    },
  );

  test.each([
    { label: "a number without its plus", sender: "551140040000" },
    { label: "a name of 12 characters", sender: "PREFEITURAS1" },
    { label: "a number with spaces", sender: "+55 11 4004-0000" },
    { label: "an id", sender: "4e0b6f7a-91c3-4d58-8a2e-6f1d3c5b7a90" },
    { label: "a number that begins with zero", sender: "+0551140040" },
    { label: "nothing", sender: "" },
  ])("$label is none", ({ sender }) => {
    expect(problemsOf({ senders: [sender] })).toStrictEqual([`senders.0: ${BAD_SENDER}`]);
  });

  test("there must be one", () => {
    expect(problemsOf({ senders: "" })).toStrictEqual(["senders: needs at least one sender"]);
  });
});

test.each([
  {
    label: "Messaging Connect without the partner's key",
    changes: { messaging_connect: true },
    want: ["messaging_connect_key: is needed while messaging_connect is on"],
  },
  {
    label: "the same beside another mistake",
    changes: { messaging_connect: true, senders: "" },
    want: [
      "senders: needs at least one sender",
      "messaging_connect_key: is needed while messaging_connect is on",
    ],
  },
  {
    label: "neither a secret nor a tenant",
    changes: { webhook_secrets: [] },
    want: [expect.stringMatching(/^webhook_secrets: /)],
  },
  {
    label: "no address",
    changes: { endpoint: undefined, api_key: undefined },
    want: [expect.stringMatching(/^endpoint: /)],
  },
  {
    label: "a version that is none",
    changes: { api_version: "v1" },
    want: ["api_version: must look like 2026-01-23"],
  },
  {
    label: "a report timeout below the provider's least",
    changes: { report_timeout_s: 59 },
    want: [expect.stringMatching(/^report_timeout_s: /)],
  },
  {
    label: "a report timeout above the provider's most",
    changes: { report_timeout_s: 43_201 },
    want: [expect.stringMatching(/^report_timeout_s: /)],
  },
  {
    label: "an unknown key",
    changes: { sender: SENDER },
    want: [': Unrecognized key: "sender"'],
  },
])("$label is refused", ({ changes, want }) => {
  expect(problemsOf(changes)).toStrictEqual(want);
});

test.each([null, 7, "text", []])("%j is no settings", (raw) => {
  expect(smsSettings.safeParse(raw).success).toBe(false);
});

test("Messaging Connect off needs no key", () => {
  expect(problemsOf({ messaging_connect: false })).toStrictEqual([]);
});

describe("the channel", () => {
  test("takes Event Grid's calls, also at WhatsApp's address, and repeats sends without harm", () => {
    const channel = sms.configure(RAW_SETTINGS);
    expect(channel).toMatchObject({
      accounts: [SENDER],
      webhookMethods: ["POST", "OPTIONS"],
      reconciliation: "repeat",
      typedChoices: true,
      visits: { names: ["acs"] },
      limits: { accountPerSecond: 3, pair: { burst: 10, refillMs: 3000 } },
    });
    expect(channel.windowMs).toBeUndefined();
    expect(channel.authenticate).toBeUndefined();
  });

  test("checks Entra's tokens where a tenant is set", () => {
    const channel = sms.configure({
      ...RAW_SETTINGS,
      entra_tenant_id: "7c1d0a52-3f4e-4b6a-9d21-5e8f7a6b4c13",
      entra_audiences: "api://ponte",
    });
    expect(channel.authenticate).toBeInstanceOf(Function);
    expect(channel.endpoints).toContain("https://login.microsoftonline.com");
  });

  test("lists the key inside a connection string and the partner's key as secrets", () => {
    const connection = `endpoint=https://ponte-tests.communication.azure.com/;accesskey=${ACCESS_KEY}`;
    const { secrets, endpoints } = sms.configure({
      senders: SENDER,
      connection_string: connection,
      webhook_secrets: "one, two",
      messaging_connect_key: PARTNER_KEY,
    });
    expect([...secrets].toSorted()).toStrictEqual(
      [connection, ACCESS_KEY, "one", "two", PARTNER_KEY].toSorted(),
    );
    expect(endpoints).toStrictEqual(["https://ponte-tests.communication.azure.com"]);
  });

  test.each([
    { changes: {}, want: 2048 },
    { changes: { max_segments: 2 }, want: 134 },
    { changes: { max_segments: 31 }, want: 2048 },
  ])("merges texts up to what one message may be long ($want)", ({ changes, want }) => {
    expect(sms.configure({ ...RAW_SETTINGS, ...changes }).maxTextLength).toBe(want);
  });
});

describe("the environment", () => {
  const env = {
    ACS_SMS_FROM: SENDER,
    ACS_ENDPOINT: "https://ponte-tests.communication.azure.com/",
    ACS_WHATSAPP_API_KEY: ACCESS_KEY,
    EVENT_GRID_VALIDATION_KEY: "a-secret",
    MESSAGING_CONNECT_ENABLED: "true",
    MESSAGING_CONNECT_API_KEY: PARTNER_KEY,
  };
  const tools = {
    http: () => Promise.reject(new Error("no call")),
    stream: () => Promise.reject(new Error("no call")),
    random: () => 0,
    readText: () => "",
    watch: () => () => undefined,
    warn: () => undefined,
    now: () => new Date(),
    listFiles: () => [],
  };

  test("switches the channel on under its usual name", () => {
    const modules = { channels: [sms], backends: [] };
    const { channels } = loadConfig(env, () => undefined, modules, tools);
    expect(channels.get("sms")?.channel.accounts).toStrictEqual([SENDER]);
    expect(channels.get("sms")?.settings["messaging_connect"]).toBe("true");
  });

  test("marks the keys as secrets", () => {
    const secrets = VARIABLES.filter(({ secret }) => secret === true).map(({ name }) => name);
    expect(secrets.toSorted()).toStrictEqual([
      "ACS_CONNECTION_STRING",
      "ACS_WHATSAPP_API_KEY",
      "EVENT_GRID_VALIDATION_KEY",
      "MESSAGING_CONNECT_API_KEY",
    ]);
  });
});
