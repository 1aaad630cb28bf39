import { describe, expect, test } from "@jest/globals";
import type { WebhookRequest } from "../../../src/channels/channel.ts";
import { socketio } from "../../../src/channels/socketio/index.ts";
import { sessionIn } from "../../../src/channels/socketio/receive.ts";
import { BridgeError } from "../../../src/errors.ts";
import type { Reply } from "../../../src/messages.ts";

const TO = { account: "socketio", identities: [{ kind: "sender", value: "s" }] } as const;
const TOKEN = "the-socket-token";
const open = socketio.configure({});

function call(body: unknown, changes: Partial<WebhookRequest> = {}): WebhookRequest {
  const rawBody = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  return { method: "POST", suffix: "", headers: {}, query: {}, rawBody, ...changes };
}

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (thrown) {
    return thrown instanceof BridgeError ? thrown.code : "another error";
  }
  return undefined;
}

describe("the settings of the Socket.IO channel", () => {
  test("nothing has to be set", () => {
    expect(open.web).toMatchObject({
      protocol: "socketio",
      allowedOrigins: [],
      waitMs: 100_000,
      perMinute: { sender: 120, address: 6_000 },
      events: { user: "user_uttered", bot: "bot_uttered" },
      persistsSessions: true,
    });
    expect([open.secrets, open.delivery, open.accounts]).toEqual([[], "collect", ["socketio"]]);
  });

  test("names of events and the rest can be set, as text too", () => {
    const settings = {
      user_message_evt: "user:said",
      bot_message_evt: "bot:said",
      session_persistence: "false",
      allowed_origins: "https://a.example, https://b.example:8443",
      token: TOKEN,
    };
    const { web, secrets } = socketio.configure(settings);
    expect(web).toMatchObject({
      allowedOrigins: ["https://a.example", "https://b.example:8443"],
      events: { user: "user:said", bot: "bot:said" },
      persistsSessions: false,
    });
    expect(secrets).toEqual([TOKEN]);
  });

  test.each([
    ["user_message_evt", "disconnect"],
    ["user_message_evt", "session_request"],
    ["user_message_evt", "two words"],
    ["user_message_evt", ""],
    ["bot_message_evt", "connect_error"],
    ["bot_message_evt", "newListener"],
    ["bot_message_evt", "session_confirm"],
    ["allowed_origins", "https://a.example/"],
    ["allowed_origins", "a.example"],
    ["wait_ms", 1],
    ["token", ""],
    ["namespace", "/chat"],
  ])("%s %j is refused", (setting, value) => {
    expect(() => socketio.configure({ [setting]: value })).toThrow(
      expect.objectContaining({ name: "ZodError" }),
    );
  });
});

describe("a session id", () => {
  test.each([
    { label: "a text", data: { session_id: "abc" }, want: "abc" },
    { label: "a number", data: { session_id: 42 }, want: "42" },
    { label: "the longest", data: { session_id: "x".repeat(512) }, want: "x".repeat(512) },
    { label: "white space around it", data: { session_id: " abc " }, want: "abc" },
    { label: "a NUL in it", data: { session_id: "a\u0000b" }, want: "ab" },
    { label: "one too long", data: { session_id: "x".repeat(513) }, want: undefined },
    { label: "an empty one", data: { session_id: "" }, want: undefined },
    { label: "nothing but a NUL", data: { session_id: "\u0000" }, want: undefined },
    { label: "null", data: { session_id: null }, want: undefined },
    { label: "an object", data: { session_id: { toString: 1 } }, want: undefined },
    { label: "no key", data: {}, want: undefined },
    { label: "no object", data: "abc", want: undefined },
    { label: "nothing", data: undefined, want: undefined },
  ])("from $label", ({ data, want }) => {
    expect(sessionIn(data)).toBe(want);
  });
});

describe("what a person says", () => {
  const usual = {
    kind: "message",
    externalId: "",
    account: "socketio",
    identities: [{ kind: "sender", value: "s" }],
    sentAt: "",
    text: "",
    content: { type: "text" },
  };

  test.each([
    { label: "a text, stripped", data: { message: " oi \n" }, want: { text: "oi" } },
    { label: "an intent", data: { message: '/vote{"a":1}' }, want: { text: '/vote{"a":1}' } },
    { label: "nothing", data: {}, want: {} },
    { label: "null", data: { message: null }, want: {} },
    { label: "poison", data: { message: "a\u0000\ud800" }, want: { text: "a\ufffd" } },
    {
      label: "with the widget's data",
      data: { customData: { language: "en" } },
      want: { metadata: { language: "en" } },
    },
    {
      label: "with Rasa's metadata, which wins",
      data: { customData: { a: 1, b: 1 }, metadata: { b: 2 } },
      want: { metadata: { a: 1, b: 2 } },
    },
    {
      label: "with metadata as JSON text",
      data: { metadata: '{"a":1}' },
      want: { metadata: { a: 1 } },
    },
    {
      label: "with metadata that is no object",
      data: { metadata: "plain" },
      want: { metadata: { metadata: "plain" } },
    },
    {
      label: "never as anything but a text",
      data: { content: { type: "trigger", intent: "x" }, kind: "status", message: "oi" },
      want: { text: "oi" },
    },
  ])("$label", ({ data, want }) => {
    expect(open.receive(call({ session_id: "s", ...data }))).toEqual({
      kind: "events",
      events: [{ ...usual, ...want }],
    });
  });

  test.each([
    { label: "no JSON", body: "{" },
    { label: "a list", body: "[]" },
    { label: "no session", body: { message: "oi" } },
    { label: "a message that is no text", body: { session_id: "s", message: { a: 1 } } },
  ])("as $label is refused", ({ body }) => {
    expect(codeOf(() => open.receive(call(body)))).toBe("webhook_malformed");
  });

  test("cannot reach into JavaScript", () => {
    const body = '{"session_id":"s","metadata":{"__proto__":{"x":1},"a":1}}';
    const result = open.receive(call(body));
    expect(result).toMatchObject({ events: [{ metadata: { a: 1 } }] });
    expect(JSON.stringify(result)).not.toContain("__proto__");
  });

  test("is not read again: nobody waits for the answer any more", () => {
    expect(open.reread(Buffer.from("{}"))).toMatchObject({ kind: "quarantine" });
  });
});

describe("the token", () => {
  const closed = socketio.configure({ token: TOKEN });
  test.each([
    { label: "in the query", changes: { query: { token: TOKEN } } },
    { label: "as a bearer", changes: { headers: { authorization: `Bearer ${TOKEN}` } } },
  ])("$label lets in", ({ changes }) => {
    expect(codeOf(() => closed.receive(call({ session_id: "s" }, changes)))).toBeUndefined();
  });

  test.each([
    { label: "missing", changes: {} },
    { label: "wrong", changes: { query: { token: `${TOKEN}x` } } },
    { label: "twice", changes: { query: { token: [TOKEN] } } },
    { label: "without its word", changes: { headers: { authorization: TOKEN } } },
  ])("$label is refused", ({ changes }) => {
    expect(codeOf(() => closed.receive(call({ session_id: "s" }, changes)))).toBe("webhook_forged");
  });
});

describe("what the bot says", () => {
  const src = "https://e.org/i.png";
  test.each<{ label: string; reply: Reply; want: readonly unknown[] }>([
    { label: "a text", reply: { text: "oi" }, want: [{ text: "oi" }] },
    {
      label: "a blank line starts a new message",
      reply: { text: "um\n\ndois\ntrês\n\n\n\nquatro" },
      want: [{ text: "um" }, { text: "dois\ntrês" }, { text: "quatro" }],
    },
    {
      label: "buttons are quick replies",
      reply: { text: "Vota?", buttons: [{ title: "Sim", payload: "/sim" }, { title: "Não" }] },
      want: [
        {
          text: "Vota?",
          quick_replies: [
            { content_type: "text", title: "Sim", payload: "/sim" },
            { content_type: "text", title: "Não", payload: "Não" },
          ],
        },
      ],
    },
    {
      label: "the last part carries them",
      reply: { text: "um\n\ndois", buttons: [{ title: "A", payload: "/a" }] },
      want: [
        { text: "um", quick_replies: [] },
        { text: "dois", quick_replies: [{ content_type: "text", title: "A", payload: "/a" }] },
      ],
    },
    {
      label: "they need no text",
      reply: { buttons: [{ title: "A", payload: "/a" }] },
      want: [{ text: "", quick_replies: [{ content_type: "text", title: "A", payload: "/a" }] }],
    },
    {
      label: "a bot's own keys of buttons stay",
      reply: {
        text: "x",
        buttons: [{ title: "Site", type: "web_url", url: "https://e.org", content_type: "link" }],
      },
      want: [
        {
          text: "x",
          quick_replies: [
            {
              content_type: "link",
              type: "web_url",
              url: "https://e.org",
              title: "Site",
              payload: "Site",
            },
          ],
        },
      ],
    },
    {
      label: "an image",
      reply: { text: "Veja", image: src },
      want: [{ text: "Veja" }, { attachment: { type: "image", payload: { src } } }],
    },
    {
      label: "an attachment as it is",
      reply: { attachment: { type: "video", payload: { src } } },
      want: [{ attachment: { type: "video", payload: { src } } }],
    },
    {
      label: "custom data for Rasa is what it calls data, whoever it says it is for",
      reply: { custom: { data: { a: 1 }, room: "session:other" } },
      want: [{ a: 1 }],
    },
    {
      label: "other custom data under its name",
      reply: { custom: { type: "location", latitude: 1 } },
      want: [{ custom: { type: "location", latitude: 1 } }],
    },
    { label: "custom data that is a list", reply: { custom: [1] }, want: [{ custom: [1] }] },
    {
      label: "all of it in Rasa's order",
      reply: { attachment: { a: 1 }, custom: { data: "d" }, image: src, text: "t" },
      want: [
        { text: "t" },
        "d",
        { attachment: { type: "image", payload: { src } } },
        { attachment: { a: 1 } },
      ],
    },
    {
      label: "nothing where there is nothing",
      reply: { text: " \n\n ", image: "", attachment: "", custom: null, buttons: [] },
      want: [],
    },
    { label: "poison made safe", reply: { text: "a\u0000\ud800" }, want: [{ text: "a\ufffd" }] },
  ])("$label", ({ reply, want }) => {
    const { messages, notes, kept } = open.render(reply, TO);
    expect(messages.map(({ payload }) => payload)).toEqual(want);
    expect([notes, kept]).toEqual([[], []]);
  });

  test("is kept for history as the person reads it", () => {
    const reply = {
      text: "um\n\ndois",
      buttons: [{ title: "A" }],
      image: src,
      attachment: "f.pdf",
    };
    const texts = open.render(reply, TO).messages.map(({ text }) => text);
    expect(texts).toEqual(["um", "dois\n[A]", src, "f.pdf"]);
  });

  test("is collected, never sent", () => {
    expect(codeOf(() => open.prepare({}, { id: "1", account: "", round: 0 }))).toBe(
      "channel_invalid_payload",
    );
  });
});
