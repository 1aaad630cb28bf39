import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import express, { type Express } from "express";
import supertest from "supertest";
import { createMemoryCache } from "../../src/cache/memory.ts";
import { sms } from "../../src/channels/sms/index.ts";
import type { AuditEntry } from "../../src/db/audit.ts";
import { BridgeError } from "../../src/errors.ts";
import { createHttp, type HttpClient } from "../../src/http/client.ts";
import { findMessagingFacts } from "../../src/http/messaging-facts.ts";
import { type MessagingTestsDependencies, messagingTests } from "../../src/http/messaging-tests.ts";
import { problemHandler } from "../../src/http/problem.ts";
import { rateLimitStores } from "../../src/http/rate-limit.ts";
import { ACCESS_KEY, PARTNER_KEY, RAW_SETTINGS, SENDER } from "../channels/sms/sms-settings.ts";
import { plainChannel } from "../flow/scene.ts";
import { recordingLog } from "../standins/recording-log.ts";
import { type SmsStandin, startSms } from "../standins/sms.ts";

const KEY = "admin-key-of-the-tests-0123456789";
const GUID = "4e0b6f7a-91c3-4d58-8a2e-6f1d3c5b7a90";
const TRADITIONAL = "0d0b6f7a-91c3-4d58-8a2e-6f1d3c5b7a91";
const TO = "+5561990001111";
const GOOD = { channel_id: SENDER, phone_number: TO, message: "Olá" };

let provider: SmsStandin;
let client: HttpClient;
let log: ReturnType<typeof recordingLog>;
let audited: AuditEntry[];
/** Bodies that WhatsApp was sent. */
let whatsApp: unknown[];

beforeEach(async () => {
  provider = await startSms({
    accessKey: ACCESS_KEY,
    senders: [],
    partner: { name: "infobip", apiKey: PARTNER_KEY, senders: [SENDER] },
  });
  client = createHttp();
  log = recordingLog();
  audited = [];
  whatsApp = [];
});

afterEach(async () => {
  expect(provider.unused()).toStrictEqual([]);
  for (const secret of [KEY, ACCESS_KEY, PARTNER_KEY, TO]) {
    expect(JSON.stringify([log.lines, audited])).not.toContain(secret);
  }
  client.close();
  await provider.close();
});

interface Setup {
  readonly sms?: Readonly<Record<string, unknown>>;
  readonly without?: readonly string[];
  readonly changes?: Partial<MessagingTestsDependencies>;
}

function build({ sms: more = {}, without = [], changes = {} }: Setup = {}): Express {
  const smsSettings = {
    ...RAW_SETTINGS,
    endpoint: provider.url,
    messaging_connect: true,
    messaging_connect_key: PARTNER_KEY,
    ...more,
  };
  const settings = {};
  const all = [
    {
      name: "whatsapp",
      type: "cloud",
      tenant: "default",
      channel: plainChannel({ accounts: ["1"] }),
      settings,
    },
    { name: "acs", type: "acs", channel: plainChannel({ accounts: [TRADITIONAL] }), settings },
    {
      name: "acs-connect",
      type: "acs-connect",
      channel: plainChannel({ accounts: [GUID] }),
      settings,
    },
    { name: "sms", type: "sms", channel: sms.configure(smsSettings), settings: smsSettings },
  ].filter(({ name }) => !without.includes(name));
  const app = express();
  const deps: MessagingTestsDependencies = {
    channels: new Map(all.map((one) => [one.name, one])),
    facts: findMessagingFacts(all),
    tools: {
      http: (request, options) => {
        if (!request.url.startsWith("https://provider.example"))
          return client.http(request, options);
        whatsApp.push(JSON.parse(request.body ?? ""));
        return Promise.resolve({ status: 200, headers: {}, body: '{"externalId":"w1"}' });
      },
      stream: client.stream,
      cache: createMemoryCache(),
      now: () => new Date(),
    },
    adminKey: KEY,
    limits: rateLimitStores(createMemoryCache()),
    log,
    secrets: [ACCESS_KEY, PARTNER_KEY],
    audit: (entry) => {
      audited.push(entry);
      return Promise.resolve();
    },
    settings: { isEnabled: true, recipient: TO },
    ...changes,
  };
  app.use(messagingTests(deps));
  app.use(problemHandler(log));
  return app;
}

const post = (app: Express, path: string, body: unknown, key = KEY) =>
  supertest(app)
    .post(path)
    .set("Authorization", `Bearer ${key}`)
    .set("Content-Type", "application/json")
    .send(typeof body === "string" ? body : JSON.stringify(body));

const connect = (app: Express, body: unknown, key = KEY) =>
  post(app, "/messaging-connect/test", body, key);

describe("a test of Messaging Connect", () => {
  test("sends over SMS by the partner, and is audited", async () => {
    const { status, body, headers } = await connect(build(), GOOD);
    expect([status, body]).toStrictEqual([
      200,
      {
        success: true,
        result: { message_id: provider.sent[0]?.messageId, status: "accepted" },
        service: "messaging_connect",
      },
    ]);
    expect(headers["cache-control"]).toBe("no-store");
    expect(provider.sent).toMatchObject([{ to: TO, message: "Olá", partner: "infobip" }]);
    expect(audited).toStrictEqual([
      {
        actor: "admin",
        action: "messaging_test",
        subject: "sms",
        detail: {
          service: "messaging_connect",
          account: SENDER,
          recipient: "...1111",
          messages: 1,
        },
      },
    ]);
  });

  test.each([
    { label: "a registration", id: GUID },
    { label: "a registration in upper case", id: GUID.toUpperCase() },
    { label: "a channel's name", id: "acs-connect" },
  ])("sends over WhatsApp to $label", async ({ id }) => {
    const { status, body } = await connect(build(), { ...GOOD, channel_id: id });
    expect([status, body.result]).toStrictEqual([200, { message_id: "w1", status: "accepted" }]);
    expect(whatsApp).toStrictEqual([{ text: "Olá" }]);
  });

  test("tells every id of a text that was split", async () => {
    const app = build({ sms: { max_segments: 1 } });
    const { body } = await connect(app, { ...GOOD, channel_id: "sms", message: "a ".repeat(100) });
    const ids = provider.sent.map(({ messageId }) => messageId);
    expect(ids).toHaveLength(2);
    expect(body.result).toStrictEqual({
      message_id: ids[0],
      status: "accepted",
      message_ids: ids,
    });
  });

  test.each([
    { label: "no plus", change: { phone_number: "5561990001111" }, want: /^phone_number: / },
    { label: "a short number", change: { phone_number: "+1234567" }, want: /^phone_number: / },
    {
      label: "a long number",
      change: { phone_number: `+${"1".repeat(16)}` },
      want: /^phone_number: /,
    },
    { label: "a blank message", change: { message: "  " }, want: /^message: / },
    { label: "a long message", change: { message: "x".repeat(2049) }, want: /^message: / },
    { label: "no channel", change: { channel_id: undefined }, want: /^channel_id: / },
    { label: "an unknown key", change: { extra: 1 }, want: /extra/ },
    {
      label: "a length that is no number",
      change: { message: { length: { toString: 1, valueOf: 1 } } },
      want: /length/,
    },
  ])("refuses $label", async ({ change, want }) => {
    const { status, body } = await connect(build(), { ...GOOD, ...change });
    expect([status, body.success, body.error.code]).toStrictEqual([422, false, "request_invalid"]);
    expect(body.error.message).toMatch(want);
    expect(body.service).toBe("messaging_connect");
    expect([audited, provider.sent]).toStrictEqual([[], []]);
  });

  test("takes a message of 2048 characters", async () => {
    expect((await connect(build(), { ...GOOD, message: "x".repeat(2048) })).status).toBe(200);
  });

  test.each([
    { label: "the first registration, which is not of Messaging Connect", id: TRADITIONAL },
    { label: "another channel's account", id: "1" },
    { label: "another channel's name", id: "whatsapp" },
    { label: "an unknown one", id: "constructor" },
  ])("knows no channel by $label", async ({ id }) => {
    const { status, body } = await connect(build(), { ...GOOD, channel_id: id });
    expect([status, body.error.code]).toStrictEqual([404, "unknown_channel"]);
    expect([audited, provider.sent, whatsApp]).toStrictEqual([[], [], []]);
  });

  test("knows no SMS sender that Messaging Connect is off for", async () => {
    const app = build({ sms: { messaging_connect: "false" } });
    expect((await connect(app, GOOD)).body.error.code).toBe("unknown_channel");
  });

  test("is refused where Messaging Connect is off altogether", async () => {
    const app = build({ without: ["acs-connect", "sms"] });
    const { status, body } = await connect(app, GOOD);
    expect([status, body.error.code]).toStrictEqual([409, "messaging_connect_disabled"]);
  });

  test.each([
    {
      label: "a refused recipient",
      fault: { kind: "item", status: 400, message: "Not a number." },
      want: [422, { code: "channel_refused", message: "Not a number." }],
    },
    {
      label: "a failing provider",
      fault: { kind: "raw", status: 500, body: "" },
      want: [502, { code: "channel_unavailable", message: "the provider refused with 500" }],
    },
    {
      label: "an answer that never came",
      fault: { kind: "reset", taken: true },
      want: [502, { code: "channel_uncertain", message: "no answer from the provider: reset" }],
    },
  ] as const)("tells of $label", async ({ fault, want }) => {
    provider.script([fault]);
    const { status, body } = await connect(build(), GOOD);
    expect([status, body]).toStrictEqual([
      want[0],
      { success: false, error: want[1], service: "messaging_connect" },
    ]);
    expect(audited).toHaveLength(1);
  });

  test("tells which part of a text went out before another failed", async () => {
    provider.script([{ kind: "none" }, { kind: "raw", status: 500, body: "" }]);
    const app = build({ sms: { max_segments: 1 } });
    const { status, body } = await connect(app, { ...GOOD, message: "a ".repeat(100) });
    expect([status, body.success]).toStrictEqual([502, false]);
    expect(body.result).toStrictEqual({ message_ids: [provider.sent[0]?.messageId] });
  });

  test("hides a secret that a provider repeats", async () => {
    const message = `the key ${PARTNER_KEY} is wrong`;
    const app = build({
      changes: {
        channels: new Map([
          [
            "sms",
            {
              name: "sms",
              type: "sms",
              channel: plainChannel({
                accounts: [SENDER],
                interpret: () => {
                  const words = { code: "", title: message };
                  throw new BridgeError("channel_refused", "no", { provider: words });
                },
              }),
            },
          ],
        ]),
      },
    });
    expect((await connect(app, GOOD)).body.error.message).toBe("the key [secret] is wrong");
  });

  test("is not sent where it cannot be audited", async () => {
    const audit = () =>
      Promise.reject(new BridgeError("store_unavailable", "the database is away"));
    const { status } = await connect(build({ changes: { audit } }), GOOD);
    expect([status, provider.sent]).toStrictEqual([503, []]);
  });
});

describe("a test of WhatsApp on Azure", () => {
  const plain = (app: Express, body: unknown) => post(app, "/messaging/test", body);

  test("sends a fixed text to the configured number", async () => {
    const { status, body } = await plain(build(), {});
    expect([status, body]).toStrictEqual([
      200,
      { success: true, result: { message_id: "w1", status: "accepted" }, service: "acs_whatsapp" },
    ]);
    expect(whatsApp).toStrictEqual([
      { text: "Mensagem de teste da Ponte. / Test message of Ponte." },
    ]);
    expect(audited).toMatchObject([{ subject: "acs", detail: { recipient: "...1111" } }]);
  });

  test("needs no body", async () => {
    const call = supertest(build()).post("/messaging/test").set("Authorization", `Bearer ${KEY}`);
    expect((await call).status).toBe(200);
  });

  test("adds the note, and takes a text and a number", async () => {
    const body = { note: " deploy 7 ", to: "+5561990002222", message: "Oi" };
    await plain(build(), body);
    expect(whatsApp).toStrictEqual([{ text: "Oi\ndeploy 7" }]);
    expect(audited).toMatchObject([{ detail: { recipient: "...2222" } }]);
  });

  test.each([
    { label: "a number that is none", body: { to: "0800" } },
    { label: "an empty text", body: { message: "" } },
    { label: "a long note", body: { note: "x".repeat(201) } },
    { label: "a list", body: [] },
    { label: "a length that is no number", body: { message: { length: { toString: 1 } } } },
  ])("refuses $label", async ({ body }) => {
    const answer = await plain(build(), body);
    expect([answer.status, answer.body.error.code]).toStrictEqual([422, "request_invalid"]);
  });

  test("is refused where no number is known", async () => {
    const settings = { isEnabled: true, recipient: undefined };
    const { status, body } = await plain(build({ changes: { settings } }), {});
    expect([status, body.error.code]).toStrictEqual([409, "no_recipient"]);
  });

  test("is refused where there is no such channel", async () => {
    const { status, body } = await plain(build({ without: ["acs"] }), {});
    expect([status, body.error.code]).toStrictEqual([404, "unknown_channel"]);
  });
});

describe.each(["/messaging/test", "/messaging-connect/test"])("%s", (path) => {
  test("is switched off unless the settings say otherwise", async () => {
    const settings = { isEnabled: false, recipient: TO };
    const { status, body } = await post(build({ changes: { settings } }), path, GOOD);
    expect([status, body.error.code]).toStrictEqual([409, "tests_disabled"]);
    expect([audited, provider.sent, whatsApp]).toStrictEqual([[], [], []]);
  });

  test("is for the operator alone", async () => {
    const { status, body } = await post(build(), path, GOOD, "another-key");
    expect([status, body.code]).toStrictEqual([401, "request_unauthorized"]);
    expect(audited).toStrictEqual([]);
  });

  test.each([
    { label: "broken JSON", body: "{", want: 400 },
    { label: "a large body", body: JSON.stringify({ message: "x".repeat(20_000) }), want: 413 },
  ])("refuses $label", async ({ body, want }) => {
    expect((await post(build(), path, body)).status).toBe(want);
  });

  test("may be called six times a minute", async () => {
    const app = build();
    const statuses: number[] = [];
    for (let call = 0; call < 7; call += 1) {
      statuses.push((await post(app, path, {}, "another-key")).status);
    }
    expect(statuses).toStrictEqual([401, 401, 401, 401, 401, 401, 429]);
  });
});
