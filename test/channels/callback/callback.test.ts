import { describe, expect, test } from "@jest/globals";
import { callback } from "../../../src/channels/callback/index.ts";
import type { WebhookRequest } from "../../../src/channels/channel.ts";
import { BridgeError } from "../../../src/errors.ts";

const SECRET = "a-callback-secret-of-the-tests";
const OTHER = "the-secret-before_it.0123~";
const RECIPIENT = "0198f0c2-0000-8000-8000-00000000c001";

const channel = callback.configure({ secrets: [SECRET, OTHER] });

function call(body: unknown, changes: Partial<WebhookRequest> = {}): WebhookRequest {
  const rawBody = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  return { method: "POST", suffix: SECRET, headers: {}, query: {}, rawBody, ...changes };
}

const eventsOf = (body: unknown) => {
  const result = channel.receive(call(body));
  return result.kind === "events" ? result.events : result;
};

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (thrown) {
    return thrown instanceof BridgeError ? thrown.code : "another error";
  }
  return undefined;
}

describe("the settings of the callback channel", () => {
  test("secrets may be written as a list or separated by commas", () => {
    expect(callback.configure({ secrets: `${SECRET}, ${OTHER}` }).secrets).toEqual([SECRET, OTHER]);
    expect(channel.secrets).toEqual([SECRET, OTHER]);
  });

  test.each([
    { label: "none", settings: {} },
    { label: "an empty list", settings: { secrets: "" } },
    { label: "one that can be guessed", settings: { secrets: "fifteen-letters" } },
    { label: "one that changes in a URL", settings: { secrets: "sixteen/letters/and" } },
    { label: "an unknown setting", settings: { secrets: SECRET, url: "http://rasa" } },
  ])("$label is refused", ({ settings }) => {
    expect(() => callback.configure(settings)).toThrow(
      expect.objectContaining({ name: "ZodError" }),
    );
  });
});

describe("the sender of a call", () => {
  const body = { recipient_id: RECIPIENT, text: "Lembrete" };
  test.each([
    { label: "in the path", changes: {} },
    { label: "in the path before more", changes: { suffix: `${SECRET}/x` } },
    { label: "the other one", changes: { suffix: OTHER } },
    { label: "as ?secret=", changes: { suffix: "", query: { secret: SECRET } } },
    { label: "as ?token=", changes: { suffix: "", query: { token: SECRET } } },
    {
      label: "in a header",
      changes: { suffix: "", headers: { "x-webhook-secret": SECRET } },
    },
    {
      label: "as a bearer",
      changes: { suffix: "", headers: { authorization: `Bearer ${SECRET}` } },
    },
  ])("presents the secret $label", ({ changes }) => {
    expect(channel.receive(call(body, changes)).kind).toBe("events");
  });

  test.each([
    { label: "nothing", changes: { suffix: "" } },
    { label: "a wrong one", changes: { suffix: `${SECRET}x` } },
    { label: "two at once", changes: { suffix: "", query: { token: [SECRET, SECRET] } } },
    { label: "one in another header", changes: { suffix: "", headers: { "x-token": SECRET } } },
    { label: "both with a comma", changes: { suffix: `${SECRET},${OTHER}` } },
  ])("is refused with $label", ({ changes }) => {
    expect(codeOf(() => channel.receive(call(body, changes)))).toBe("webhook_forged");
    expect(codeOf(() => channel.receive(call(Buffer.from("{"), changes)))).toBe("webhook_forged");
  });

  test("calls by POST only", () => {
    expect(channel.webhookMethods).toEqual(["POST"]);
  });
});

describe("what a bot pushes", () => {
  test.each([
    { label: "a text", given: { text: "oi" }, want: { text: "oi" } },
    {
      label: "buttons",
      given: { text: "Regou?", buttons: [{ title: "Sim", payload: "/sim" }] },
      want: { text: "Regou?", buttons: [{ title: "Sim", payload: "/sim" }] },
    },
    {
      label: "quick replies",
      given: { quick_replies: [{ title: "Sim", payload: "/sim", content_type: "text" }] },
      want: { buttons: [{ title: "Sim", payload: "/sim", content_type: "text" }] },
    },
    { label: "an image", given: { image: "https://e.org/i" }, want: { image: "https://e.org/i" } },
    {
      label: "an attachment",
      given: { attachment: { type: "video", payload: { src: "https://e.org/v" } } },
      want: { attachment: { type: "video", payload: { src: "https://e.org/v" } } },
    },
    {
      label: "custom data",
      given: { custom: { type: "location", latitude: -15.8, longitude: -47.9 } },
      want: { custom: { type: "location", latitude: -15.8, longitude: -47.9 } },
    },
    { label: "a number as text", given: { text: 42 }, want: { text: "42" } },
    { label: "text beside what is wrong", given: { text: "oi", image: [] }, want: { text: "oi" } },
    {
      label: "what no database takes, made safe",
      given: { text: "a\u0000b\ud800", custom: { x: "\udc00" } },
      want: { text: "ab\ufffd", custom: { x: "\ufffd" } },
    },
  ])("$label", ({ given, want }) => {
    expect(eventsOf({ recipient_id: RECIPIENT, ...given })).toEqual([
      { kind: "push", recipient: RECIPIENT, reply: want },
    ]);
  });

  test("may be several messages, which keep their order and their recipients", () => {
    const body = ["um", "dois", "três"].map((text, index) => ({ recipient_id: index, text }));
    expect(eventsOf(body)).toEqual([
      { kind: "push", recipient: "0", reply: { text: "um" } },
      { kind: "push", recipient: "1", reply: { text: "dois" } },
      { kind: "push", recipient: "2", reply: { text: "três" } },
    ]);
  });

  test.each([
    { label: "nobody", item: { text: "oi" }, what: "push without a recipient" },
    { label: "null", item: { recipient_id: null, text: "oi" }, what: "push without a recipient" },
    { label: "blank", item: { recipient_id: " ", text: "oi" }, what: "push without a recipient" },
    {
      label: "a list",
      item: { recipient_id: ["a"], text: "oi" },
      what: "push without a recipient",
    },
    { label: "no object", item: "oi", what: "push without a recipient" },
    { label: "nothing", item: null, what: "push without a recipient" },
    {
      label: "too long a name",
      item: { recipient_id: "x".repeat(513), text: "oi" },
      what: "push to a recipient with too long a name",
    },
    { label: "nothing said", item: { recipient_id: RECIPIENT }, what: "push without content" },
    {
      label: "a blank text",
      item: { recipient_id: RECIPIENT, text: " \u0000" },
      what: "push without content",
    },
    {
      label: "only what is wrong",
      item: { recipient_id: RECIPIENT, text: {}, buttons: "x", image: [] },
      what: "push without content",
    },
  ])("to or with $label loses itself alone", ({ item, what }) => {
    const good = { recipient_id: RECIPIENT, text: "oi" };
    expect(eventsOf([item, good])).toEqual([
      { kind: "unsupported", what },
      { kind: "push", recipient: RECIPIENT, reply: { text: "oi" } },
    ]);
  });

  test("to the longest name is delivered", () => {
    const recipient = "x".repeat(512);
    expect(eventsOf({ recipient_id: recipient, text: "oi" })).toMatchObject([{ recipient }]);
  });

  test("nothing at all is no event", () => {
    expect(eventsOf([])).toEqual([]);
  });

  test("cannot reach into JavaScript or exhaust the stack", () => {
    const deep = "[".repeat(40_000) + "]".repeat(40_000);
    const text = `{"recipient_id":"a","text":"oi","__proto__":{"text":"x"},"custom":${deep}}`;
    const result = channel.receive(call(Buffer.from(text)));
    expect(result).toMatchObject({ events: [{ kind: "push", reply: { text: "oi" } }] });
    expect(JSON.stringify(result).length).toBeLessThan(500);
    expect(JSON.stringify(result)).not.toContain("__proto__");
  });

  test.each([
    { label: "no JSON", body: "{", reason: "the body is not JSON" },
    { label: "nothing", body: "", reason: "the body is not JSON" },
    { label: "a text", body: '"oi"', reason: "the body is neither a message nor a list of them" },
    { label: "null", body: "null", reason: "the body is neither a message nor a list of them" },
  ])("as $label is kept for an operator to see", ({ body, reason }) => {
    const rawBody = Buffer.from(body);
    expect(channel.receive(call(rawBody))).toEqual({ kind: "quarantine", reason });
    expect(channel.reread(rawBody)).toEqual({ kind: "quarantine", reason });
  });

  test("is read again from what was stored, without its secret", () => {
    const body = { recipient_id: RECIPIENT, text: "oi" };
    const rawBody = Buffer.from(JSON.stringify(body));
    expect(channel.reread(rawBody)).toEqual(channel.receive(call(body)));
  });
});

test("nothing is ever sent through it", () => {
  const to = { account: "", identities: [] };
  expect(channel.delivery).toBe("none");
  expect(codeOf(() => channel.render({ text: "oi" }, to))).toBe("channel_invalid_payload");
  expect(codeOf(() => channel.prepare({}, { id: "1", account: "", round: 0 }))).toBe(
    "channel_invalid_payload",
  );
});
