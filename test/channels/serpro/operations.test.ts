import { afterEach, describe, expect, test } from "@jest/globals";
import { createMemoryCache } from "../../../src/cache/memory.ts";
import { serpro } from "../../../src/channels/serpro/index.ts";
import {
  createOperations,
  readRequestState,
  readUpload,
  readWebhooks,
} from "../../../src/channels/serpro/operations.ts";
import { callProvider } from "../../../src/flow/call.ts";
import { createHttp } from "../../../src/http/client.ts";
import type { HttpRequest } from "../../../src/transport.ts";
import { type SerproOptions, startSerpro } from "../../standins/serpro.ts";
import { ACCOUNT, RAW_SETTINGS, settingsWith } from "./sample.ts";
import { response, thrownBy } from "../../thrown.ts";

const open: { closers: (() => unknown)[] } = { closers: [] };

afterEach(async () => {
  for (const close of open.closers.splice(0).toReversed()) await close();
});

async function start(options: Partial<SerproOptions> = {}) {
  const standin = await startSerpro({
    clientId: RAW_SETTINGS.client_id,
    clientSecret: RAW_SETTINGS.client_secret,
    wabaId: RAW_SETTINGS.waba_id,
    ...options,
  });
  const client = createHttp();
  open.closers.push(standin.close, client.close);
  const settings = settingsWith({ base_url: standin.url });
  const channel = serpro.configure({ ...RAW_SETTINGS, base_url: standin.url });
  const { http, stream } = client;
  const tools = { http, stream, cache: createMemoryCache(), now: () => new Date() };
  const call = (request: HttpRequest) => callProvider(channel, request, tools, { timeoutMs: 5000 });
  return { standin, channel, call, operations: createOperations(settings) };
}

const operations = createOperations(settingsWith());
const SECRETS = [RAW_SETTINGS.client_secret];
const URI = "https://bridge.example.org/webhooks/serpro/webhook/ficha";

describe("webhook registrations", () => {
  test("are listed, made, changed and removed", async () => {
    const { standin, call, operations: at } = await start();
    const list = async () => readWebhooks(await call(at.listWebhooks()), SECRETS);
    expect(await list()).toStrictEqual([]);
    expect(await call(at.setWebhook({ uri: URI, token: "ficha" }))).toHaveProperty("status", 201);
    expect(standin.webhooks).toStrictEqual([{ id: "wh-1", uri: URI, token: "ficha" }]);
    expect(await list()).toStrictEqual([{ id: "wh-1", uri: URI }]);
    await call(at.changeWebhook("wh-1", { uri: `${URI}2` }));
    expect(standin.webhooks).toStrictEqual([{ id: "wh-1", uri: `${URI}2` }]);
    expect(await call(at.deleteWebhook("wh-1"))).toHaveProperty("status", 204);
    expect(await list()).toStrictEqual([]);
    expect(standin.refusals).toStrictEqual([]);
  });

  test("are made as plain text where JSON is not taken", async () => {
    const { standin, call, operations: at } = await start({ takesJsonWebhooks: false });
    expect(await call(at.setWebhook({ uri: URI }))).toHaveProperty("status", 415);
    expect(await call(at.setWebhook({ uri: URI }, "plain"))).toHaveProperty("status", 201);
    expect(standin.webhooks).toStrictEqual([{ id: "wh-1", uri: URI }]);
  });

  test.each([
    {
      label: "a list under a key",
      body: { itens: [{ id: 7, uri: "u" }] },
      want: [{ id: "7", uri: "u" }],
    },
    { label: "one by itself", body: { uri: "u", jwtToken: "secret" }, want: [{ uri: "u" }] },
    { label: "odd neighbours", body: [null, 7, { uri: "u" }, {}], want: [{ uri: "u" }] },
    { label: "no list", body: { x: 1 }, want: undefined },
    { label: "a page", body: "<html>", want: undefined },
  ])("are read from $label", ({ body, want }) => {
    expect(readWebhooks(response(200, body), SECRETS)).toStrictEqual(want);
  });

  test.each([".", "..", ""])("an id %j leads nowhere else", (id) => {
    expect(thrownBy(() => operations.deleteWebhook(id)).code).toBe("channel_invalid_payload");
  });

  test("an id stays one part of the address", () => {
    expect(operations.deleteWebhook("a/../b?c#\ud800").url).toMatch(
      /\/v2\/webhook\/a%2F\.\.%2Fb%3Fc%23%EF%BF%BD$/,
    );
  });
});

describe("the state of a request", () => {
  test("is read and kept whole", async () => {
    const { standin, channel, call, operations: at } = await start();
    const to = {
      account: ACCOUNT,
      identities: [{ kind: "phone", value: "556190001111" }],
    } as const;
    const [message] = channel.render({ text: "Olá" }, to).messages;
    await call(channel.prepare(message?.payload, { id: "x", account: ACCOUNT, round: 0 }));
    const state = readRequestState(await call(at.requestState("req-1")), SECRETS);
    expect(state).toStrictEqual({
      requestId: "req-1",
      evidence: expect.stringContaining("PROCESSADA"),
    });
    expect(standin.sent).toHaveLength(1);
  });

  test("of an unknown request is a refusal", async () => {
    const { call, operations: at } = await start();
    const unknown = await call(at.requestState("req-9"));
    expect(thrownBy(() => readRequestState(unknown, SECRETS)).code).toBe("channel_invalid_payload");
  });

  test("names the message where it can", () => {
    const state = readRequestState(response(200, { messages: [{ id: "wamid.X" }] }), SECRETS);
    expect(state).toHaveProperty("messageId", "wamid.X");
  });
});

describe("files", () => {
  const bytes = Buffer.from([0, 255, 13, 10, 45, 45, 128, 0]);

  test("are uploaded and fetched as they are", async () => {
    const { standin, channel, call, operations: at } = await start();
    const upload = { fileName: 'a"b\r\nção.png', mimeType: "image/png", bytes };
    const id = readUpload(await call(at.upload(upload)), SECRETS);
    expect(standin.uploads).toStrictEqual([
      { id, mimeType: "image/png", fileName: "a%22b%0D%0Ação.png", bytes },
    ]);
    const request = channel.media?.request(
      { type: "media", media: "image", id },
      ACCOUNT,
      "wamid.X",
    );
    if (request === undefined) throw new Error("the file cannot be fetched");
    expect(await call(request)).toMatchObject({
      status: 200,
      headers: { "content-type": "image/png" },
    });
  });

  test.each([
    { mimeType: "image/png", size: 5_000_000 },
    { mimeType: "video/mp4", size: 16_000_000 },
    { mimeType: "audio/ogg", size: 16_000_000 },
    { mimeType: "application/pdf", size: 95_000_000 },
  ])("$mimeType may have $size bytes and no more", ({ mimeType, size }) => {
    const fileName = "a";
    const largest = operations.upload({ fileName, mimeType, bytes: Buffer.alloc(size) });
    expect(largest.bytes?.byteLength).toBeGreaterThan(size);
    const beyond = { fileName, mimeType, bytes: Buffer.alloc(size + 1) };
    expect(thrownBy(() => operations.upload(beyond)).code).toBe("channel_invalid_payload");
  });

  test.each(["image", "image/png\r\nx: y", "", "image/png; a=b"])(
    "%j is no MIME type",
    (mimeType) => {
      const file = { fileName: "a", mimeType, bytes };
      expect(thrownBy(() => operations.upload(file)).code).toBe("channel_invalid_payload");
    },
  );

  test("an upload without an id is unreadable, a refused one refused", () => {
    expect(thrownBy(() => readUpload(response(200, "{}"), SECRETS)).code).toBe(
      "channel_unreadable",
    );
    expect(thrownBy(() => readUpload(response(401, "{}"), SECRETS)).code).toBe(
      "channel_account_blocked",
    );
  });

  const media = serpro.configure(RAW_SETTINGS).media;
  const file = { type: "media", media: "image" } as const;

  test.each([
    { label: "no id", reference: { ...file, url: "https://x.example/a" } },
    { label: "an id with a path", reference: { ...file, id: "../webhook" } },
    { label: "an id of dots", reference: { ...file, id: ".." } },
    { label: "a file of another number", reference: { ...file, id: "1" }, account: "999" },
  ])("$label is not fetched", ({ reference, account }) => {
    expect(media?.request(reference, account ?? ACCOUNT, "wamid.X")).toBeUndefined();
  });

  const BASE = `https://api.whatsapp.serpro.gov.br/client/${ACCOUNT}/v2`;
  const json = (url: unknown, type = "application/json; charset=utf-8") =>
    response(200, { url }, { "content-type": type });

  test.each([`${BASE}/media/77`, "https://lookaside.fbsbx.com/whatsapp_business/a?b=c"])(
    "an answer in JSON that names %s is followed",
    (url) => {
      expect(media?.locate?.(json(url))).toStrictEqual({
        kind: "at",
        request: { method: "GET", url, headers: {} },
      });
    },
  );

  test.each([
    { label: "another host", answer: json("https://evil.example/a") },
    {
      label: "a host that looks like Meta's",
      answer: json("https://lookaside.fbsbx.com.evil.example/"),
    },
    { label: "Meta's host without encryption", answer: json("http://lookaside.fbsbx.com/a") },
    { label: "Meta's host with a password", answer: json("https://a:b@lookaside.fbsbx.com/a") },
    { label: "another address of the provider", answer: json(`${BASE}/webhook`) },
    { label: "a way around", answer: json(`${BASE}/media/../webhook`) },
    { label: "an encoded way around", answer: json(`${BASE}/media/%2e%2e%2fwebhook`) },
    { label: "a file in another format", answer: json(`${BASE}/media/77`, "text/plain") },
    { label: "no text", answer: json({}) },
    { label: "no address", answer: json("77") },
    { label: "a list", answer: response(200, "[]", { "content-type": "application/json" }) },
    { label: "no JSON", answer: response(200, "{", { "content-type": "application/json" }) },
    { label: "no format", answer: response(200, "{}") },
  ])("an answer with $label is the file itself", ({ answer }) => {
    expect(media?.locate?.(answer)).toBeUndefined();
  });

  test("a refusal is one", () => {
    expect(thrownBy(() => media?.locate?.(response(404, "{}"))).code).toBe(
      "channel_invalid_payload",
    );
  });
});

describe("the check of an account", () => {
  const { probe } = serpro.configure(RAW_SETTINGS);

  test("is one call that changes nothing", async () => {
    const { channel, call } = await start();
    const request = channel.probe?.request(ACCOUNT);
    if (request === undefined) throw new Error("the channel has no probe");
    expect(channel.probe?.read(await call(request))).toStrictEqual({
      state: "connected",
      detail: "the credentials are good, but no webhook is registered: nothing will arrive",
    });
  });

  test.each([
    { status: 200, body: [{ id: "1", uri: URI, jwtToken: "x" }], want: "webhooks registered: 1" },
    { status: 200, body: "<html>", want: "the list of webhooks is unreadable" },
    { status: 404, body: {}, want: "cannot be listed" },
    { status: 405, body: {}, want: "cannot be listed" },
  ])("$status with $body", ({ status, body, want }) => {
    const state = probe?.read(response(status, body));
    expect(state).toMatchObject({ state: "connected", detail: expect.stringContaining(want) });
  });

  test.each([
    { status: 401, want: "channel_account_blocked" },
    { status: 503, want: "channel_unavailable" },
  ])("$status is $want", ({ status, want }) => {
    expect(thrownBy(() => probe?.read(response(status, ""))).code).toBe(want);
  });
});
