import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { MediaReference } from "../../../src/channels/media-source.ts";
import { cloud } from "../../../src/channels/cloud/index.ts";
import { fetchFile } from "../../../src/flow/fetch-file.ts";
import { createHttp } from "../../../src/http/client.ts";
import { JPEG } from "../../media/samples.ts";
import { type Graph, startGraph } from "../../standins/graph.ts";
import type { GraphFile } from "../../standins/graph-media.ts";

const ACCOUNT = "106540352242922";
const TOKEN = "EAAG-token-of-the-tests";
const away = { kind: "missing", reason: "unavailable", transient: true };
const gone = { kind: "missing", reason: "unavailable", transient: false };
const tooLarge = { kind: "missing", reason: "too_large", transient: false };

let graph: Graph;
const client = createHttp();
beforeAll(async () => {
  graph = await startGraph({ token: TOKEN, appSecret: "s", phoneNumberIds: [ACCOUNT] });
});
afterAll(async () => {
  client.close();
  await graph.close();
});

const configure = (token = TOKEN, url = graph.url) =>
  cloud.configure({
    access_token: token,
    verify_tokens: ["v"],
    phone_number_ids: [ACCOUNT],
    app_secrets: ["a"],
    graph_url: url,
  });

let nextId = 900_000_000_000_000;

/** A file as the provider keeps it, and what a message says of it. */
function given(file: Partial<GraphFile> = {}): MediaReference & { id: string } {
  const id = String((nextId += 1));
  graph.media.files.set(id, { account: ACCOUNT, bytes: JPEG, mimeType: "image/jpeg", ...file });
  return { type: "media", media: "image", mimeType: "image/jpeg", id };
}

const look = (media: MediaReference, channel = configure(), account = ACCOUNT) =>
  fetchFile({
    channel,
    media,
    account,
    externalId: "wamid.1",
    readWebhook: async () => undefined,
    tools: {
      ...client,
      cache: { get: async () => undefined, set: async () => undefined },
      now: () => new Date(),
    },
    maxBytes: 1_000,
    timeoutMs: 1_500,
    signal: new AbortController().signal,
  });

describe("a file of the Cloud API", () => {
  test("is asked for by its id, then at its address, with the token both times", async () => {
    const media = given();
    expect(await look(media)).toEqual({ kind: "bytes", bytes: JPEG });
    expect(graph.media.asked.slice(-2)).toEqual([
      `/v25.0/${media.id}?phone_number_id=${ACCOUNT}`,
      `/whatsapp_business/attachments/?mid=${media.id}`,
    ]);
  });

  test.each<{ label: string; file: Partial<GraphFile>; want: unknown }>([
    { label: "whose address has expired may come later", file: { faults: [404] }, want: away },
    { label: "that is not served now may come later", file: { faults: [503] }, want: away },
    { label: "that is cut off may come later", file: { faults: ["cut"] }, want: away },
    { label: "that is too large is left", file: { bytes: Buffer.alloc(1_001, 1) }, want: tooLarge },
    { label: "that is empty may come later", file: { bytes: Buffer.alloc(0) }, want: away },
    {
      label: "at an address of this machine is left",
      file: { url: "https://127.0.0.1:1/x" },
      want: away,
    },
    {
      label: "at a plain address is left",
      file: { url: "http://lookaside.fbsbx.com/x" },
      want: away,
    },
    { label: "of another number is left", file: { account: "1" }, want: gone },
  ])("$label", async ({ file, want }) => {
    expect(await look(given(file))).toEqual(want);
  });

  test("that the provider does not know is left", async () => {
    expect(await look({ ...given(), id: "1" })).toEqual(gone);
  });

  test("is tried again once the token is mended", async () => {
    expect(await look(given(), configure("another-token"))).toEqual(away);
  });

  test.each([undefined, "", "../me", "1/2", "1?x=1", "9".repeat(65), "١٢٣"])(
    "with the id %j is not asked for",
    (id) => {
      const reference = { type: "media", media: "image", ...(id !== undefined && { id }) } as const;
      expect(configure().media?.request(reference, ACCOUNT, "wamid.1")).toBeUndefined();
    },
  );
});

describe("an answer about a file", () => {
  const locate = (body: string, status = 200) =>
    configure().media?.locate?.({ status, headers: {}, body });

  test("says where it is", () => {
    const url = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1&hash=x";
    expect(locate(JSON.stringify({ url, id: "1", __proto__: null }))).toEqual({
      kind: "at",
      request: { method: "GET", url, headers: { authorization: `Bearer ${TOKEN}` } },
    });
    expect(configure().media?.trustedHosts).toEqual(["lookaside.fbsbx.com"]);
  });

  test.each([
    { label: "no JSON", body: "<html>" },
    { label: "no object", body: "[]" },
    { label: "no address", body: "{}" },
    { label: "an address that is none", body: '{"url":"x"}' },
    { label: "an address of a file", body: '{"url":"file:///etc/passwd"}' },
    { label: "a list of addresses", body: '{"url":["https://a.example"]}' },
  ])("with $label is not readable", ({ body }) => {
    expect(() => locate(body)).toThrow(expect.objectContaining({ code: "channel_unreadable" }));
  });

  test.each([
    { label: "a bad token", status: 401, code: 190, want: "channel_account_blocked", retry: true },
    {
      label: "an unknown file",
      status: 400,
      code: 100,
      want: "channel_invalid_payload",
      retry: false,
    },
    { label: "too many calls", status: 400, code: 80007, want: "channel_throttled", retry: true },
  ])("that refuses for $label says so, without the token", ({ status, code, want, retry }) => {
    const body = JSON.stringify({ error: { code, message: `the token ${TOKEN} is wrong` } });
    try {
      locate(body, status);
      throw new Error("nothing was thrown");
    } catch (error) {
      expect(error).toMatchObject({ code: want, retry });
      expect(JSON.stringify(error)).not.toContain(TOKEN);
    }
  });

  test("that fails without a word is passing trouble", () => {
    expect(() => locate("", 502)).toThrow(expect.objectContaining({ code: "channel_unavailable" }));
  });
});
