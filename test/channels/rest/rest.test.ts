import { describe, expect, test } from "@jest/globals";
import { rest } from "../../../src/channels/rest/index.ts";
import { parseRestRequest } from "../../../src/channels/rest/receive.ts";
import type { WebhookRequest } from "../../../src/channels/channel.ts";
import { BridgeError } from "../../../src/errors.ts";
import type { InboundMessage, Reply } from "../../../src/messages.ts";

const body = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (thrown) {
    return thrown instanceof BridgeError ? thrown.code : "another error";
  }
  return undefined;
}

describe("a request", () => {
  const usual: InboundMessage = {
    kind: "message",
    externalId: "",
    account: "rest",
    identities: [{ kind: "sender", value: "default" }],
    sentAt: "",
    text: "",
    content: { type: "text" },
  };
  const from = (value: string) => ({ identities: [{ kind: "sender", value }] });

  test.each<{ label: string; given: unknown; want: object }>([
    { label: "nothing at all is the default sender saying nothing", given: {}, want: {} },
    {
      label: "a missing sender is the default one",
      given: { message: "oi" },
      want: { text: "oi" },
    },
    {
      label: "null for sender, message and metadata is the same as nothing",
      given: { sender: null, message: null, metadata: null, input_channel: null },
      want: {},
    },
    { label: "a number names a sender", given: { sender: 42 }, want: from("42") },
    {
      label: "an empty sender is a conversation of its own",
      given: { sender: "" },
      want: from(""),
    },
    { label: "a sender is kept exactly", given: { sender: " Ana 😀 " }, want: from(" Ana 😀 ") },
    {
      label: "the longest sender",
      given: { sender: "x".repeat(512) },
      want: from("x".repeat(512)),
    },
    { label: "a text is stripped", given: { message: " \n oi \t" }, want: { text: "oi" } },
    {
      label: "an intent is a text like any other",
      given: { message: '/vote{"v":"1"}' },
      want: { text: '/vote{"v":"1"}' },
    },
    { label: "unknown keys are ignored", given: { other: 1 }, want: {} },
    {
      label: "metadata is handed on as it is",
      given: { metadata: { name: "Ana", nested: { list: [1, true, null] } } },
      want: { metadata: { name: "Ana", nested: { list: [1, true, null] } } },
    },
    {
      label: "metadata that is no object is wrapped",
      given: { metadata: ["a"] },
      want: { metadata: { metadata: ["a"] } },
    },
    {
      label: "the client's own channel name goes with the metadata",
      given: { input_channel: "site", metadata: { a: 1 } },
      want: { metadata: { input_channel: "site", a: 1 } },
    },
    { label: "the usual channel name says nothing", given: { input_channel: "rest" }, want: {} },
  ])("$label", ({ given, want }) => {
    expect(parseRestRequest(body(given))).toEqual({ ...usual, ...want });
  });

  test("what no database takes is taken out", () => {
    const raw = String.raw`{"sender":"a\u0000b","message":"c\u0000\ud800d","metadata":{"k\u0000":"\udc00","__proto__":{"x":1}},"input_channel":"s\u0000"}`;
    expect(parseRestRequest(Buffer.from(raw))).toEqual({
      ...usual,
      ...from("ab"),
      text: "c\ufffdd",
      metadata: { input_channel: "s", k: "\ufffd" },
    });
  });

  test("metadata far too deep is cut, not followed", () => {
    const raw = `{"metadata":{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}}`;
    const { metadata } = parseRestRequest(Buffer.from(raw));
    expect(JSON.stringify(metadata)).toBe(`{"a":${"[".repeat(63)}null${"]".repeat(63)}}`);
  });

  test.each([
    { label: "broken JSON", raw: Buffer.from("{") },
    { label: "nothing", raw: Buffer.alloc(0) },
    { label: "a list", raw: body([]) },
    { label: "a text", raw: body("oi") },
    { label: "null", raw: body(null) },
    { label: "a message that is no text", raw: body({ message: 5 }) },
    { label: "a sender that is an object", raw: body({ sender: {} }) },
    { label: "a sender too long for an index", raw: body({ sender: "x".repeat(513) }) },
  ])("$label is malformed", ({ raw }) => {
    expect(codeOf(() => parseRestRequest(raw))).toBe("webhook_malformed");
  });
});

describe("the token", () => {
  const call = (query: object, authorization?: string): WebhookRequest => ({
    method: "POST",
    suffix: "",
    headers: { authorization },
    query: { ...query },
    rawBody: body({}),
  });
  const channel = rest.configure({ token: "right-token" });

  test.each([
    { label: "in the query", given: call({ token: "right-token" }), want: undefined },
    { label: "as a bearer", given: call({}, "bearer right-token"), want: undefined },
    { label: "missing", given: call({}), want: "webhook_forged" },
    { label: "wrong", given: call({ token: "right-tokem" }), want: "webhook_forged" },
    { label: "of another length", given: call({ token: "r" }), want: "webhook_forged" },
    { label: "in a list", given: call({ token: ["right-token"] }), want: "webhook_forged" },
    { label: "under another scheme", given: call({}, "Basic right-token"), want: "webhook_forged" },
  ])("$label", ({ given, want }) => {
    expect(codeOf(() => channel.receive(given))).toBe(want);
  });

  test("is checked before the body is read", () => {
    expect(codeOf(() => channel.receive({ ...call({}), rawBody: Buffer.from("{") }))).toBe(
      "webhook_forged",
    );
  });

  test("is listed as a secret", () => {
    expect([channel.secrets, rest.configure({}).secrets]).toEqual([["right-token"], []]);
  });
});

describe("a reply", () => {
  const to = { account: "rest", identities: [{ kind: "sender" as const, value: "ana" }] };
  const yes = { title: "Sim", payload: "/yes", type: "web_url", url: "https://a.example" };

  test.each<{ label: string; reply: Reply; split?: boolean; want: object[]; texts: string[] }>([
    { label: "text", reply: { text: "a" }, want: [{ text: "a" }], texts: ["a"] },
    {
      label: "text with blank lines is split, and no blank part is sent",
      reply: { text: "\n\np1\n\n\np2\np2b\n\n \n\n" },
      want: [{ text: "p1" }, { text: "p2\np2b" }],
      texts: ["p1", "p2\np2b"],
    },
    {
      label: "text with blank lines stays whole where splitting is off",
      reply: { text: "p1\n\np2" },
      split: false,
      want: [{ text: "p1\n\np2" }],
      texts: ["p1\n\np2"],
    },
    { label: "blank text is not sent", reply: { text: " \n " }, want: [], texts: [] },
    {
      label: "text with buttons is one item, with every key of the buttons",
      reply: { text: "p1\n\np2", buttons: [yes] },
      want: [{ text: "p1\n\np2", buttons: [yes] }],
      texts: ["p1\n\np2\n[Sim]"],
    },
    {
      label: "buttons without text have no text key",
      reply: { text: "", buttons: [yes] },
      want: [{ buttons: [yes] }],
      texts: ["[Sim]"],
    },
    {
      label: "no buttons is a text",
      reply: { text: "a", buttons: [] },
      want: [{ text: "a" }],
      texts: ["a"],
    },
    {
      label: "everything at once comes in Rasa's order",
      reply: {
        attachment: { type: "video" },
        image: "https://a.example/i.png",
        custom: [{ any: 1 }],
        buttons: [yes],
        text: "a",
      },
      want: [
        { text: "a", buttons: [yes] },
        { custom: [{ any: 1 }] },
        { image: "https://a.example/i.png" },
        { attachment: { type: "video" } },
      ],
      texts: ["a\n[Sim]", "", "https://a.example/i.png", ""],
    },
    {
      label: "an attachment by address",
      reply: { attachment: "https://a.example/a.pdf" },
      want: [{ attachment: "https://a.example/a.pdf" }],
      texts: ["https://a.example/a.pdf"],
    },
    {
      label: "empty values are not sent",
      reply: { image: "", attachment: "", custom: null },
      want: [],
      texts: [],
    },
    {
      label: "what no database takes is taken out",
      reply: { text: "a\u0000\ud800", custom: { "k\u0000": ["\u0000b"] } },
      want: [{ text: "a\ufffd" }, { custom: { k: ["b"] } }],
      texts: ["a\ufffd", ""],
    },
  ])("$label", ({ reply, split = true, want, texts }) => {
    const { messages, notes, kept } = rest.configure({ split_text: split }).render(reply, to);
    expect(messages.map(({ payload }) => payload)).toEqual(
      want.map((item) => ({ recipient_id: "ana", ...item })),
    );
    expect(messages.map(({ text }) => text)).toEqual(texts);
    expect(messages.every(({ needsWindow }) => !needsWindow)).toBe(true);
    expect([notes, kept]).toEqual([[], []]);
  });

  test("carries no key that means something to JavaScript", () => {
    const custom: unknown = JSON.parse('{"a":{"__proto__":{"x":1},"b":2}}');
    const [message] = rest.configure({}).render({ custom }, to).messages;
    expect(JSON.stringify(message?.payload)).toBe('{"recipient_id":"ana","custom":{"a":{"b":2}}}');
  });

  test("goes back to the sender exactly as given, also when that is empty", () => {
    const sender = (value: string) => ({
      account: "rest",
      identities: [{ kind: "sender" as const, value }],
    });
    const [empty] = rest.configure({}).render({ text: "a" }, sender("")).messages;
    expect(empty?.payload).toEqual({ recipient_id: "", text: "a" });
  });
});

describe("the channel", () => {
  test("is collected, keeps texts apart and sends nothing by itself", () => {
    const channel = rest.configure({});
    expect(channel).toMatchObject({
      accounts: ["rest"],
      delivery: "collect",
      reconciliation: "none",
      maxBodyBytes: 102_400,
      maxTextLength: 0,
      web: { allowedOrigins: [], waitMs: 100_000, perMinute: { sender: 120, address: 6_000 } },
    });
    expect(codeOf(() => channel.prepare({}, { id: "1", account: "rest", round: 0 }))).toBe(
      "channel_invalid_payload",
    );
    expect(codeOf(() => channel.interpret({ status: 200, headers: {}, body: "" }))).toBe(
      "channel_invalid_payload",
    );
  });

  test.each([
    { label: "an unknown setting", settings: { tokens: "x" } },
    { label: "an empty token", settings: { token: "" } },
    { label: "an origin with a path", settings: { allowed_origins: "https://a.example/x" } },
    {
      label: "an origin with a trailing slash",
      settings: { allowed_origins: ["https://a.example/"] },
    },
    { label: "an origin that is no address", settings: { allowed_origins: "a.example" } },
    { label: "a wait of no time", settings: { wait_ms: 0 } },
  ])("refuses $label", ({ settings }) => {
    expect(() => rest.configure(settings)).toThrow();
  });
});
