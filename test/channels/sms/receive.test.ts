import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { WebhookRequest } from "../../../src/channels/channel.ts";
import { createReceive, createVisits } from "../../../src/channels/sms/receive.ts";
import { BridgeError } from "../../../src/errors.ts";
import { receivedEvent, reportEvent } from "../../standins/sms-webhooks.ts";
import { PERSON, SENDER, settingsWith, WEBHOOK_SECRET } from "./sms-settings.ts";

const receive = createReceive(settingsWith());
const OURS = receivedEvent({ from: PERSON, to: SENDER, text: "oi", id: "Incoming_1" });
const REPORT = reportEvent({
  messageId: "Outgoing_1",
  from: SENDER,
  to: `+${PERSON}`,
  tag: undefined,
  code: "2000",
});
const OTHERS = receivedEvent({ from: PERSON, to: "+551140049999", text: "oi" });

function call(body: unknown, changes: Partial<WebhookRequest> = {}): WebhookRequest {
  const rawBody = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  return { method: "POST", suffix: "", headers: {}, query: {}, rawBody, ...changes };
}

function codeOf(request: WebhookRequest): string {
  try {
    return receive(request).kind;
  } catch (thrown) {
    if (thrown instanceof BridgeError) return thrown.code;
    throw thrown;
  }
}

describe("who may bring events", () => {
  test.each([
    { label: "the secret as code", changes: { query: { code: WEBHOOK_SECRET } } },
    { label: "the secret as header", changes: { headers: { "x-bridge-secret": WEBHOOK_SECRET } } },
    { label: "a token that was checked", changes: { isAuthenticated: true } },
  ])("$label", ({ changes }) => {
    expect(codeOf(call([OURS], changes))).toBe("events");
  });

  test.each([
    { label: "nobody", changes: {} },
    { label: "a wrong secret", changes: { query: { code: `${WEBHOOK_SECRET}x` } } },
    { label: "a token that failed its check", changes: { isAuthenticated: false } },
    { label: "a repeated secret", changes: { query: { code: [WEBHOOK_SECRET, WEBHOOK_SECRET] } } },
  ])("not $label", ({ changes }) => {
    expect(codeOf(call([OURS], changes))).toBe("webhook_forged");
  });
});

describe("the handshakes", () => {
  const data = { validationCode: "3E0B7F52", validationUrl: "https://rp.example/validate" };
  const asking = [{ id: "1", eventType: "Microsoft.EventGrid.SubscriptionValidationEvent", data }];

  test("the code goes back to a caller with the secret", () => {
    expect(receive(call(asking, { query: { code: WEBHOOK_SECRET } }))).toMatchObject({
      kind: "handshake",
      body: '{"validationResponse":"3E0B7F52"}',
    });
  });

  test("and to nobody else", () => {
    expect(codeOf(call(asking))).toBe("webhook_forged");
  });

  test.each([
    { query: { code: WEBHOOK_SECRET }, want: "handshake" },
    { query: {}, want: "webhook_unverified" },
  ])("the address is allowed for CloudEvents with the secret alone ($want)", ({ query, want }) => {
    const headers = { "webhook-request-origin": "eventgrid.azure.net" };
    expect(codeOf(call("", { method: "OPTIONS", headers, query }))).toBe(want);
  });
});

describe("a genuine body that is no call of Event Grid is kept", () => {
  test.each(["", "{", "null", "7", '"text"', "{}", '{"id":"1"}'])("%j", (body) => {
    expect(receive(call(body, { isAuthenticated: true }))).toStrictEqual({
      kind: "quarantine",
      reason: "the body is not a call of Event Grid",
    });
  });

  test("an empty batch holds nothing", () => {
    const result = receive(call([], { isAuthenticated: true }));
    expect(result).toStrictEqual({ kind: "events", events: [] });
  });
});

test("one hostile element never harms another", () => {
  const poison = fc.oneof(
    fc.anything({ withNullPrototype: false }),
    fc.record({
      eventType: fc.constant("Microsoft.Communication.SMSReceived"),
      data: fc.anything(),
    }),
    fc.record({
      eventType: fc.constantFrom(
        "Microsoft.Communication.SMSReceived",
        "Microsoft.Communication.SMSDeliveryReportReceived",
      ),
      data: fc.record(
        {
          to: fc.constantFrom(SENDER, 7, null),
          from: fc.oneof(fc.constant(SENDER), fc.string()),
          message: fc.anything(),
          messageId: fc.anything(),
          deliveryStatus: fc.anything(),
          Tag: fc.anything(),
        },
        { requiredKeys: [] },
      ),
    }),
  );
  fc.assert(
    fc.property(fc.array(poison, { maxLength: 5 }), (items) => {
      const known = items.filter((item) => JSON.stringify(item) !== undefined);
      const body = `[${[...known.map((item) => JSON.stringify(item)), JSON.stringify(OURS)].join(",")}]`;
      const result = receive(call(body, { isAuthenticated: true }));
      if (result.kind !== "events") throw new Error(result.kind);
      expect(result.events).toHaveLength(known.length + 1);
      expect(result.events.at(-1)).toMatchObject({ kind: "message", externalId: "Incoming_1" });
      expect(JSON.stringify(result.events)).not.toContain("\\u0000");
    }),
    { numRuns: 200 },
  );
});

test("ten thousand nested lists are one unsupported event", () => {
  const body = `[${"[".repeat(10_000)}${"]".repeat(10_000)}]`;
  expect(receive(call(body, { isAuthenticated: true }))).toMatchObject({
    kind: "events",
    events: [{ kind: "unsupported" }],
  });
});

describe("at the address of another channel", () => {
  const { names, recognises } = createVisits(settingsWith());

  test("it is that of WhatsApp on Azure", () => {
    expect(names).toStrictEqual(["acs"]);
  });

  test.each([
    { label: "a batch of ours alone is ours", body: [OURS, REPORT], want: "all" },
    { label: "a single CloudEvent of ours is ours", body: OURS, want: "all" },
    { label: "a mixed batch is partly ours", body: [OTHERS, OURS], want: "some" },
    { label: "a report beside something else is partly ours", body: [{}, REPORT], want: "some" },
    { label: "another sender is not ours", body: [OTHERS], want: undefined },
    { label: "an empty batch is not ours", body: [], want: undefined },
    { label: "no JSON is not ours", body: "{", want: undefined },
    { label: "nothing is not ours", body: "", want: undefined },
  ])("$label", ({ body, want }) => {
    expect(recognises(call(body))).toBe(want);
  });
});
