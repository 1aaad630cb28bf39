import { describe, expect, test } from "@jest/globals";
import {
  createAcknowledge,
  createInterpret,
  createPrepare,
} from "../../../src/channels/cloud/send.ts";
import type { HttpResponse } from "../../../src/transport.ts";
import { RAW_SETTINGS, settingsWith } from "./cloud-settings.ts";
import { thrownBy } from "../../thrown.ts";

const ID = "0b6f1b1e-3c1d-4d0e-9a3f-6c2f1de0a001";
const TOKEN = RAW_SETTINGS.access_token;
const HEADERS = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
const URL = "https://graph.facebook.com/v25.0/810000000000001/messages";
const interpret = createInterpret([TOKEN]);

function response(status: number, body: unknown): HttpResponse {
  return { status, headers: {}, body: typeof body === "string" ? body : JSON.stringify(body) };
}

function refusal(code: number, more: Readonly<Record<string, unknown>> = {}): object {
  return { error: { message: `(#${String(code)}) No`, type: "OAuthException", code, ...more } };
}

describe("the call that sends a payload", () => {
  const prepare = createPrepare(settingsWith());

  test("it carries the payload as it is, and our id", () => {
    const payload = { messaging_product: "whatsapp", to: "+55", text: { body: 'Olá "você"' } };
    expect(prepare(payload, { id: ID, account: "810000000000001", round: 0 })).toStrictEqual({
      method: "POST",
      url: URL,
      headers: HEADERS,
      body: `{"messaging_product":"whatsapp","to":"+55","text":{"body":"Olá \\"você\\""},"biz_opaque_callback_data":"${ID}"}`,
    });
  });

  test("a payload cannot bring callback data of its own", () => {
    const { body } = prepare({ biz_opaque_callback_data: "x" }, { id: ID, account: "8", round: 0 });
    expect(body).toBe(`{"biz_opaque_callback_data":"${ID}"}`);
  });

  test("an account cannot leave its place in the address", () => {
    const { url } = prepare({}, { id: ID, account: "../1?x#", round: 0 });
    expect(url).toBe("https://graph.facebook.com/v25.0/..%2F1%3Fx%23/messages");
  });

  test.each([null, "text", 7, []])("%j is no payload", (payload) => {
    const error = thrownBy(() => prepare(payload, { id: ID, account: "8", round: 0 }));
    expect(error.code).toBe("channel_invalid_payload");
  });
});

test("the call that acknowledges marks as read and shows typing", () => {
  const acknowledge = createAcknowledge(settingsWith());
  expect(acknowledge({ account: "810000000000001", externalId: "wamid.IN1==" })).toStrictEqual({
    method: "POST",
    url: URL,
    headers: HEADERS,
    body: '{"messaging_product":"whatsapp","status":"read","message_id":"wamid.IN1==","typing_indicator":{"type":"text"}}',
  });
});

test.each([
  { signs: { read: true, typing: false }, want: '"status":"read","message_id":"wamid.IN1=="}' },
  { signs: { read: false, typing: true }, want: undefined },
  { signs: { read: false, typing: false }, want: undefined },
])("there is no sign of typing without the mark as read: $signs", ({ signs, want }) => {
  const message = { account: "810000000000001", externalId: "wamid.IN1==" };
  const [call] = [createAcknowledge(settingsWith())(message, signs)].flat();
  expect(call?.body).toBe(want === undefined ? want : `{"messaging_product":"whatsapp",${want}`);
});

describe("an answer that took the message", () => {
  test.each([
    {
      label: "to a phone",
      body: {
        messaging_product: "whatsapp",
        contacts: [{ input: "+5561991234567", wa_id: "556191234567" }],
        messages: [{ id: "wamid.OUT1==", message_status: "accepted" }],
      },
      want: { externalId: "wamid.OUT1==", identities: [{ kind: "phone", value: "556191234567" }] },
    },
    {
      label: "to a user id",
      body: { contacts: [{ user_id: "BR.66100" }], messages: [{ id: "wamid.OUT2==" }] },
      want: { externalId: "wamid.OUT2==", identities: [{ kind: "bsuid", value: "BR.66100" }] },
    },
    {
      label: "without contacts",
      body: { messages: [{ id: "wamid.OUT3==" }] },
      want: { externalId: "wamid.OUT3==" },
    },
    {
      label: "with contacts that cannot be read",
      body: { contacts: "x", messages: [{ id: "wamid.OUT4==" }] },
      want: { externalId: "wamid.OUT4==" },
    },
  ])("$label", ({ body, want }) => {
    expect(interpret(response(200, body))).toStrictEqual(want);
  });

  test.each([
    { label: "cut JSON", body: '{"messages":[{"id":"wam' },
    { label: "nothing", body: "" },
    { label: "no messages", body: { messages: [] } },
    { label: "an empty id", body: { messages: [{ id: "" }] } },
    { label: "a list", body: [] },
  ])("a success with $label is uncertain", ({ body }) => {
    expect(thrownBy(() => interpret(response(200, body))).code).toBe("channel_uncertain");
  });
});

describe("an answer that refused the message", () => {
  test.each([
    { code: 131016, status: 500, want: "channel_unavailable" },
    { code: 130429, status: 400, want: "channel_throttled" },
    { code: 131026, status: 400, want: "channel_refused" },
    { code: 131009, status: 400, want: "channel_invalid_payload" },
    { code: 190, status: 401, want: "channel_account_blocked" },
    { code: 131047, status: 400, want: "channel_window_closed" },
    { code: 999999, status: 401, want: "channel_account_blocked" },
    { code: 131009, status: 200, want: "channel_invalid_payload" },
  ])("$code with $status is $want", ({ code, status, want }) => {
    expect(thrownBy(() => interpret(response(status, refusal(code)))).code).toBe(want);
  });

  test("it keeps the provider's words, its trace and what to do", () => {
    const body = refusal(131056, { error_data: { details: "Slow down" }, fbtrace_id: "Atrace" });
    const error = thrownBy(() => interpret(response(400, body)));
    expect({
      detail: error.detail,
      provider: error.provider,
      failure: error.failure,
    }).toStrictEqual({
      detail: "131056: Too many messages to the same person. The next one waits a few seconds.",
      provider: {
        code: "131056",
        title: "(#131056) No",
        details: "Slow down",
        traceId: "Atrace",
      },
      failure: { class: "throttle", scope: "pair", waitMs: 6000 },
    });
  });

  test.each([
    { label: "a proxy's page", status: 502, body: "<html></html>", want: "channel_unavailable" },
    { label: "an empty failure", status: 500, body: "", want: "channel_unavailable" },
    { label: "an empty 429", status: 429, body: "", want: "channel_throttled" },
    {
      label: "an error that is a word",
      status: 503,
      body: { error: "x" },
      want: "channel_unavailable",
    },
    { label: "an empty 401", status: 401, body: "", want: "channel_account_blocked" },
    { label: "a page not found", status: 404, body: "<html>", want: "channel_invalid_payload" },
    { label: "a redirect", status: 302, body: "", want: "channel_invalid_payload" },
  ])("$label is $want", ({ status, body, want }) => {
    const error = thrownBy(() => interpret(response(status, body)));
    expect(error.code).toBe(want);
    expect(error.detail).toBe(`the provider answered ${String(status)} without saying why`);
  });

  test("a token that the provider repeats does not get out", () => {
    const body = {
      error: {
        message: `Malformed access token ${TOKEN}`,
        code: 190,
        error_data: { details: `Got ${TOKEN} and ${TOKEN}` },
        fbtrace_id: TOKEN,
      },
    };
    const error = thrownBy(() => interpret(response(401, body)));
    expect(error.provider).toStrictEqual({
      code: "190",
      title: "Malformed access token [secret]",
      details: "Got [secret] and [secret]",
      traceId: "[secret]",
    });
    expect(error.message + error.detail).not.toContain(TOKEN);
  });
});
