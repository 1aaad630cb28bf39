import { expect, test } from "@jest/globals";
import { createProbe } from "../../../src/channels/cloud/probe.ts";
import { createHttp } from "../../../src/http/client.ts";
import { startGraph } from "../../standins/graph.ts";
import { RAW_SETTINGS, settingsWith } from "./cloud-settings.ts";

const ACCOUNT = "810000000000001";
const TOKEN = RAW_SETTINGS.access_token;
const probe = createProbe(settingsWith(), [TOKEN]);
const answer = (status: number, body: unknown) => ({
  status,
  headers: {},
  body: typeof body === "string" ? body : JSON.stringify(body),
});

test("a number is asked how it is doing", async () => {
  const graph = await startGraph({ token: TOKEN, appSecret: "s", phoneNumberIds: [ACCOUNT] });
  const client = createHttp();
  try {
    const { request, read } = createProbe(settingsWith({ graph_url: graph.url }), [TOKEN]);
    const response = await client.http(request(ACCOUNT), { timeoutMs: 5_000 });
    expect(read(response)).toEqual({ state: "connected", detail: "CONNECTED, quality GREEN" });
    const wrong = await client.http(request("99"), { timeoutMs: 5_000 });
    expect(() => read(wrong)).toThrow(expect.objectContaining({ code: "channel_invalid_payload" }));
  } finally {
    client.close();
    await graph.close();
  }
});

test.each([
  { body: { status: "FLAGGED" }, want: { state: "connected", detail: "FLAGGED" } },
  { body: { status: "DISCONNECTED" }, want: { state: "disconnected", detail: "DISCONNECTED" } },
  { body: { status: "RESTRICTED" }, want: { state: "disconnected", detail: "RESTRICTED" } },
])("the state $body.status", ({ body, want }) => {
  expect(probe.read(answer(200, body))).toEqual(want);
});

test.each([
  {
    label: "an expired token",
    given: answer(401, { error: { code: 190 } }),
    code: "channel_account_blocked",
  },
  { label: "an error page", given: answer(502, "<html>"), code: "channel_unavailable" },
  { label: "no state", given: answer(200, { id: "1" }), code: "channel_unreadable" },
  {
    label: "a state that is no word",
    given: answer(200, { status: "<b>x</b>" }),
    code: "channel_unreadable",
  },
])("$label is told by its code", ({ given, code }) => {
  expect(() => probe.read(given)).toThrow(expect.objectContaining({ code }));
});
