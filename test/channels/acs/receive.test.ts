import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createReceive, createRecognises } from "../../../src/channels/acs/receive.ts";
import { acs, acsConnect } from "../../../src/channels/acs/index.ts";
import type { WebhookRequest, WebhookResult } from "../../../src/channels/channel.ts";
import {
  messageEvent,
  statusEvent,
  validationEvent,
  writeBatch,
} from "../../standins/event-grid-events.ts";
import { ACS_SAMPLE, CHANNEL_ID, OTHER_CHANNEL_ID, SECRET, settingsWith } from "./sample.ts";

const settings = settingsWith();
const ours = { ...settings, takesUnnamed: true };
const receive = createReceive(settings, ours);

const request = (body: unknown, more: Partial<WebhookRequest> = {}): WebhookRequest => ({
  method: "POST",
  suffix: "",
  headers: {},
  query: { code: SECRET },
  rawBody: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
  ...more,
});

const eventsOf = (result: WebhookResult) => {
  if (result.kind !== "events") throw new Error(`expected events, got ${result.kind}`);
  return result.events;
};

const text = (content: string, channelId: string = CHANNEL_ID) =>
  messageEvent({ channelId, from: "5561912345678" }, { messageType: "text", content });

const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

describe("who may call", () => {
  const body = writeBatch([text("Oi")], "eventgrid");

  test.each<{ label: string; more: Partial<WebhookRequest> }>([
    { label: "the secret as code", more: { query: { code: SECRET } } },
    { label: "the secret as secret", more: { query: { secret: SECRET } } },
    { label: "our header", more: { query: {}, headers: { "x-webhook-secret": SECRET } } },
    { label: "the documented header", more: { query: {}, headers: { "x-bridge-secret": SECRET } } },
    { label: "Authorization", more: { query: {}, headers: { authorization: SECRET } } },
    { label: "the path", more: { query: {}, suffix: SECRET } },
    { label: "a token that was checked", more: { query: {}, isAuthenticated: true } },
  ])("$label opens", ({ more }) => {
    expect(receive(request(body, more)).kind).toBe("events");
  });

  test.each<{ label: string; more: Partial<WebhookRequest> }>([
    { label: "nothing", more: { query: {} } },
    { label: "a wrong secret", more: { query: { code: `${SECRET}x` } } },
    { label: "an empty secret", more: { query: { code: "" } } },
    { label: "the secret twice", more: { query: { code: [SECRET, SECRET] } } },
    { label: "a token that was not", more: { query: {}, isAuthenticated: false } },
    {
      label: "Event Grid's own headers",
      more: { query: {}, headers: { "aeg-event-type": "Notification" } },
    },
  ])("$label does not", ({ more }) => {
    expect(() => receive(request(body, more))).toThrow(
      expect.objectContaining({ code: "webhook_forged" }),
    );
  });

  test("while the secret changes, the old and the new one open", () => {
    const both = settingsWith({ webhook_secrets: "old-one, new-one" });
    const read = createReceive(both, { ...both, takesUnnamed: true });
    for (const code of ["old-one", "new-one"])
      expect(read(request(body, { query: { code } })).kind).toBe("events");
  });

  test("without a secret in the settings, no call presents one", () => {
    const none = settingsWith({
      webhook_secrets: "",
      entra_tenant_id: CHANNEL_ID,
      entra_audiences: "api://bridge",
    });
    const read = createReceive(none, { ...none, takesUnnamed: true });
    expect(() => read(request(body, { query: { code: "" } }))).toThrow("webhook_forged");
  });

  test("a stranger does not get the validation code back", () => {
    const asked = writeBatch([validationEvent("CODE-1")], "eventgrid");
    expect(() => receive(request(asked, { query: {} }))).toThrow("webhook_forged");
    expect(receive(request(asked))).toStrictEqual({
      kind: "handshake",
      contentType: "application/json; charset=utf-8",
      body: '{"validationResponse":"CODE-1"}',
    });
  });
});

describe("a genuine body that cannot be understood is kept", () => {
  test.each(["", "{", "null", "7", '"text"', "{}", '{"data":{}}', '{"type":7}'])("%j", (body) => {
    const reason = "the body is not a call of Event Grid";
    expect(receive(request(body))).toStrictEqual({ kind: "quarantine", reason });
    expect(acs.configure(ACS_SAMPLE.settings).reread(Buffer.from(body))).toStrictEqual({
      kind: "quarantine",
      reason,
    });
  });

  test("an empty list has no events", () => {
    expect(receive(request("[]"))).toStrictEqual({ kind: "events", events: [] });
  });
});

describe("one event never harms another", () => {
  test.each([
    { label: "as an event", poison: nested(10_000) },
    { label: "as data", poison: `{"eventType":"x","data":${nested(10_000)}}` },
    {
      label: "as a field",
      poison: `{"eventType":"Microsoft.Communication.AdvancedMessageReceived","data":{"from":${nested(10_000)}}}`,
    },
    {
      label: "as __proto__",
      poison: `{"__proto__":{"eventType":"x"},"eventType":"y","data":{"__proto__":{"to":"${CHANNEL_ID}"}}}`,
    },
  ])("ten thousand lists $label, among 199 good messages", ({ poison }) => {
    const good = Array.from({ length: 199 }, (_, index) => text(String(index)));
    const body = JSON.stringify([...good.map((event) => writeBatch([event], "cloudevents")), "@"]);

    const events = eventsOf(receive(request(body.replace('"@"', poison))));

    expect(events).toHaveLength(200);
    expect(events.slice(0, 199).every(({ kind }) => kind === "message")).toBe(true);
    expect(events[199]?.kind).toBe("unsupported");
  });

  test("any JSON in place of an event or of its parts never throws", () => {
    const types = ["AdvancedMessageReceived", "AdvancedMessageDeliveryStatusUpdated", "X"];
    const shape = fc.record({
      from: fc.jsonValue(),
      to: fc.oneof(fc.constant(CHANNEL_ID), fc.jsonValue()),
      messageId: fc.jsonValue(),
      messageType: fc.oneof(fc.constantFrom("interactive", "image", "reaction"), fc.jsonValue()),
      interactive: fc.jsonValue(),
      media: fc.jsonValue(),
      reaction: fc.jsonValue(),
      context: fc.jsonValue(),
      error: fc.jsonValue(),
      status: fc.jsonValue(),
      receivedTimestamp: fc.jsonValue(),
    });
    fc.assert(
      fc.property(fc.constantFrom(...types), shape, fc.jsonValue(), (type, data, odd) => {
        const eventType = `Microsoft.Communication.${type}`;
        const events = eventsOf(receive(request([{ id: "1", eventType, data }, odd])));
        expect(events).toHaveLength(2);
      }),
      { seed: 7 },
    );
  });

  test("two megabytes of text are one message", () => {
    const [event] = eventsOf(
      receive(request(writeBatch([text("á".repeat(900_000))], "eventgrid"))),
    );
    expect(event).toHaveProperty("text", "á".repeat(900_000));
  });

  test("five thousand statuses are as many updates", () => {
    const one = (index: number) =>
      statusEvent({
        channelId: CHANNEL_ID,
        messageId: `m${String(index)}`,
        status: "Read",
        to: "+5561912345678",
      });
    const events = Array.from({ length: 5000 }, (_, index) => one(index));
    const read = eventsOf(receive(request(writeBatch(events, "eventgrid"))));
    expect(read.filter(({ kind }) => kind === "status")).toHaveLength(5000);
  });
});

describe("whose an event is", () => {
  const unnamed = {
    id: "e",
    eventType: "Microsoft.Communication.AdvancedMessageReceived",
    data: { from: "5561912345678", content: "Oi", messageId: "m" },
  };

  test("one that names no channel is of the only one", () => {
    expect(eventsOf(receive(request([unnamed])))[0]).toMatchObject({ account: CHANNEL_ID });
  });

  test("of several channels it is of none", () => {
    const two = settingsWith({ channel_ids: [CHANNEL_ID, OTHER_CHANNEL_ID] });
    const read = createReceive(two, { ...two, takesUnnamed: true });
    expect(eventsOf(read(request([unnamed])))[0]?.kind).toBe("unsupported");
    const named = writeBatch([text("Oi", OTHER_CHANNEL_ID)], "eventgrid");
    expect(eventsOf(read(request(named)))[0]).toMatchObject({ account: OTHER_CHANNEL_ID });
  });

  test("of several channels it is of the one that any of its fields names", () => {
    const two = settingsWith({ channel_ids: [CHANNEL_ID, OTHER_CHANNEL_ID] });
    const read = createReceive(two, { ...two, takesUnnamed: true });
    const subject = `advancedMessage/sender/5561912345678/recipient/${OTHER_CHANNEL_ID}`;
    const type = "Microsoft.Communication.AdvancedMessageDeliveryReportReceived";
    const data = { messageId: "m", status: "Read", channelRegistrationId: OTHER_CHANNEL_ID };
    const events = eventsOf(
      read(
        request([
          { ...unnamed, subject },
          { type, data },
        ]),
      ),
    );
    expect(events).toMatchObject([
      { kind: "message", account: OTHER_CHANNEL_ID },
      { kind: "status", account: OTHER_CHANNEL_ID },
    ]);
  });

  test("the second registration takes only what names it, also of news about subscriptions", () => {
    const deleted = { eventType: "Microsoft.EventGrid.SubscriptionDeletedEvent" };
    const read = createReceive(settings, { ...settings, takesUnnamed: false });
    const kinds = eventsOf(read(request([unnamed, deleted]))).map(({ kind }) => kind);
    expect(kinds).toStrictEqual(["unsupported", "unsupported"]);
  });
});

describe("events at the first registration's address", () => {
  const recognises = createRecognises(settings.channel_ids);
  const share = (body: unknown) => recognises(request(body));
  const own = text("Oi");
  const other = text("Oi", OTHER_CHANNEL_ID);
  const status = statusEvent({
    channelId: CHANNEL_ID,
    messageId: "m",
    status: "Read",
    to: "+5561912345678",
  });

  test.each([
    { label: "all ours", body: writeBatch([own, status], "eventgrid"), want: "all" },
    {
      label: "ours in capitals",
      body: writeBatch([text("Oi", CHANNEL_ID.toUpperCase())], "eventgrid"),
      want: "all",
    },
    { label: "one CloudEvent of ours", body: writeBatch([own], "cloudevents"), want: "all" },
    { label: "some ours", body: writeBatch([other, own], "eventgrid"), want: "some" },
    {
      label: "ours and an SMS",
      body: [
        writeBatch([own], "cloudevents"),
        { type: "Microsoft.Communication.SMSReceived", data: { to: CHANNEL_ID } },
      ],
      want: "some",
    },
    { label: "none ours", body: writeBatch([other], "eventgrid"), want: undefined },
    {
      label: "a validation",
      body: writeBatch([validationEvent("x")], "eventgrid"),
      want: undefined,
    },
    { label: "nothing", body: [], want: undefined },
    { label: "no JSON", body: "{", want: undefined },
    { label: "lists", body: nested(10_000), want: undefined },
  ])("$label: $want", ({ body, want }) => {
    expect(share(body)).toBe(want);
  });

  test("only the second registration visits", () => {
    expect(acs.configure(ACS_SAMPLE.settings).visits).toBeUndefined();
    expect(acsConnect.configure(ACS_SAMPLE.settings).visits?.names).toStrictEqual(["acs"]);
  });
});
