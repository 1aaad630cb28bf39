import { expect, test } from "@jest/globals";
import type { PairingSource } from "../../../src/channels/pairing-source.ts";
import { BridgeError } from "../../../src/errors.ts";
import { channelWith, INSTANCE, RAW_SETTINGS } from "./sample.ts";

/** One pixel, as a server would send the picture of a code. */
const PNG = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk";

function pairingOf(changes: Readonly<Record<string, unknown>> = {}): PairingSource {
  const { pairing } = channelWith(changes);
  if (pairing === undefined) throw new Error("the channel pairs no phones");
  return pairing;
}

function read(body: unknown, status = 200) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return pairingOf().read({ status, headers: {}, body: text });
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof BridgeError) return thrown.code;
    throw thrown;
  }
  return "";
}

test("a code is asked for by the name of the instance, whatever stands in it", () => {
  expect(pairingOf().request("loja centro/1")).toEqual({
    method: "GET",
    url: "https://evo.example/instance/connect/loja%20centro%2F1",
    headers: { apikey: RAW_SETTINGS.api_key },
  });
});

test.each([
  { changes: {}, want: true },
  { changes: { integration: "business" }, want: false },
  { changes: { integration: "evolution" }, want: false },
  { changes: { integration: "business", integrations: { [INSTANCE]: "baileys" } }, want: true },
])("with $changes a phone is paired: $want", ({ changes, want }) => {
  expect(pairingOf(changes).isFor(INSTANCE)).toBe(want);
});

test.each([
  {
    label: "a picture, its text and a code to type",
    body: { base64: PNG, code: "2@abc", pairingCode: "WZYEH1YY", count: 1 },
    want: { state: "connecting", qr: PNG, code: "2@abc", pairingCode: "WZYEH1YY" },
  },
  {
    label: "no code to type",
    body: { base64: PNG, code: "2@abc", pairingCode: null, count: 1 },
    want: { state: "connecting", qr: PNG, code: "2@abc" },
  },
  { label: "no code yet", body: { count: 0 }, want: { state: "connecting" } },
  {
    label: "a phone that is paired already",
    body: { instance: { instanceName: INSTANCE, state: "open" } },
    want: { state: "connected" },
  },
  {
    label: "texts that are none",
    body: { base64: PNG, code: 7, pairingCode: "x".repeat(2_001) },
    want: { state: "connecting", qr: PNG },
  },
])("an answer with $label is read", ({ body, want }) => {
  expect(read(body)).toEqual(want);
});

test.each([
  "data:image/svg+xml;base64,PHN2Zz4=",
  "data:text/html,<script>alert(1)</script>",
  "https://evil.example/qr.png",
  "javascript:alert(1)",
  'data:image/png;base64,AAAA" onerror="alert(1)',
  "data:image/png;base64,",
  "data:image/png;base64,A===",
  " data:image/png;base64,AAAA",
  "data:image/png;base64,AAAA\n",
  `data:image/png;base64,${"A".repeat(200_000)}`,
  7,
  {},
])("a picture that is %p is refused", (base64) => {
  expect(codeOf(() => read({ base64, code: "2@abc" }))).toBe("channel_unreadable");
});

test.each([
  { label: "no JSON", body: "<html>", status: 200, want: "channel_unreadable" },
  { label: "nothing at all", body: {}, status: 200, want: "channel_unreadable" },
  { label: "a list", body: [], status: 200, want: "channel_unreadable" },
  {
    label: "a state that nobody knows",
    body: { instance: { state: "new" } },
    status: 200,
    want: "channel_unreadable",
  },
  {
    label: "a failure with the status of a success",
    body: { error: true, message: "Error: socket" },
    status: 200,
    want: "channel_unavailable",
  },
  {
    label: "a wrong key",
    body: { status: 401, error: "Unauthorized", response: { message: "Unauthorized" } },
    status: 401,
    want: "channel_account_blocked",
  },
  { label: "a server that is away", body: "", status: 503, want: "channel_unavailable" },
])("an answer with $label is $want", ({ body, status, want }) => {
  expect(codeOf(() => read(body, status))).toBe(want);
});
