import { describe, expect, test } from "@jest/globals";
import { envelope, upsertWebhook } from "../../standins/evolution-webhooks.ts";
import { receive } from "./calls.ts";
import { channelWith, INSTANCE, RAW_SETTINGS, SECRET } from "./sample.ts";

const KEY = RAW_SETTINGS.body_apikeys[0];
const FROM = "5521987650011@s.whatsapp.net";

function keptOf(body: unknown): string | undefined {
  const result = receive(body);
  if (result.kind !== "events") throw new Error(`expected events, got ${result.kind}`);
  return result.keptBody?.toString("utf8");
}

const upsert = (message: object, more: object = {}) => ({
  ...upsertWebhook({ instance: INSTANCE, from: FROM, id: "3A1", message }),
  destination: null,
  ...more,
});

describe("what is kept of a webhook", () => {
  test("is what came, where it holds no key", () => {
    expect(keptOf(upsert({ conversation: "oi" }))).toBeUndefined();
  });

  test.each([
    { label: "the instance's key", more: { apikey: KEY } },
    { label: "the key of an error", more: { api_key: KEY } },
    { label: "a key with quotes and backslashes", more: { apikey: `a"b\\c${KEY}` } },
    { label: "a key somewhere inside", more: { extra: [{ apikey: KEY }] } },
    { label: "two keys", more: { apikey: KEY, extra: { api_key: KEY } } },
    {
      label: "our own address with its secret",
      more: { destination: `https://b.example/${SECRET}` },
    },
    {
      label: "an address before a key",
      more: { destination: `https://b.example/${SECRET}`, apikey: KEY, api_key: KEY },
    },
    { label: "a very long key", more: { apikey: KEY.repeat(1000) } },
  ])("is everything but $label", ({ more }) => {
    const body = upsert({ conversation: "oi à noite" }, more);
    const kept = keptOf(body);
    const nulled = JSON.stringify(body, (name, value: unknown) =>
      ["apikey", "api_key", "destination"].includes(name) ? null : value,
    );
    expect(kept).toBe(nulled);
  });

  test("leaves the words of a person alone, whatever they look like", () => {
    const words = `"apikey":"${KEY}"`;
    expect(keptOf(upsert({ conversation: words }))).toBeUndefined();
    expect(keptOf(upsert({ conversation: "x" }, { list: ["apikey", "b"] }))).toBeUndefined();
  });

  test("is rid of a key although spaces stand around it, and in a body that means nothing", () => {
    expect(keptOf(`{"apikey" :\n "${KEY}", "x": 1}`)).toBe('{"apikey" :\n null, "x": 1}');
    expect(keptOf(`{"apikey":"${KEY}`)).toBe('{"apikey":null');
  });

  test.each(["qrcode.updated", "new.jwt", "NEW_JWT_TOKEN"])("of %s is its name alone", (event) => {
    const data = { qrcode: { code: "2@login", base64: "data:image/png;base64,AAAA" }, token: "t" };
    const kept = keptOf(envelope(event, INSTANCE, data, { apikey: KEY }));
    expect(kept).toBe(JSON.stringify({ event, instance: INSTANCE, data: null }));
  });

  test("of a login code for an instance that is not ours is no code either", () => {
    const kept = keptOf(envelope("qrcode.updated", "loja-norte", { qrcode: { code: "2@login" } }));
    expect(kept).not.toContain("login");
  });

  test("means the same when it is read again", () => {
    const body = upsert({ conversation: "oi" }, { apikey: KEY });
    const { reread } = channelWith();
    const again = reread(Buffer.from(keptOf(body) ?? ""));
    expect(again).toStrictEqual({ kind: "events", events: expect.any(Array) });
    expect(receive(body)).toMatchObject({
      kind: "events",
      events: "events" in again ? again.events : [],
    });
  });

  test("holds a file of many megabytes as it came", () => {
    const base64 = Buffer.alloc(18 * 1024 * 1024, 7).toString("base64");
    const body = upsert({ imageMessage: { mimetype: "image/png" }, base64 }, { apikey: KEY });
    const kept = Buffer.from(keptOf(body) ?? "");
    expect(kept.includes(KEY)).toBe(false);
    expect(channelWith().media?.inline?.(kept, "3A1")).toHaveLength(18 * 1024 * 1024);
  });
});
