import { describe, expect, test } from "@jest/globals";
import { readEventGrid } from "../../../src/channels/azure/envelope.ts";
import { answerGridHandshake } from "../../../src/channels/azure/handshake.ts";
import { readIsoTime } from "../../../src/channels/azure/times.ts";
import type { WebhookRequest } from "../../../src/channels/channel.ts";
import { messageEvent, validationEvent, writeBatch } from "../../standins/event-grid-events.ts";

const buffer = (body: unknown) =>
  Buffer.from(typeof body === "string" ? body : JSON.stringify(body));

const request = (body: unknown, more: Partial<WebhookRequest> = {}): WebhookRequest => ({
  method: "POST",
  suffix: "",
  headers: {},
  query: {},
  rawBody: buffer(body),
  ...more,
});

const EVENT = messageEvent({ channelId: "c", from: "55" }, { content: "Oi" });

describe("the events of a call", () => {
  const want = {
    id: EVENT.id,
    type: "advancedmessagereceived",
    subject: EVENT.subject,
    time: new Date(EVENT.time).toISOString(),
    data: EVENT.data,
  };

  test.each([
    { label: "Event Grid's schema", body: writeBatch([EVENT], "eventgrid"), count: 1 },
    { label: "one CloudEvent", body: writeBatch([EVENT], "cloudevents"), count: 1 },
    { label: "CloudEvents in a batch", body: writeBatch([EVENT, EVENT], "cloudevents"), count: 2 },
    {
      label: "Event Grid's schema without its list",
      body: { ...EVENT, eventType: EVENT.type },
      count: 1,
    },
  ])("$label", ({ body, count }) => {
    expect(readEventGrid(buffer(body))).toStrictEqual(Array.from({ length: count }, () => want));
  });

  test("other prefixes stay, and case never matters", () => {
    const types = ["MICROSOFT.Communication.SMSReceived", "Microsoft.EventGrid.X", "x"];
    const events = readEventGrid(buffer(types.map((type) => ({ type })))) ?? [];
    expect(events.map(({ type }) => type)).toStrictEqual([
      "smsreceived",
      "microsoft.eventgrid.x",
      "x",
    ]);
  });

  test("an element that is no event is one without anything", () => {
    const nothing = { id: "", type: "", subject: "", time: undefined, data: undefined };
    const odd = [null, 7, "x", [], {}, { id: 7, type: {}, subject: [], time: 1, data: [] }];
    expect(readEventGrid(buffer(odd))).toStrictEqual(odd.map(() => nothing));
  });

  test("ids and subjects are safe to store and not endless", () => {
    const [event] =
      readEventGrid(
        buffer([{ type: "x", id: `a\u0000\ud800${"b".repeat(600)}`, subject: "s\u0000" }]),
      ) ?? [];
    expect(event?.id).toMatch(/^a\ufffdb{510}$/);
    expect(event?.subject).toBe("s");
  });

  test.each(["", "{", "null", "7", '"x"', "{}", '{"type":""}', '{"eventType":{}}'])(
    "%j holds none",
    (body) => {
      expect(readEventGrid(buffer(body))).toBeUndefined();
    },
  );
});

describe("times", () => {
  test.each([
    ["2026-11-20T14:03:21.4471902Z", "2026-11-20T14:03:21.447Z"],
    ["2026-11-20T11:03:19-03:00", "2026-11-20T14:03:19.000Z"],
    ["2026-11-20T11:03:19-0300", "2026-11-20T14:03:19.000Z"],
    ["2026-11-20T14:03:21", "2026-11-20T14:03:21.000Z"],
    ["2026-11-20T14:03", "2026-11-20T14:03:00.000Z"],
    ["2026-13-45T99:99:99Z", undefined],
    ["0001-01-01T00:00:00Z", undefined],
    ["2100-01-01T00:00:00Z", undefined],
    ["20 Nov 2026", undefined],
    ["2026-11-20", undefined],
    [`2026-11-20T14:03:21.${"4".repeat(100)}Z`, undefined],
    [1_763_647_401, undefined],
    [null, undefined],
  ])("%j is %j", (raw, want) => {
    expect(readIsoTime(raw)).toBe(want);
  });
});

describe("the handshake by POST", () => {
  const asked = [validationEvent("CODE-1")];
  const answer = (body: unknown, isGenuine = true) => answerGridHandshake(request(body), isGenuine);

  test.each(["eventgrid", "cloudevents"] as const)("the code goes back (%s)", (schema) => {
    expect(answer(writeBatch(asked, schema))).toStrictEqual({
      kind: "handshake",
      contentType: "application/json; charset=utf-8",
      body: '{"validationResponse":"CODE-1"}',
    });
  });

  test("but not to a stranger", () => {
    expect(answer(writeBatch(asked, "eventgrid"), false)).toBeUndefined();
  });

  test.each([
    { label: "an event", body: writeBatch([EVENT], "eventgrid") },
    { label: "a validation among events", body: writeBatch([...asked, EVENT], "eventgrid") },
    {
      label: "a validation without code",
      body: [{ eventType: "Microsoft.EventGrid.SubscriptionValidationEvent" }],
    },
    { label: "an empty code", body: writeBatch([validationEvent("")], "eventgrid") },
    { label: "an endless code", body: writeBatch([validationEvent("x".repeat(257))], "eventgrid") },
    { label: "no JSON", body: "{" },
  ])("$label is none", ({ body }) => {
    expect(answer(body)).toBeUndefined();
  });

  test("what the code holds stays inside its quotes", () => {
    const body = answer(writeBatch([validationEvent('"},{"a":"</script>')], "eventgrid"))?.body;
    expect(JSON.parse(body ?? "")).toStrictEqual({ validationResponse: '"},{"a":"</script>' });
  });
});

describe("the handshake by OPTIONS", () => {
  const origin = { "webhook-request-origin": "eventgrid.azure.net" };
  const options = (headers: Record<string, string>, isGenuine = true, method = "OPTIONS") =>
    answerGridHandshake(request("", { method, headers }), isGenuine);

  test("names the origin that asked", () => {
    expect(options(origin)).toStrictEqual({
      kind: "handshake",
      contentType: "text/plain; charset=utf-8",
      body: "",
      headers: { Allow: "POST", "WebHook-Allowed-Origin": "eventgrid.azure.net" },
    });
  });

  test("and gives a rate where one was asked for", () => {
    const answer = options({ ...origin, "webhook-request-rate": "120" });
    expect(answer?.headers).toHaveProperty("WebHook-Allowed-Rate", "*");
  });

  test.each([
    { label: "a stranger", headers: origin, isGenuine: false },
    { label: "no origin", headers: {}, isGenuine: true },
    {
      label: "an origin of two lines",
      headers: { "webhook-request-origin": "a\r\nb: c" },
      isGenuine: true,
    },
    {
      label: "an endless origin",
      headers: { "webhook-request-origin": "x".repeat(256) },
      isGenuine: true,
    },
  ])("$label is refused", ({ headers, isGenuine }) => {
    expect(() => options(headers, isGenuine)).toThrow(
      expect.objectContaining({ code: "webhook_unverified" }),
    );
  });

  test.each(["GET", "PUT", "DELETE"])("%s registers nothing", (method) => {
    expect(() => options(origin, true, method)).toThrow("webhook_unverified");
  });
});
