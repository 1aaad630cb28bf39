import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { WebhookRequest } from "../../../src/channels/channel.ts";
import { serpro } from "../../../src/channels/serpro/index.ts";
import { serproValue, textLists } from "../../standins/serpro-webhooks.ts";
import { ACCOUNT, RAW_SETTINGS } from "./sample.ts";

const channel = serpro.configure(RAW_SETTINGS);
const [CURRENT, NEXT] = RAW_SETTINGS.webhook_tokens;
const inbound = { from: "556190001111", id: "wamid.IN1" };
const BODY = serproValue(ACCOUNT, textLists(inbound, "Olá"), "root");

function call(body: unknown, change: Partial<WebhookRequest> = {}): WebhookRequest {
  const rawBody = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  return { method: "POST", suffix: "", headers: {}, query: {}, rawBody, ...change };
}

const genuine = (body: unknown) => call(body, { suffix: CURRENT });
const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const thrown = (code: string) => expect.objectContaining({ code });

describe("who may bring a webhook", () => {
  test.each([
    { label: "a segment of the path", change: { suffix: CURRENT } },
    { label: "the first of several segments", change: { suffix: `${CURRENT}/more` } },
    { label: "the next token, during a rotation", change: { suffix: NEXT } },
    { label: "a bearer", change: { headers: { authorization: `Bearer ${CURRENT}` } } },
    {
      label: "the authorization without the word",
      change: { headers: { authorization: CURRENT } },
    },
    { label: "the header of its own name", change: { headers: { jwttoken: CURRENT } } },
    {
      label: "the header of published receivers",
      change: { headers: { "x-webhook-token": CURRENT } },
    },
    { label: "our own header", change: { headers: { "x-webhook-secret": CURRENT } } },
    { label: "the query", change: { query: { secret: CURRENT } } },
  ])("the token as $label is enough", ({ change }) => {
    expect(channel.receive(call(BODY, change))).toMatchObject({ events: [{ text: "Olá" }] });
  });

  test.each([
    { label: "nothing", change: {} },
    { label: "another token", change: { suffix: `${CURRENT}x` } },
    { label: "a part of the token", change: { suffix: CURRENT.slice(0, -1) } },
    { label: "the client's secret", change: { suffix: RAW_SETTINGS.client_secret } },
    { label: "an empty bearer", change: { headers: { authorization: "Bearer " } } },
    { label: "a query key twice", change: { query: { secret: [CURRENT, CURRENT] } } },
    { label: "a later segment", change: { suffix: `more/${CURRENT}` } },
    { label: "vouching by somebody else", change: { isAuthenticated: true } },
  ])("$label is not", ({ change }) => {
    expect(() => channel.receive(call(BODY, change))).toThrow(thrown("webhook_forged"));
  });
});

describe("the verification call that Meta makes", () => {
  const verify = (query: Record<string, unknown>) =>
    channel.receive(call("", { method: "GET", query }));
  const good = { "hub.mode": "subscribe", "hub.verify_token": CURRENT, "hub.challenge": "1158" };

  test("is answered with its challenge, as text", () => {
    expect(verify(good)).toStrictEqual({
      kind: "handshake",
      contentType: "text/plain; charset=utf-8",
      body: "1158",
    });
  });

  test.each([
    { label: "another mode", change: { "hub.mode": "unsubscribe" } },
    { label: "another token", change: { "hub.verify_token": "x" } },
    { label: "two tokens", change: { "hub.verify_token": [CURRENT] } },
    { label: "no challenge", change: { "hub.challenge": undefined } },
    { label: "a long challenge", change: { "hub.challenge": "1".repeat(257) } },
  ])("is refused with $label", ({ change }) => {
    expect(() => verify({ ...good, ...change })).toThrow(thrown("webhook_unverified"));
  });
});

describe("a genuine body that cannot be understood is kept", () => {
  const none = "the body is not a webhook of the provider";

  test.each([
    { label: "no JSON", body: "{", reason: "the body is not JSON" },
    { label: "nothing", body: "", reason: "the body is not JSON" },
    { label: "null", body: "null", reason: none },
    { label: "a word", body: '"x"', reason: none },
    { label: "an empty list", body: "[]", reason: none },
    { label: "an empty object", body: "{}", reason: none },
    { label: "Meta's own envelope", body: { ...BODY, object: "whatsapp" }, reason: none },
    { label: "a number without lists", body: { phone_number_id: ACCOUNT }, reason: none },
    { label: "lists without a number", body: { messages: [] }, reason: none },
    {
      label: "a number that is a placeholder",
      body: { ...BODY, phone_number_id: "[undefined]" },
      reason: none,
    },
    { label: "a body wrapped four times", body: [[[[BODY]]]], reason: none },
    { label: "a hundred thousand nested lists", body: nested(100_000), reason: none },
  ])("$label", ({ body, reason }) => {
    const quarantine = { kind: "quarantine", reason };
    expect(channel.receive(genuine(body))).toStrictEqual(quarantine);
    expect(channel.reread(genuine(body).rawBody)).toStrictEqual(quarantine);
  });
});

describe("one item never harms another", () => {
  test.each([
    { label: "a message", raw: "@" },
    { label: "a text", raw: '{"id":"wamid.P","from":"1","type":"text","text":@}' },
    { label: "a context", raw: '{"id":"wamid.P","from":"1","context":@}' },
    {
      label: "an interactive part",
      raw: '{"id":"wamid.P","from":"1","type":"interactive","interactive":{"type":"x","x":@}}',
    },
  ])("ten thousand nested lists as $label", ({ raw }) => {
    const good = textLists(inbound, "Olá").messages ?? [];
    const body = JSON.stringify(serproValue(ACCOUNT, { messages: ["POISON", ...good] }, "root"));
    const result = channel.receive(
      genuine(body.replace('"POISON"', raw.replace("@", nested(10_000)))),
    );
    expect(result).toHaveProperty("events.length", 2);
    expect(result).toHaveProperty("events.1.text", "Olá");
  });

  test("any JSON in place of an item gives one event and leaves its neighbours alone", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (item, part) => {
        const [good] = textLists(inbound, "Olá").messages ?? [];
        const odd = { id: "wamid.odd", from: "1", type: "interactive", interactive: part };
        const lists = { contacts: [item], messages: [good, item, odd], statuses: [item, part] };
        const result = channel.receive(genuine(serproValue(ACCOUNT, lists, "metadata")));
        expect(result).toHaveProperty("events.length", 5);
        expect(result).toHaveProperty("events.0.text", "Olá");
      }),
    );
  });

  test("any JSON as a body is read or kept", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        expect(["events", "quarantine"]).toContain(channel.receive(genuine(body)).kind);
      }),
    );
  });
});

describe("calls at the address of the Cloud API", () => {
  const share = (request: WebhookRequest) => channel.visits?.recognises(request);
  const foreign = { ...BODY, phone_number_id: "999" };
  const meta = {
    object: "whatsapp_business_account",
    entry: [{ id: "1", changes: [{ field: "messages", value: BODY }] }],
  };

  test("are looked at on the shared address", () => {
    expect(channel.visits?.names).toStrictEqual(["whatsapp"]);
  });

  test.each([
    { label: "a body for our number", request: call(BODY), want: "all" },
    {
      label: "one with the number in its metadata",
      request: call(serproValue(ACCOUNT, {}, "metadata")),
      want: "all",
    },
    { label: "one that a relay wrapped", request: call([{ body: BODY }]), want: "all" },
    { label: "one for another number, with our token", request: genuine(foreign), want: "all" },
    { label: "one for another number", request: call(foreign), want: undefined },
    { label: "Meta's body", request: call(meta), want: undefined },
    { label: "Meta's body with our token", request: genuine(meta), want: undefined },
    { label: "a verification", request: call(BODY, { method: "GET" }), want: undefined },
    { label: "no JSON", request: call("{"), want: undefined },
    { label: "nothing", request: call(""), want: undefined },
    { label: "nested lists", request: call(nested(100_000)), want: undefined },
    { label: "a list of nothing", request: call("[null,7]"), want: undefined },
  ])("$label", ({ request, want }) => {
    expect(share(request)).toBe(want);
  });

  test("a body that is recognised still needs the token", () => {
    expect(() => channel.receive(call(BODY))).toThrow(thrown("webhook_forged"));
  });

  test("three megabytes of nothing cost little more than reading them", () => {
    const body = `[${"0,".repeat(1_500_000)}0]`;
    const before = process.cpuUsage();
    expect(share(call(body))).toBeUndefined();
    // Time of the processor, for the clock also counts what else the machine does.
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(5000);
  });
});
