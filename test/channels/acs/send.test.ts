import { describe, expect, test } from "@jest/globals";
import { createInterpret, createPrepare, createProbe } from "../../../src/channels/acs/send.ts";
import type { HttpResponse } from "../../../src/transport.ts";
import { ACCESS_KEY, CHANNEL_ID, ENDPOINT, SECRET, settingsWith } from "./sample.ts";
import { thrownBy } from "../../thrown.ts";

const ID = "019a9f3c-5e00-7abc-8def-0123456789ab";
const interpret = createInterpret([ACCESS_KEY, SECRET]);
const calls = { ...settingsWith(), endpoint: ENDPOINT };

function response(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return { status, headers, body: typeof body === "string" ? body : JSON.stringify(body) };
}

const refusal = (code: string, message = "No") => ({ error: { code, message } });

describe("the call that sends a payload", () => {
  const prepare = createPrepare(calls);
  const message = { id: ID, account: CHANNEL_ID, round: 0 };

  test("it carries the payload without its plain form, our channel and the repeatable pair", () => {
    const payload = { to: ["+55"], kind: "text", content: "Oi", plain: { kind: "text" } };
    expect(prepare(payload, message)).toStrictEqual({
      method: "POST",
      url: `${ENDPOINT}/messages/notifications:send?api-version=2024-08-30`,
      headers: {
        "content-type": "application/json",
        "x-ms-client-request-id": ID,
        "repeatability-request-id": ID,
        "repeatability-first-sent": "Thu, 20 Nov 2025 03:08:44 GMT",
      },
      body: `{"to":["+55"],"kind":"text","content":"Oi","channelRegistrationId":"${CHANNEL_ID}"}`,
    });
  });

  test("a payload cannot name a channel of its own", () => {
    const { body } = prepare({ channelRegistrationId: "x", kind: "text" }, message);
    expect(body).toBe(`{"channelRegistrationId":"${CHANNEL_ID}","kind":"text"}`);
  });

  test.each([
    { kind: "interactive", want: "2025-01-15-preview" },
    { kind: "sticker", want: "2025-01-15-preview" },
    { kind: "reaction", want: "2025-01-15-preview" },
    { kind: "image", want: "2024-08-30" },
    { kind: "template", want: "2024-08-30" },
  ])("$kind goes out under $want", ({ kind, want }) => {
    expect(prepare({ kind }, message).url).toMatch(new RegExp(`api-version=${want}$`));
  });

  test("both versions are a choice", () => {
    const chosen = createPrepare({
      endpoint: ENDPOINT,
      api_version: "2024-02-01",
      interactive_api_version: "2024-11-15",
    });
    expect(chosen({ kind: "text" }, message).url).toContain("2024-02-01");
    expect(chosen({ kind: "interactive" }, message).url).toContain("2024-11-15");
  });

  test.each([null, "text", 7, []])("%j is no payload", (payload) => {
    expect(thrownBy(() => prepare(payload, message)).code).toBe("channel_invalid_payload");
  });
});

describe("the repeatable pair", () => {
  const of = (round: number, id = ID) => {
    const { headers } = createPrepare(calls)({ kind: "text" }, { id, account: CHANNEL_ID, round });
    return headers["repeatability-request-id"];
  };

  test("is the same for every try of a round and another for the next", () => {
    expect(of(1)).toBe(of(1));
    const ids = [0, 1, 2].map((round) => of(round));
    expect(new Set(ids).size).toBe(3);
    for (const id of ids)
      expect(id).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
    expect(of(1, "019a9f3c-5e00-7abc-8def-0123456789ac")).not.toBe(ids[1]);
  });

  test.each(["", "x", "0b6f1b1e-3c1d-4d0e-9a3f-6c2f1de0a001"])("%j tells no time", (id) => {
    expect(thrownBy(() => of(0, id)).code).toBe("channel_invalid_payload");
  });
});

describe("an answer that took the message", () => {
  test.each([
    {
      label: "to a phone",
      body: { receipts: [{ messageId: "f3d9", to: "+5561912345678" }] },
      want: { externalId: "f3d9", identities: [{ kind: "phone", value: "5561912345678" }] },
    },
    {
      label: "to a user id",
      body: { receipts: [{ messageId: "f3d9", to: "BR.4812" }] },
      want: { externalId: "f3d9", identities: [{ kind: "bsuid", value: "BR.4812" }] },
    },
    {
      label: "without the receiver",
      body: { receipts: [{ messageId: "f3d9" }] },
      want: { externalId: "f3d9" },
    },
  ])("$label", ({ body, want }) => {
    const headers = { "repeatability-result": "accepted" };
    expect(interpret(response(202, body, headers))).toStrictEqual(want);
  });

  test.each([
    { label: "cut JSON", body: '{"receipts":[{"mess' },
    { label: "nothing", body: "" },
    { label: "no receipts", body: { receipts: [] } },
    { label: "an empty id", body: { receipts: [{ messageId: "" }] } },
    { label: "a list", body: [] },
  ])("a success with $label is uncertain", ({ body }) => {
    expect(thrownBy(() => interpret(response(202, body))).code).toBe("channel_uncertain");
  });

  test.each([202, 400, 412])(
    "a repeated request that is not known any more (%i) is uncertain",
    (status) => {
      const headers = { "repeatability-result": "Rejected" };
      const body = { receipts: [{ messageId: "f3d9" }] };
      expect(thrownBy(() => interpret(response(status, body, headers))).code).toBe(
        "channel_uncertain",
      );
    },
  );
});

describe("an answer that refused the message", () => {
  test.each([
    { status: 400, code: "channel_invalid_payload", failure: { class: "fix", degrade: true } },
    { status: 404, code: "channel_invalid_payload", failure: { class: "fix" } },
    { status: 413, code: "channel_invalid_payload", failure: { class: "fix" } },
    { status: 302, code: "channel_invalid_payload", failure: { class: "fix" } },
    { status: 401, code: "channel_account_blocked", failure: { class: "alert", scope: "account" } },
    { status: 403, code: "channel_account_blocked", failure: { class: "alert", scope: "account" } },
    { status: 408, code: "channel_unavailable", failure: { class: "retry" } },
    { status: 500, code: "channel_unavailable", failure: { class: "retry" } },
    { status: 503, code: "channel_unavailable", failure: { class: "retry" } },
    {
      status: 429,
      code: "channel_throttled",
      failure: { class: "throttle", scope: "account", waitMs: 5000 },
    },
  ])("$status is $code", ({ status, code, failure }) => {
    const error = thrownBy(() => interpret(response(status, "<html></html>")));
    expect({ code: error.code, failure: error.failure }).toStrictEqual({ code, failure });
    expect(error.detail).toBe(`Azure answered ${String(status)}`);
    expect(error.provider).toBeUndefined();
  });

  test.each<{ label: string; headers: Record<string, string>; want: number }>([
    { label: "seconds", headers: { "retry-after": "30" }, want: 30_000 },
    { label: "milliseconds", headers: { "retry-after-ms": "2500" }, want: 2500 },
    { label: "Azure's milliseconds", headers: { "x-ms-retry-after-ms": "1500" }, want: 1500 },
    { label: "nothing at all", headers: { "retry-after": "0" }, want: 1000 },
    { label: "a week", headers: { "retry-after": "604800" }, want: 3_600_000 },
    {
      label: "a date, by the answer's own clock",
      headers: {
        "retry-after": "Sat, 21 Nov 2026 12:01:00 GMT",
        date: "Sat, 21 Nov 2026 12:00:00 GMT",
      },
      want: 60_000,
    },
    {
      label: "a date that has passed",
      headers: {
        "retry-after": "Sat, 21 Nov 2026 11:00:00 GMT",
        date: "Sat, 21 Nov 2026 12:00:00 GMT",
      },
      want: 1000,
    },
    {
      label: "a date without a clock",
      headers: { "retry-after": "Sat, 21 Nov 2026 12:01:00 GMT" },
      want: 5000,
    },
    { label: "nonsense", headers: { "retry-after": "soon" }, want: 5000 },
    { label: "a negative number", headers: { "retry-after": "-5" }, want: 5000 },
  ])("it waits for $label", ({ headers, want }) => {
    const error = thrownBy(() => interpret(response(429, "", headers)));
    expect(error.failure?.waitMs).toBe(want);
  });

  test("an outage says how long it lasts", () => {
    const error = thrownBy(() => interpret(response(503, "", { "retry-after": "7" })));
    expect(error.failure).toStrictEqual({ class: "retry", waitMs: 7000 });
  });

  test("it keeps the provider's words apart from ours", () => {
    const body = { error: { code: "BadRequest", message: "Olá +5561912345678", target: "to" } };
    const headers = { "x-ms-request-id": "trace-1" };
    const error = thrownBy(() => interpret(response(400, body, headers)));
    expect(error.detail).toBe("Azure answered 400 (BadRequest)");
    expect(error.provider).toStrictEqual({
      code: "BadRequest",
      title: "Olá +5561912345678",
      details: "to",
      traceId: "trace-1",
    });
  });

  test("the code may stand in a header alone, and be anything", () => {
    const headers = { "x-ms-error-code": "Denied" };
    expect(thrownBy(() => interpret(response(401, "", headers))).detail).toBe(
      "Azure answered 401 (Denied)",
    );
    const odd = thrownBy(() => interpret(response(400, refusal("call +5561912345678 now"))));
    expect(odd.detail).toBe("Azure answered 400 (of unknown kind)");
  });

  test("a key that the provider repeats does not get out", () => {
    const body = refusal("Denied", `The key ${ACCESS_KEY} is wrong, so is ${SECRET}`);
    const error = thrownBy(() => interpret(response(401, body)));
    expect(error.provider?.title).toBe("The key [secret] is wrong, so is [secret]");
    expect(error.message).not.toContain(ACCESS_KEY);
  });
});

describe("the probe", () => {
  const probe = createProbe(calls, [ACCESS_KEY]);

  test("asks for one template of the channel", () => {
    expect(probe.request("a/b").url).toBe(
      `${ENDPOINT}/messages/channels/a%2Fb/templates?api-version=2024-08-30&maxPageSize=1`,
    );
  });

  test.each([
    { status: 401, want: "channel_account_blocked" },
    { status: 403, want: "channel_account_blocked" },
    { status: 500, want: "channel_unavailable" },
    { status: 400, want: "channel_invalid_payload" },
  ])("$status is $want", ({ status, want }) => {
    expect(thrownBy(() => probe.read(response(status, ""))).code).toBe(want);
  });
});
