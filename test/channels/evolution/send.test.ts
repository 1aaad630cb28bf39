import { describe, expect, test } from "@jest/globals";
import type { Signs } from "../../../src/channels/channel.ts";
import { evolution } from "../../../src/channels/evolution/index.ts";
import { createInterpret, createPrepare } from "../../../src/channels/evolution/send.ts";
import type { HttpResponse } from "../../../src/transport.ts";
import { channelWith, INSTANCE, RAW_SETTINGS, settingsWith } from "./sample.ts";
import { thrownBy } from "../../thrown.ts";

const interpret = createInterpret(settingsWith());
const KEY = RAW_SETTINGS.api_key;

function response(status: number, body: unknown): HttpResponse {
  return {
    status,
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  };
}

const refusal = (status: number, message: unknown) =>
  response(status, { status, error: "Bad Request", response: { message } });

describe("the call that sends a payload", () => {
  const prepare = createPrepare(settingsWith());

  test("it carries the body as it is and the key beside it", () => {
    const payload = { route: "sendText", body: { number: "55", text: "Olá" } };
    expect(prepare(payload, { id: "1", account: INSTANCE, round: 0 })).toStrictEqual({
      method: "POST",
      url: `https://evo.example/message/sendText/${INSTANCE}`,
      headers: { apikey: KEY, "content-type": "application/json" },
      body: '{"number":"55","text":"Olá"}',
    });
  });

  test("an instance cannot leave its place in the address", () => {
    const payload = { route: "sendText", body: {} };
    const { url } = prepare(payload, { id: "1", account: "../loja 1?x#", round: 0 });
    expect(url).toBe("https://evo.example/message/sendText/..%2Floja%201%3Fx%23");
  });

  test.each([null, "text", {}, { route: "sendText" }, { route: "../instance/delete", body: {} }])(
    "%j is no payload",
    (payload) => {
      const error = thrownBy(() => prepare(payload, { id: "1", account: INSTANCE, round: 0 }));
      expect(error.code).toBe("channel_invalid_payload");
    },
  );
});

describe("an answer that took the message", () => {
  test.each([
    {
      label: "to a number that lost its ninth digit",
      key: { remoteJid: "553188887777@s.whatsapp.net", fromMe: true, id: "3EB0A1" },
      want: { externalId: "3EB0A1", identities: [{ kind: "phone", value: "553188887777" }] },
    },
    {
      label: "to a hidden id",
      key: { remoteJid: "87341120956611@lid", id: "3EB0A1" },
      want: { externalId: "3EB0A1", identities: [{ kind: "lid", value: "87341120956611" }] },
    },
    {
      label: "without an address",
      key: { id: "f4b1de0a" },
      want: { externalId: "f4b1de0a" },
    },
    {
      label: "to an instance that runs on nothing",
      key: { id: "f4b1de0a", remoteJid: "5521987650011" },
      want: { externalId: "f4b1de0a", identities: [{ kind: "phone", value: "5521987650011" }] },
    },
  ])("$label", ({ key, want }) => {
    expect(interpret(response(201, { key, status: "PENDING" }))).toStrictEqual(want);
  });

  test.each([
    { label: "cut JSON", body: '{"key":{"id":"3EB' },
    { label: "nothing", body: "" },
    { label: "a key without an id", body: { key: {} } },
    { label: "an empty id", body: { key: { id: "" }, code: 1 } },
    { label: "neither key nor code", body: { status: "PENDING" } },
    { label: "a list", body: [] },
  ])("a success with $label is uncertain", ({ body }) => {
    expect(thrownBy(() => interpret(response(201, body))).code).toBe("channel_uncertain");
  });
});

describe("an answer that refused the message", () => {
  test.each([
    {
      label: "a body that breaks the schema",
      given: refusal(400, [['instance requires property "text"']]),
      code: "channel_invalid_payload",
      failure: { class: "fix" },
    },
    {
      label: "a number that is not on WhatsApp",
      given: refusal(400, [{ jid: "5511@s.whatsapp.net", exists: false, number: "5511" }]),
      code: "channel_refused",
      failure: { class: "drop" },
    },
    {
      label: "a file nobody can fetch",
      given: refusal(400, ["Owned media must be a url or base64"]),
      code: "channel_invalid_payload",
      failure: { class: "fix" },
    },
    {
      label: "a message that instance does not have",
      given: refusal(400, ["Method not available on WhatsApp Business API"]),
      code: "channel_invalid_payload",
      failure: { class: "fix", degrade: true },
    },
    {
      label: "the same as a failure",
      given: refusal(500, "Method not available in the Baileys service"),
      code: "channel_invalid_payload",
      failure: { class: "fix", degrade: true },
    },
    {
      label: "a call that version does not have",
      given: refusal(404, ["Cannot POST /message/sendButtons/x"]),
      code: "channel_invalid_payload",
      failure: { class: "fix", degrade: true },
    },
    {
      label: "a failure that calls itself a bad request",
      given: refusal(400, ["TypeError: Cannot read properties of undefined"]),
      code: "channel_unavailable",
      failure: { class: "retry", maxAttempts: 3 },
    },
    {
      label: "a failure without words",
      given: refusal(400, ["[object Object]"]),
      code: "channel_unavailable",
      failure: { class: "retry", maxAttempts: 3 },
    },
    {
      label: "a wrong key",
      given: refusal(401, "Unauthorized"),
      code: "channel_account_blocked",
      failure: { class: "alert", scope: "account" },
    },
    {
      label: "an unknown instance",
      given: refusal(404, ['The "x" instance does not exist']),
      code: "channel_account_blocked",
      failure: { class: "alert", scope: "account", waitMs: 60_000 },
    },
    {
      label: "a phone that is not connected",
      given: refusal(500, "Connection Closed"),
      code: "channel_account_blocked",
      failure: { class: "alert", scope: "account", waitMs: 30_000 },
    },
    {
      label: "a failure of another kind",
      given: refusal(500, "Internal"),
      code: "channel_unavailable",
      failure: { class: "retry" },
    },
    {
      label: "a server that is not activated",
      given: response(503, { error: "service not activated", code: "LICENSE_REQUIRED" }),
      code: "channel_account_blocked",
      failure: { class: "alert", scope: "account", waitMs: 1_800_000 },
    },
    {
      label: "a server that is not activated and says so politely",
      given: response(200, { error: "service not activated", code: "LICENSE_REQUIRED" }),
      code: "channel_account_blocked",
      failure: { class: "alert", scope: "account", waitMs: 1_800_000 },
    },
    {
      label: "Meta's limit, with the status of a success",
      given: response(201, {
        message: "(#131056) x",
        type: "OAuthException",
        code: 131056,
        error_data: {},
      }),
      code: "channel_throttled",
      failure: { class: "throttle", scope: "pair", waitMs: 6000 },
    },
    {
      label: "Meta's closed window, with the status of a success",
      given: response(201, { message: "(#131047) x", type: "OAuthException", code: 131047 }),
      code: "channel_window_closed",
      failure: { class: "drop", windowClosed: true },
    },
    {
      label: "a code of Meta's that nobody knows",
      given: response(201, { message: "x", code: 999_999 }),
      code: "channel_refused",
      failure: { class: "drop" },
    },
    {
      label: "a proxy's page",
      given: response(502, "<html></html>"),
      code: "channel_unavailable",
      failure: { class: "retry" },
    },
    {
      label: "too many calls",
      given: response(429, ""),
      code: "channel_throttled",
      failure: { class: "throttle", scope: "account", waitMs: 5000 },
    },
    {
      label: "a page not found",
      given: response(404, "<html>"),
      code: "channel_account_blocked",
      failure: { class: "alert", scope: "account", waitMs: 60_000 },
    },
    {
      label: "a redirect",
      given: response(302, ""),
      code: "channel_invalid_payload",
      failure: { class: "fix" },
    },
  ])("$label is $code", ({ given, code, failure }) => {
    const error = thrownBy(() => interpret(given));
    expect({ code: error.code, failure: error.failure }).toStrictEqual({ code, failure });
  });

  test("it keeps the provider's words apart from ours", () => {
    const error = thrownBy(() =>
      interpret(refusal(400, [[{ jid: "5511@s.whatsapp.net", exists: false, number: "5511" }]])),
    );
    expect(error.detail).toBe(
      "not_on_whatsapp: The number is not on WhatsApp, or not in this form.",
    );
    expect(error.provider).toStrictEqual({
      code: "",
      title: '{"jid":"5511@s.whatsapp.net","exists":false,"number":"5511"}',
    });
  });

  test("Meta's words come with their code, details and trace", () => {
    const body = {
      message: "(#131030) No",
      code: 131030,
      error_data: { details: "Not on the list" },
      fbtrace_id: "Atrace",
    };
    expect(thrownBy(() => interpret(response(201, body))).provider).toStrictEqual({
      code: "131030",
      title: "(#131030) No",
      details: "Not on the list",
      traceId: "Atrace",
    });
  });

  test("a secret that the provider repeats does not get out", () => {
    const secrets = [KEY, ...RAW_SETTINGS.webhook_secrets, ...RAW_SETTINGS.body_apikeys];
    const words = secrets.join(" and ");
    const meta = { message: words, code: 190, error_data: { details: words }, fbtrace_id: words };
    for (const given of [refusal(400, [[words]]), response(201, meta)]) {
      const error = thrownBy(() => interpret(given));
      const shown = JSON.stringify([error.message, error.detail, error.provider]);
      expect(secrets.filter((secret) => shown.includes(secret))).toEqual([]);
      expect(shown).toContain("[secret]");
    }
  });

  test("words without end are cut, and lists without end are not followed", () => {
    const long = thrownBy(() => interpret(refusal(400, "x".repeat(100_000)))).provider?.title;
    expect(long).toHaveLength(300);
    const nested = `{"response":{"message":${"[".repeat(10_000)}"x"${"]".repeat(10_000)}}}`;
    expect(thrownBy(() => interpret(response(400, nested))).provider?.title).toBe("");
  });

  test.each([
    { code: "LICENSE_REQUIRED", language: "en", want: "is not activated" },
    { code: "LICENSE_REQUIRED", language: "pt-BR", want: "não está ativado" },
    { code: "131047", language: "en", want: "24" },
  ] as const)("hints explain $code in $language", ({ code, language, want }) => {
    expect(evolution.hint?.(code, language)).toContain(want);
  });
});

describe("whether an instance works", () => {
  const { probe } = channelWith();

  test("is asked of the server", () => {
    expect(probe?.request(INSTANCE)).toStrictEqual({
      method: "GET",
      url: `https://evo.example/instance/connectionState/${INSTANCE}`,
      headers: { apikey: KEY },
    });
  });

  test.each([
    { state: "open", want: "connected" },
    { state: "connecting", want: "connecting" },
    { state: "close", want: "disconnected" },
  ])("$state is $want", ({ state, want }) => {
    const answer = response(200, { instance: { instanceName: INSTANCE, state } });
    expect(probe?.read(answer)).toStrictEqual({ state: want, detail: "" });
  });

  test.each([
    { given: response(200, { instance: { state: "new" } }), want: "channel_unreadable" },
    { given: response(200, "<html>"), want: "channel_unreadable" },
    { given: refusal(401, "Unauthorized"), want: "channel_account_blocked" },
    { given: response(503, ""), want: "channel_unavailable" },
  ])("an answer of $given.status with $given.body is $want", ({ given, want }) => {
    expect(thrownBy(() => probe?.read(given)).code).toBe(want);
  });
});

describe("the signs that a message was read and is being answered", () => {
  const identities = [{ kind: "phone", value: "5521987650011" }] as const;
  const signs = (
    changes: Readonly<Record<string, unknown>>,
    to: { identities: typeof identities | readonly [] } = { identities },
    allowed?: Signs,
  ) =>
    [
      channelWith(changes).acknowledge?.(
        { account: INSTANCE, externalId: "3A1", ...to },
        allowed,
      ) ?? [],
    ]
      .flat()
      .map(({ method, url, body }) => [
        method,
        url.split("/").slice(3, 5).join("/"),
        JSON.parse(body ?? ""),
      ]);
  const key = { remoteJid: "5521987650011@s.whatsapp.net", fromMe: false, id: "3A1" };
  const typing = { delay: 4000, presence: "composing" };
  const number = "5521987650011";
  const read = ["POST", "chat/markMessageAsRead", { readMessages: [key] }];
  const write = ["POST", "chat/sendPresence", { number, ...typing }];

  test.each([
    { changes: {}, allowed: { read: true, typing: false }, want: [read] },
    { changes: {}, allowed: { read: false, typing: true }, want: [write] },
    { changes: { acknowledge: "read" }, allowed: { read: false, typing: true }, want: [] },
  ])("$allowed allows no more than that: $changes", ({ changes, allowed, want }) => {
    expect(signs(changes, { identities }, allowed)).toEqual(want);
  });

  test.each([
    { changes: {}, want: [read, write] },
    { changes: { acknowledge: "read" }, want: [read] },
    { changes: { acknowledge: "typing" }, want: [write] },
    { changes: { acknowledge: "off" }, want: [] },
    { changes: { integration: "business" }, want: [] },
    { changes: { integration: "evolution" }, want: [] },
    {
      changes: { api_version: "v1" },
      want: [
        ["PUT", "chat/markMessageAsRead", { read_messages: [key] }],
        ["POST", "chat/sendPresence", { number, options: typing }],
      ],
    },
  ])("with $changes", ({ changes, want }) => {
    expect(signs(changes)).toStrictEqual(want);
  });

  test("need somebody to be shown to", () => {
    expect(signs({}, { identities: [] })).toStrictEqual([]);
  });
});
