import { gzipSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import type { WebhookRequest } from "../../../src/channels/channel.ts";
import { createReceive } from "../../../src/channels/cloud/receive.ts";
import { signWebhook } from "../../standins/graph-webhooks.ts";
import { settingsWith } from "./cloud-settings.ts";
import { thrownBy } from "../../thrown.ts";

const SECRET = "s3cr3t-do-app";

/** The provider's way of writing JSON, with a signature that was computed elsewhere. */
const BODY = String.raw`{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[],"note":"Ol\u00e1, Jo\u00e3o! caf\u00e9 \ud83d\ude00 a\u0040b.br \/x"}]}`;
const SIGNATURE = "sha256=3f1785eea0583441b421295dea0d9d4a17eba407cba1d1565bfbcbb6ab1655fe";

const receive = createReceive(settingsWith());

function post(body: string | Buffer, headers: WebhookRequest["headers"]): WebhookRequest {
  return { method: "POST", suffix: "", headers, query: {}, rawBody: Buffer.from(body) };
}

describe("the signature of a webhook", () => {
  test("the known body with its known signature is genuine", () => {
    expect(receive(post(BODY, { "x-hub-signature-256": SIGNATURE }))).toStrictEqual({
      kind: "events",
      events: [],
    });
  });

  test("the older of two app secrets is still good", () => {
    const rotating = createReceive(settingsWith({ app_secrets: ["new-secret", SECRET] }));
    expect(rotating(post(BODY, { "x-hub-signature-256": SIGNATURE })).kind).toBe("events");
  });

  const reserialised = JSON.stringify(JSON.parse(BODY));
  const { headers: wrong } = signWebhook(BODY, "another-secret");
  const { headers: empty } = signWebhook(BODY, "");

  test.each([
    { label: "no header", body: BODY, headers: {}, want: "the signature header is missing" },
    {
      label: "a truncated header",
      body: BODY,
      headers: { "x-hub-signature-256": SIGNATURE.slice(0, -1) },
      want: "the signature header is malformed",
    },
    {
      label: "a header that goes on",
      body: BODY,
      headers: { "x-hub-signature-256": `${SIGNATURE}\n` },
      want: "the signature header is malformed",
    },
    {
      label: "upper-case digits",
      body: BODY,
      headers: { "x-hub-signature-256": `sha256=${SIGNATURE.slice(7).toUpperCase()}` },
      want: "the signature header is malformed",
    },
    {
      label: "no algorithm",
      body: BODY,
      headers: { "x-hub-signature-256": SIGNATURE.slice(7) },
      want: "the signature header is malformed",
    },
    {
      label: "the signature of the older algorithm alone",
      body: BODY,
      headers: { "x-hub-signature": "sha1=da39a3ee5e6b4b0d3255bfef95601890afd80709" },
      want: "the signature header is missing",
    },
    {
      label: "the signature of another secret",
      body: BODY,
      headers: wrong,
      want: "the signature does not match the body",
    },
    {
      label: "the signature of an empty secret",
      body: BODY,
      headers: empty,
      want: "the signature does not match the body",
    },
    {
      label: "a body that was parsed and written again",
      body: reserialised,
      headers: { "x-hub-signature-256": SIGNATURE },
      want: "the signature does not match the body",
    },
    {
      label: "a body with one byte changed",
      body: BODY.replace('"1"', '"2"'),
      headers: { "x-hub-signature-256": SIGNATURE },
      want: "the signature does not match the body",
    },
    {
      label: "a compressed body",
      body: gzipSync(BODY),
      headers: { "x-hub-signature-256": SIGNATURE, "content-encoding": "gzip" },
      want: "the body is compressed, which the provider never does",
    },
    {
      label: "a plain body that claims to be compressed",
      body: BODY,
      headers: { "x-hub-signature-256": SIGNATURE, "content-encoding": "gzip" },
      want: "the body is compressed, which the provider never does",
    },
  ])("$label is refused", ({ body, headers, want }) => {
    const error = thrownBy(() => receive(post(body, headers)));
    expect({ code: error.code, detail: error.detail }).toStrictEqual({
      code: "webhook_forged",
      detail: want,
    });
  });

  test("an unsigned body that is no JSON is refused before it is parsed", () => {
    expect(thrownBy(() => receive(post("{", {}))).code).toBe("webhook_forged");
  });

  test("without an app secret, unsigned webhooks pass only where they are allowed", () => {
    const open = createReceive(settingsWith({ app_secrets: [], allow_unsigned: true }));
    expect(open(post(BODY, {})).kind).toBe("events");
  });

  test("with an app secret, allowing unsigned webhooks opens nothing", () => {
    const both = createReceive(settingsWith({ allow_unsigned: true }));
    expect(thrownBy(() => both(post(BODY, {}))).code).toBe("webhook_forged");
  });
});

describe("the call that registers the webhook", () => {
  const good = {
    "hub.mode": "subscribe",
    "hub.verify_token": "verify-two",
    "hub.challenge": "1158201444",
  };

  function get(query: WebhookRequest["query"]): WebhookRequest {
    return { method: "GET", suffix: "", headers: {}, query, rawBody: Buffer.alloc(0) };
  }

  test.each(["verify-one", "verify-two"])("the token %s gets the challenge back", (token) => {
    expect(receive(get({ ...good, "hub.verify_token": token }))).toStrictEqual({
      kind: "handshake",
      contentType: "text/plain; charset=utf-8",
      body: "1158201444",
    });
  });

  test.each([
    { label: "a wrong token", change: { "hub.verify_token": "verify-three" } },
    { label: "a token that is only the beginning", change: { "hub.verify_token": "verify-" } },
    { label: "an empty token", change: { "hub.verify_token": "" } },
    { label: "no token", change: { "hub.verify_token": undefined } },
    { label: "a repeated token", change: { "hub.verify_token": ["verify-one", "verify-one"] } },
    { label: "another mode", change: { "hub.mode": "unsubscribe" } },
    { label: "a repeated mode", change: { "hub.mode": ["subscribe"] } },
    { label: "no challenge", change: { "hub.challenge": undefined } },
    { label: "a repeated challenge", change: { "hub.challenge": ["1", "2"] } },
    { label: "a challenge of 257 characters", change: { "hub.challenge": "1".repeat(257) } },
  ])("$label is refused", ({ change }) => {
    const error = thrownBy(() => receive(get({ ...good, ...change })));
    expect(error.code).toBe("webhook_unverified");
    expect(error.detail).not.toContain("verify-one");
  });

  test("a challenge of 256 characters is echoed", () => {
    const challenge = "1".repeat(256);
    expect(receive(get({ ...good, "hub.challenge": challenge }))).toHaveProperty("body", challenge);
  });
});
