import { describe, expect, test } from "@jest/globals";
import type { HttpResponse } from "../../../src/transport.ts";
import { createAnnounceOptOut, createPrepare } from "../../../src/channels/sms/requests.ts";
import {
  createInterpret,
  createProbe,
  createReportLookup,
} from "../../../src/channels/sms/send.ts";
import { PARTNER_KEY, PERSON, SENDER, settingsWith } from "./sms-settings.ts";
import { thrownBy } from "../../thrown.ts";

/** Made at 2026-11-20T14:03:21Z. */
const ID = "01a1f944-d828-7000-8000-000000000001";
const MESSAGE = { id: ID, account: SENDER, round: 0 };
const PAYLOAD = { to: `+${PERSON}`, message: 'Olá "Ana"' };
const CONNECT = { messaging_connect: true, messaging_connect_key: PARTNER_KEY };

const interpret = createInterpret([PARTNER_KEY]);

function response(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return { status, headers, body: typeof body === "string" ? body : JSON.stringify(body) };
}

const bodyOf = (changes: Readonly<Record<string, unknown>>, round = 0): unknown =>
  JSON.parse(createPrepare(settingsWith(changes))(PAYLOAD, { ...MESSAGE, round }).body ?? "");

describe("the call that sends", () => {
  test("carries one recipient, our id as request and as tag, and asks for a report", () => {
    const request = createPrepare(settingsWith())(PAYLOAD, MESSAGE);
    expect({ ...request, body: JSON.parse(request.body ?? "") }).toStrictEqual({
      method: "POST",
      url: "https://ponte-tests.communication.azure.com/sms?api-version=2026-01-23",
      headers: { "content-type": "application/json" },
      body: {
        from: SENDER,
        smsRecipients: [
          {
            to: "+5511987650033",
            repeatabilityRequestId: ID,
            repeatabilityFirstSent: "Fri, 20 Nov 2026 14:03:21 GMT",
          },
        ],
        message: 'Olá "Ana"',
        smsSendOptions: { enableDeliveryReport: true, tag: ID },
      },
    });
  });

  test("a new round is a new request with the same tag", () => {
    const [first, second] = [bodyOf({}, 1), bodyOf({}, 2)].map((body) => JSON.stringify(body));
    expect(first).not.toBe(second);
    expect(first).toContain(`"tag":"${ID}"`);
    expect(first).not.toContain(`"repeatabilityRequestId":"${ID}"`);
  });

  test("the version and the report's time are those of the settings", () => {
    const changes = { api_version: "2021-03-07", report_timeout_s: 300 };
    expect(createPrepare(settingsWith(changes))(PAYLOAD, MESSAGE).url).toContain("2021-03-07");
    expect(bodyOf(changes)).toMatchObject({
      smsSendOptions: { deliveryReportTimeoutInSeconds: 300 },
    });
  });

  test.each([
    {
      label: "the partner's key stands among its parameters",
      changes: CONNECT,
      want: { partner: "infobip", partnerParams: { apiKey: PARTNER_KEY } },
    },
    {
      label: "or flat, as preview versions have it",
      changes: {
        ...CONNECT,
        messaging_connect_shape: "flat",
        messaging_connect_partner: "another",
      },
      want: { partner: "another", apiKey: PARTNER_KEY },
    },
    {
      label: "or nowhere while Messaging Connect is off",
      changes: { messaging_connect_key: PARTNER_KEY },
      want: undefined,
    },
  ])("$label", ({ changes, want }) => {
    expect(bodyOf(changes)).toHaveProperty(
      "smsSendOptions",
      want === undefined
        ? { enableDeliveryReport: true, tag: ID }
        : { enableDeliveryReport: true, tag: ID, messagingConnect: want },
    );
  });

  test.each([null, "text", [], {}, { to: "+55" }, { to: 7, message: "x" }])(
    "%j is no payload",
    (payload) => {
      const error = thrownBy(() => createPrepare(settingsWith())(payload, MESSAGE));
      expect(error.code).toBe("channel_invalid_payload");
    },
  );

  test("more than a payload is not sent along", () => {
    const { body } = createPrepare(settingsWith())({ ...PAYLOAD, from: "+1" }, MESSAGE);
    expect(body).not.toContain('"from":"+1"');
  });
});

describe("an answer that took the message", () => {
  test("gives the provider's id", () => {
    const value = [
      { to: "+55", messageId: "Outgoing_1_noam", httpStatusCode: 202, successful: true },
    ];
    expect(interpret(response(202, { value }))).toStrictEqual({ externalId: "Outgoing_1_noam" });
  });

  test.each([
    { label: "nothing", body: "" },
    { label: "cut JSON", body: '{"value":[{"mess' },
    { label: "no recipients", body: { value: [] } },
    { label: "no id", body: { value: [{ httpStatusCode: 202, successful: true }] } },
    { label: "an empty id", body: { value: [{ messageId: "", successful: true }] } },
    {
      label: "a request it may have seen before",
      body: { value: [{ messageId: "x", successful: true, repeatabilityResult: "Rejected" }] },
    },
  ])("with $label is uncertain", ({ body }) => {
    expect(thrownBy(() => interpret(response(202, body))).code).toBe("channel_uncertain");
  });
});

describe("an answer that took the call and refused the recipient", () => {
  const refused = (status: number, errorMessage?: string) =>
    thrownBy(() =>
      interpret(
        response(202, { value: [{ httpStatusCode: status, successful: false, errorMessage }] }),
      ),
    );

  test.each([
    { status: 400, message: "Recipient number is not valid E.164.", want: "channel_refused" },
    { status: 404, message: "Unknown", want: "channel_refused" },
    { status: 401, message: "The sender is not yours", want: "channel_account_blocked" },
    { status: 429, message: "Slow down", want: "channel_throttled" },
    { status: 500, message: "Sorry", want: "channel_unavailable" },
    { status: 0, message: "What", want: "channel_invalid_payload" },
  ])("$status is $want", ({ status, message, want }) => {
    const error = refused(status, message);
    expect(error.code).toBe(want);
    expect(error.provider).toStrictEqual({ code: "", title: message });
  });

  test("it holds though an id came along", () => {
    const value = [{ messageId: "x", httpStatusCode: 400, successful: false }];
    expect(thrownBy(() => interpret(response(202, { value }))).code).toBe("channel_refused");
  });

  test.each(["4007: opted out", "The recipient has Opted Out.", "opt-out list", "OptedOut"])(
    "%j ends all messages to this person",
    (message) => {
      const { code, failure, provider } = refused(400, message);
      expect({ code, failure, provider }).toStrictEqual({
        code: "channel_refused",
        failure: { class: "drop", optOut: "all" },
        provider: { code: "4007", title: message },
      });
    },
  );

  test.each(["The number 40071 is wrong", "no option"])("%j does not", (message) => {
    expect(refused(400, message).failure).toStrictEqual({ class: "drop" });
  });

  test("the provider's words stay out of what we say ourselves", () => {
    const error = refused(400, "No such number: +5511987650033");
    expect(error.message + error.detail).not.toContain("5511987650033");
  });
});

describe("an answer that refused the call", () => {
  test.each([
    { status: 400, want: "channel_invalid_payload", failure: { class: "fix" } },
    { status: 401, want: "channel_account_blocked", failure: { class: "alert", scope: "account" } },
    { status: 403, want: "channel_account_blocked", failure: { class: "alert", scope: "account" } },
    { status: 408, want: "channel_unavailable", failure: { class: "retry" } },
    { status: 500, want: "channel_unavailable", failure: { class: "retry" } },
    { status: 503, want: "channel_unavailable", failure: { class: "retry" } },
    { status: 302, want: "channel_invalid_payload", failure: { class: "fix" } },
  ])("$status is $want", ({ status, want, failure }) => {
    const body = { error: { code: "BadThing", message: "No" } };
    const error = thrownBy(() => interpret(response(status, body)));
    expect({ code: error.code, failure: error.failure, provider: error.provider }).toStrictEqual({
      code: want,
      failure,
      provider: { code: "BadThing", title: "No" },
    });
  });

  test.each([
    { header: "7", status: 429, want: 7000 },
    { header: "7", status: 503, want: 7000 },
    { header: "999999", status: 429, want: 3_600_000 },
    { header: "Sat, 21 Nov 2026 00:49:34 GMT", status: 429, want: 5000 },
    { header: "-1", status: 429, want: 5000 },
    { header: "7", status: 400, want: undefined },
  ])("$status with Retry-After $header waits $want ms", ({ header, status, want }) => {
    const answer = response(status, "", { "retry-after": header });
    expect(thrownBy(() => interpret(answer)).failure?.waitMs).toBe(want);
  });

  test("wrong fields are told", () => {
    const body = {
      type: "https://tools.ietf.org/html/rfc7231#section-6.5.1",
      title: "One or more validation errors occurred.",
      status: 400,
      errors: { Message: ["is too long", "is bad"], From: ["is empty"] },
      traceId: "00-abc",
    };
    expect(thrownBy(() => interpret(response(400, body))).provider).toStrictEqual({
      code: "",
      title: "One or more validation errors occurred.",
      details: "Message: is too long is bad; From: is empty",
      traceId: "00-abc",
    });
  });

  test.each([
    { label: "a proxy's page", body: "<html></html>" },
    { label: "nothing", body: "" },
    { label: "another shape", body: { error: "x" } },
  ])("$label has no words", ({ body }) => {
    expect(thrownBy(() => interpret(response(502, body))).provider).toBeUndefined();
  });

  test("wrong fields in another shape are left out", () => {
    const error = thrownBy(() => interpret(response(400, { title: "No", errors: ["x"] })));
    expect(error.provider).toStrictEqual({ code: "", title: "No" });
  });

  test.each([
    { error: { code: PARTNER_KEY, message: `the key ${PARTNER_KEY} and ${PARTNER_KEY}` } },
    { title: PARTNER_KEY, errors: { key: [PARTNER_KEY] }, traceId: PARTNER_KEY },
  ])("the partner's key does not get out", (body) => {
    const error = thrownBy(() => interpret(response(401, body)));
    expect(JSON.stringify([error.message, error.detail, error.provider])).not.toContain(
      PARTNER_KEY,
    );
    expect(JSON.stringify(error.provider)).toContain("[secret]");
  });
});

describe("an opt-out that we learnt of ourselves", () => {
  const announce = createAnnounceOptOut(settingsWith());
  const identities = [
    { kind: "bsuid", value: "BR.1" },
    { kind: "phone", value: PERSON },
  ] as const;

  test.each([
    { optedOut: true, verb: "add" },
    { optedOut: false, verb: "remove" },
  ])("is told to the provider ($verb)", ({ optedOut, verb }) => {
    expect(announce({ account: SENDER, identities, optedOut })).toStrictEqual({
      method: "POST",
      url: `https://ponte-tests.communication.azure.com/sms/optouts:${verb}?api-version=2026-01-23`,
      headers: { "content-type": "application/json" },
      body: '{"from":"+551140040000","recipients":[{"to":"+5511987650033"}]}',
    });
  });

  test.each([[], [{ kind: "bsuid", value: "BR.1" }], [{ kind: "phone", value: "28777" }]] as const)(
    "has nobody to tell of without a number (%#)",
    (...none) => {
      expect(announce({ account: SENDER, identities: none, optedOut: true })).toBeUndefined();
    },
  );
});

describe("the check of an account", () => {
  const probe = createProbe(settingsWith(), []);

  test("looks at the opt-out list for nobody's number", () => {
    const { url, body } = probe.request(SENDER);
    expect(url).toContain("/sms/optouts:check?");
    expect(body).toBe('{"from":"+551140040000","recipients":[{"to":"+14255550100"}]}');
  });

  test.each([
    { status: 200, detail: "" },
    { status: 400, detail: "the opt-out list of this sender cannot be read" },
    { status: 404, detail: "the opt-out list of this sender cannot be read" },
  ])("$status says that it works", ({ status, detail }) => {
    expect(probe.read(response(status, ""))).toStrictEqual({ state: "connected", detail });
  });

  test.each([
    { status: 401, want: "channel_account_blocked" },
    { status: 403, want: "channel_account_blocked" },
    { status: 429, want: "channel_throttled" },
    { status: 500, want: "channel_unavailable" },
  ])("$status says that it does not", ({ status, want }) => {
    expect(thrownBy(() => probe.read(response(status, ""))).code).toBe(want);
  });
});

describe("the look-up of a delivery report", () => {
  const lookup = createReportLookup(settingsWith(), []);
  const report = {
    messageId: "Outgoing_1",
    from: "551140040000",
    to: `+${PERSON}`,
    deliveryStatus: "Failed",
    deliveryStatusDetails: "4006: unreachable",
    receivedTimestamp: "2026-11-20T14:04:01.9988776Z",
    tag: ID,
  };

  test("asks for one message, whose id cannot leave its place", () => {
    expect(lookup.request("../x?y#z")).toStrictEqual({
      method: "GET",
      url: "https://ponte-tests.communication.azure.com/deliveryReports/..%2Fx%3Fy%23z?api-version=2026-01-23",
      headers: {},
    });
  });

  test("gives what an event would have given", () => {
    expect(lookup.read(response(200, report), SENDER)).toMatchObject({
      kind: "status",
      account: SENDER,
      externalId: "Outgoing_1",
      messageId: ID,
      status: "failed",
      at: "2026-11-20T14:04:01.998Z",
      failure: { class: "retry", waitMs: 600_000, maxAttempts: 3 },
    });
  });

  test("nothing yet is no failure", () => {
    expect(lookup.read(response(404, ""), SENDER)).toBeUndefined();
  });

  test.each([
    { label: "a refusal", answer: response(401, ""), want: "channel_account_blocked" },
    { label: "a page", answer: response(200, "<html>"), want: "channel_unreadable" },
    {
      label: "a report without time",
      answer: response(200, { ...report, receivedTimestamp: undefined }),
      want: "channel_unreadable",
    },
  ])("$label is one", ({ answer, want }) => {
    expect(thrownBy(() => lookup.read(answer, SENDER)).code).toBe(want);
  });
});
