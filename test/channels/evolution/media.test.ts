import { describe, expect, test } from "@jest/globals";
import { upsertWebhook } from "../../standins/evolution-webhooks.ts";
import { channelWith, INSTANCE, RAW_SETTINGS } from "./sample.ts";

const { media } = channelWith();
if (media === undefined) throw new Error("the channel has no files");
const FILE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 255]);
const json = { "content-type": "application/json; charset=utf-8" };

const upsert = (message: unknown) =>
  upsertWebhook({ instance: INSTANCE, from: "5521987650011@s.whatsapp.net", id: "3A1", message });
const raw = (body: unknown) => Buffer.from(JSON.stringify(body));

describe("a file in the webhook", () => {
  const base64 = FILE.toString("base64");

  test.each([
    { label: "is found", message: { imageMessage: {}, base64 } },
    {
      label: "is found with the prefix of a data address",
      message: { imageMessage: {}, base64: `data:image/png;base64,${base64}` },
    },
    {
      label: "is found beside a wrapper",
      message: { viewOnceMessage: { message: { imageMessage: {} } }, base64 },
    },
  ])("$label", ({ message }) => {
    expect(media.inline?.(raw(upsert(message)), "3A1")).toEqual(FILE);
  });

  test("is found among several messages, by its own", () => {
    const body = upsert({ base64 });
    const list = {
      ...body,
      data: [
        null,
        { key: { id: "3A0" }, message: { base64: "AAAA" } },
        "data" in body ? body.data : 0,
      ],
    };
    expect(media.inline?.(raw(list), "3A1")).toEqual(FILE);
  });

  test.each([
    { label: "of another message", rawBody: raw(upsert({ base64 })), id: "3A2" },
    { label: "without one", rawBody: raw(upsert({ imageMessage: {} })), id: "3A1" },
    { label: "that is empty", rawBody: raw(upsert({ base64: "" })), id: "3A1" },
    { label: "that is no text", rawBody: raw(upsert({ base64: [1] })), id: "3A1" },
    { label: "that is no JSON", rawBody: Buffer.from('"base64"'), id: "3A1" },
    { label: "that is cut", rawBody: Buffer.from('{"base64'), id: "3A1" },
  ])("$label is none", ({ rawBody, id }) => {
    expect(media.inline?.(rawBody, id)).toBeUndefined();
  });
});

describe("where a file is asked for", () => {
  const asked = {
    method: "POST",
    url: `https://evo.example/chat/getBase64FromMediaMessage/${INSTANCE}`,
    headers: { apikey: RAW_SETTINGS.api_key, "content-type": "application/json" },
    body: '{"message":{"key":{"id":"3A1"}},"convertToMp4":false}',
  };

  test.each([
    { label: "one without an address", url: undefined },
    { label: "one at an address within the server's network", url: "http://minio:9000/x.jpg" },
    { label: "one at a plain address", url: "http://10.0.0.7:9000/x.jpg" },
    { label: "one at a plain address of version 6", url: "http://[fd00::1]:9000/x.jpg" },
    { label: "one at what is no address", url: "x" },
  ])("$label: of the server", ({ url }) => {
    const reference = { type: "media", media: "image", ...(url !== undefined && { url }) } as const;
    expect(media.request(reference, INSTANCE, "3A1")).toStrictEqual(asked);
  });

  test("one in the server's store: there, without our key", () => {
    const url = "https://s3.example/evolution/x.jpg?sig=1";
    expect(media.request({ type: "media", media: "image", url }, INSTANCE, "3A1")).toStrictEqual({
      method: "GET",
      url,
      headers: {},
    });
  });
});

describe("the answer", () => {
  test("of the server holds the file", () => {
    const body = JSON.stringify({ mediaType: "imageMessage", base64: FILE.toString("base64") });
    expect(media.locate?.({ status: 201, headers: json, body })).toEqual({
      kind: "bytes",
      bytes: FILE,
    });
  });

  test.each([
    { label: "of another type", headers: { "content-type": "image/png" }, body: "x" },
    { label: "without a type", headers: {}, body: "x" },
    { label: "that is a JSON file of a person", headers: json, body: '{"base64":"AAAA"}' },
  ])("$label is the file", ({ headers, body }) => {
    expect(media.locate?.({ status: 200, headers, body })).toBeUndefined();
  });

  test("with an empty file cannot be read", () => {
    const body = JSON.stringify({ mediaType: "imageMessage", base64: "!" });
    expect(() => media.locate?.({ status: 201, headers: json, body })).toThrow(
      expect.objectContaining({ code: "channel_unreadable" }),
    );
  });

  test.each([
    {
      status: 400,
      message: ["The message is not of the media type"],
      code: "channel_invalid_payload",
    },
    { status: 500, message: "Connection Closed", code: "channel_account_blocked" },
    { status: 403, message: "", code: "channel_account_blocked" },
  ])("with status $status is $code", ({ status, message, code }) => {
    const body = JSON.stringify({ status, response: { message } });
    expect(() => media.locate?.({ status, headers: json, body })).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
