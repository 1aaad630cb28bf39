import { describe, expect, test } from "@jest/globals";
import type { Channel } from "../../src/channels/channel.ts";
import type { MediaReference, MediaSource } from "../../src/channels/media-source.ts";
import { BridgeError } from "../../src/errors.ts";
import { fetchFile } from "../../src/flow/fetch-file.ts";
import type { FileQuest } from "../../src/flow/file-quest.ts";
import { HttpFailure, type HttpOptions, type HttpRequest } from "../../src/transport.ts";
import { plainChannel } from "./scene.ts";

const ENDPOINT = "https://provider.example";
const FILE = Buffer.from("the file");
const away = { kind: "missing", reason: "unavailable", transient: true };
const gone = { kind: "missing", reason: "unavailable", transient: false };
const tooLarge = { kind: "missing", reason: "too_large", transient: false };
const found = (bytes: Buffer = FILE) => ({ kind: "bytes", bytes });

type Scripted =
  | Error
  | { status?: number; headers?: Record<string, string>; body?: Buffer | string; breaks?: Error };

interface Call {
  readonly request: HttpRequest;
  readonly options: HttpOptions;
}

interface Setup {
  readonly answers?: readonly Scripted[];
  readonly media?: Partial<MediaSource>;
  readonly channel?: Partial<Channel>;
  readonly reference?: Partial<MediaReference>;
  readonly quest?: Partial<FileQuest>;
}

const request = (url: string, headers: Record<string, string> = {}): HttpRequest => ({
  method: "GET",
  url,
  headers,
});

function setUp({ answers = [], media, channel = {}, reference = {}, quest = {} }: Setup) {
  const left = [...answers];
  const calls: Call[] = [];
  const ended: boolean[] = [];
  const stream: FileQuest["tools"]["stream"] = async (asked, options) => {
    calls.push({ request: asked, options });
    const next = left.shift();
    if (next === undefined) throw new Error("nobody was to be called");
    if (next instanceof Error) throw next;
    const { status = 200, headers = { "content-type": "image/jpeg" }, body = FILE, breaks } = next;
    const place = ended.push(false) - 1;
    async function* chunks(): AsyncGenerator<Uint8Array> {
      try {
        const bytes = Buffer.from(body);
        for (let at = 0; at < bytes.length; at += 4) yield bytes.subarray(at, at + 4);
        if (breaks !== undefined) throw breaks;
      } finally {
        ended[place] = true;
      }
    }
    return { status, headers, chunks: chunks() };
  };
  const source = { request: () => request(`${ENDPOINT}/files/1`, { "x-own": "1" }), ...media };
  const run = () =>
    fetchFile({
      channel: plainChannel({ endpoints: [ENDPOINT], media: source, ...channel }),
      media: { type: "media", media: "image", mimeType: "image/jpeg", ...reference },
      account: "1",
      externalId: "wamid.1",
      readWebhook: async () => Buffer.from("the webhook"),
      tools: {
        http: () => Promise.reject(new Error("only streams are asked for")),
        stream,
        cache: { get: async () => undefined, set: async () => undefined },
        now: () => new Date(0),
      },
      maxBytes: 100,
      timeoutMs: 1_000,
      signal: new AbortController().signal,
      ...quest,
    });
  return { run, calls, ended, left };
}

const json = (body: unknown, status = 200): Scripted => ({
  status,
  headers: { "content-type": "application/json; charset=utf-8" },
  body: JSON.stringify(body),
});

/** The address in an answer, asked for with the token, as the Cloud API has it. */
const located: Partial<MediaSource> = {
  locate: ({ body, status }) => {
    if (status !== 200) throw new BridgeError("channel_unavailable", "not now");
    return {
      kind: "at",
      request: request(JSON.parse(body).url, { authorization: "Bearer secret" }),
    };
  },
  trustedHosts: ["files.provider.example"],
};

describe("in the webhook", () => {
  test("a file is taken from there and nobody is called", async () => {
    const seen: string[] = [];
    const { run, calls } = setUp({
      media: {
        inline: (rawBody, externalId) => {
          seen.push(`${rawBody.toString()} ${externalId}`);
          return FILE;
        },
      },
    });
    expect(await run()).toEqual(found());
    expect(seen).toEqual(["the webhook wamid.1"]);
    expect(calls).toEqual([]);
  });

  test("a file that is too large is not looked for elsewhere", async () => {
    const { run, calls } = setUp({ media: { inline: () => Buffer.alloc(101) } });
    expect(await run()).toEqual(tooLarge);
    expect(calls).toEqual([]);
  });

  test.each<{ label: string; media: Partial<MediaSource>; quest?: Partial<FileQuest> }>([
    { label: "no file", media: { inline: () => undefined } },
    { label: "an empty file", media: { inline: () => Buffer.alloc(0) } },
    {
      label: "the webhook gone",
      media: { inline: () => FILE },
      quest: { readWebhook: async () => undefined },
    },
  ])("with $label the provider is asked", async ({ media, quest = {} }) => {
    const { run, calls } = setUp({ media, quest, answers: [{ body: "from there" }] });
    expect(await run()).toEqual(found(Buffer.from("from there")));
    expect(calls).toHaveLength(1);
  });
});

describe("at the provider", () => {
  test("a file is asked for with the channel's headers, within its limits", async () => {
    const { run, calls } = setUp({
      channel: { authorize: async () => ({ authorization: "Bearer fresh" }) },
      answers: [{}],
    });
    expect(await run()).toEqual(found());
    expect(calls[0]?.request).toEqual(
      request(`${ENDPOINT}/files/1`, { "x-own": "1", authorization: "Bearer fresh" }),
    );
    const { timeoutMs = 0, publicOnly, maxBytes } = calls[0]?.options ?? {};
    expect(publicOnly).toBe(false);
    expect(timeoutMs).toBeGreaterThan(900);
    expect(timeoutMs).toBeLessThanOrEqual(1_000);
    expect(maxBytes).toBe(Math.ceil(400 / 3) + 65_536);
  });

  test.each([
    { label: "renewed once", answers: [{ status: 401 }, {}], want: found(), times: 2 },
    {
      label: "not renewed twice",
      answers: [{ status: 401 }, { status: 401 }],
      want: away,
      times: 2,
    },
  ])("a token that is refused is $label", async ({ answers, want, times }) => {
    const refusals: unknown[] = [];
    const { run, calls, ended } = setUp({
      channel: {
        authorize: async (_request, _tools, refused) => {
          refusals.push(refused);
          return { authorization: `Bearer ${String(refusals.length)}` };
        },
      },
      answers,
    });
    expect(await run()).toEqual(want);
    expect(calls.map(({ request: { headers } }) => headers["authorization"])).toEqual([
      "Bearer 1",
      "Bearer 2",
    ]);
    expect(refusals).toEqual([undefined, { authorization: "Bearer 1" }]);
    expect(ended).toEqual(Array.from({ length: times }, () => true));
  });

  test("a fixed token that is refused is not tried again", async () => {
    const { run, calls } = setUp({ answers: [{ status: 401 }] });
    expect(await run()).toEqual(away);
    expect(calls).toHaveLength(1);
  });

  const failure = (reason: HttpFailure["reason"]) => new HttpFailure(reason, "unknown");
  test.each<{ label: string; answer: Scripted; want: unknown; media?: Partial<MediaSource> }>([
    { label: "a dead server", answer: failure("refused"), want: away },
    { label: "a slow server", answer: failure("timeout"), want: away },
    { label: "a file that is cut off", answer: { breaks: failure("reset") }, want: away },
    {
      label: "an answer beyond every limit",
      answer: { breaks: failure("too_large") },
      want: tooLarge,
    },
    { label: "500", answer: { status: 500 }, want: away },
    { label: "429", answer: { status: 429 }, want: away },
    { label: "403", answer: { status: 403 }, want: away },
    { label: "404", answer: { status: 404 }, want: gone },
    { label: "410", answer: { status: 410 }, want: gone },
    {
      label: "a redirect, which is not followed",
      answer: { status: 302, headers: { location: "http://127.0.0.1/" } },
      want: gone,
    },
    { label: "nothing", answer: { body: "" }, want: away },
    { label: "204", answer: { status: 204, body: "" }, want: away },
    {
      label: "exactly the limit",
      answer: { body: Buffer.alloc(100, 1) },
      want: found(Buffer.alloc(100, 1)),
    },
    { label: "one byte past the limit", answer: { body: Buffer.alloc(101, 1) }, want: tooLarge },
    {
      label: "a length past the limit",
      answer: { headers: { "content-type": "image/jpeg", "content-length": "101" } },
      want: tooLarge,
    },
    {
      label: "a length that is no number",
      answer: { headers: { "content-length": "many" } },
      want: found(),
    },
    {
      label: "a page in place of the file",
      answer: { headers: { "content-type": "text/html; charset=utf-8" }, body: "<html>" },
      want: away,
    },
    { label: "JSON in place of the file", answer: json({ error: "no" }), want: away },
    { label: "a long refusal", answer: { status: 404, body: Buffer.alloc(500_000) }, want: gone },
    {
      label: "a refusal without end",
      answer: { status: 404, body: Buffer.alloc(100_000), breaks: failure("too_large") },
      want: gone,
    },
    {
      label: "a refusal that the channel reads",
      answer: json({ error: 1 }, 400),
      media: located,
      want: away,
    },
    {
      label: "a refusal that the channel reads as final",
      answer: json({ error: 1 }, 500),
      media: {
        locate: () => {
          throw new BridgeError("channel_invalid_payload", "never");
        },
      },
      want: gone,
    },
  ])("$label", async ({ answer, want, media = {} }) => {
    const { run, ended } = setUp({ answers: [answer], media });
    expect(await run()).toEqual(want);
    expect(ended).toEqual(answer instanceof Error ? [] : [true]);
  });

  test("JSON is the file where a person sent JSON", async () => {
    const { run } = setUp({
      answers: [json({ a: 1 })],
      reference: { mimeType: "application/json" },
    });
    expect(await run()).toEqual(found(Buffer.from('{"a":1}')));
  });

  test("a file inside JSON may be as large as another", async () => {
    const bytes = Buffer.alloc(100, 7);
    const locate: MediaSource["locate"] = ({ body }) => ({
      kind: "bytes",
      bytes: Buffer.from(JSON.parse(body).base64, "base64"),
    });
    const wrapped = (size: number): Scripted => {
      const body = JSON.stringify({ base64: Buffer.alloc(size, 7).toString("base64") });
      const length = String(body.length);
      return { headers: { "content-type": "application/json", "content-length": length }, body };
    };
    expect(await setUp({ answers: [wrapped(100)], media: { locate } }).run()).toEqual(found(bytes));
    expect(await setUp({ answers: [wrapped(101)], media: { locate } }).run()).toEqual(tooLarge);
  });

  test("bytes are the file where the channel may answer either way", async () => {
    const locate = () => {
      throw new Error("bytes are not for reading");
    };
    expect(await setUp({ answers: [{}], media: { locate } }).run()).toEqual(found());
  });

  test("text that the channel knows for the file is the file", async () => {
    const { run } = setUp({
      answers: [{ headers: { "content-type": "text/plain" }, body: "olá" }],
      media: { locate: () => undefined },
    });
    expect(await run()).toEqual(found(Buffer.from("olá")));
  });

  test("no time is spent beyond the limit", async () => {
    const { run, calls } = setUp({ answers: [{}], quest: { timeoutMs: 0 } });
    expect(await run()).toEqual(away);
    expect(calls).toEqual([]);
  });

  test("a token that cannot be had is no end", async () => {
    const { run } = setUp({
      channel: { authorize: () => Promise.reject(new HttpFailure("refused", "no")) },
    });
    expect(await run()).toEqual(away);
  });

  test("stopping is passed on", async () => {
    const abort = new AbortController();
    abort.abort();
    const stopped = new HttpFailure("aborted", "no");
    const { run } = setUp({ answers: [stopped], quest: { signal: abort.signal } });
    await expect(run()).rejects.toBe(stopped);
  });
});

describe("where the provider says", () => {
  const at = async (url: string, second: Scripted = {}) => {
    const setup = setUp({
      media: located,
      channel: { authorize: async () => ({ "x-token": "fresh" }) },
      answers: [json({ url }), second],
    });
    return { ...setup, outcome: await setup.run() };
  };

  test.each([
    { label: "the configured address", url: `${ENDPOINT}/bytes/1`, publicOnly: false },
    { label: "a host that is known", url: "https://files.provider.example/1", publicOnly: true },
  ])("$label is sent the credentials", async ({ url, publicOnly }) => {
    const { outcome, calls } = await at(url);
    expect(outcome).toEqual(found());
    expect(calls[1]).toMatchObject({
      request: { url, headers: { authorization: "Bearer secret", "x-token": "fresh" } },
      options: { publicOnly, maxBytes: 100 },
    });
  });

  test.each([
    "https://elsewhere.example/1",
    "https://provider.example.evil.example/1",
    "https://provider.example:8443/1",
    "https://provider.example@evil.example/1",
    "https://files.provider.example:8443/1",
    "https://x.files.provider.example/1",
    "https://10.0.0.1/1",
  ])("%s is told nothing and must be public", async (url) => {
    const { outcome, calls } = await at(url);
    expect(outcome).toEqual(found());
    expect(calls[1]).toMatchObject({ request: request(url), options: { publicOnly: true } });
    expect(calls[1]?.request.headers).toEqual({});
  });

  test.each([
    "http://provider.example/1",
    "http://files.provider.example/1",
    "http://169.254.169.254/latest/meta-data",
    "file:///etc/passwd",
    "ftp://files.provider.example/1",
    "not an address",
  ])("%s is not called", async (url) => {
    const { outcome, calls } = await at(url);
    expect(outcome).toEqual(away);
    expect(calls).toHaveLength(1);
  });

  test.each<{ label: string; answer: Scripted; want: unknown }>([
    { label: "an address that has expired may be given anew", answer: { status: 404 }, want: away },
    { label: "a redirect is not followed", answer: { status: 301 }, want: away },
    { label: "too much is too much", answer: { body: Buffer.alloc(101) }, want: tooLarge },
    {
      label: "text there is the file, not a direction",
      answer: { headers: { "content-type": "text/plain" }, body: "olá" },
      want: found(Buffer.from("olá")),
    },
    { label: "JSON there is no second direction", answer: json({ url: ENDPOINT }), want: away },
  ])("$label", async ({ answer, want }) => {
    expect((await at(`${ENDPOINT}/1`, answer)).outcome).toEqual(want);
  });
});

describe("at the address of the webhook", () => {
  const url = "https://storage.example/signed?x=1";
  const none: Partial<MediaSource> = { request: () => undefined };

  test("a file is fetched without a word about us", async () => {
    const { run, calls } = setUp({
      media: none,
      reference: { url },
      channel: { authorize: async () => ({ authorization: "Bearer secret" }) },
      answers: [{}],
    });
    expect(await run()).toEqual(found());
    expect(calls[0]?.request).toEqual(request(url));
    expect(calls[0]?.options).toMatchObject({ publicOnly: true, maxBytes: 100 });
  });

  test("even of the provider itself nothing is trusted there", async () => {
    const { run, calls } = setUp({
      media: none,
      reference: { url: `${ENDPOINT}/files/2` },
      channel: { authorize: async () => ({ authorization: "Bearer secret" }) },
      answers: [{}],
    });
    await run();
    expect(calls[0]).toMatchObject({ request: { headers: {} }, options: { publicOnly: true } });
  });

  test.each([
    "http://storage.example/1",
    "http://[::ffff:127.0.0.1]/",
    "javascript:alert(1)",
    "x",
    "",
  ])("%j is not called", async (address) => {
    const { run, calls } = setUp({ media: none, reference: { url: address } });
    expect(await run()).toEqual(gone);
    expect(calls).toEqual([]);
  });

  test("it is the last resort", async () => {
    const { run, calls } = setUp({
      reference: { url },
      answers: [{ status: 404 }, { body: "late" }],
    });
    expect(await run()).toEqual(found(Buffer.from("late")));
    expect(calls.map(({ request: asked }) => asked.url)).toEqual([`${ENDPOINT}/files/1`, url]);
  });

  test("what may pass elsewhere is tried again though this address is dead", async () => {
    const { run } = setUp({ reference: { url }, answers: [{ status: 503 }, { status: 404 }] });
    expect(await run()).toEqual(away);
  });

  test("what may pass at this address is tried again though the provider has nothing", async () => {
    const { run } = setUp({ reference: { url }, answers: [{ status: 404 }, { status: 503 }] });
    expect(await run()).toEqual(away);
  });

  test("a channel without files and a message without address have none", async () => {
    const { run } = setUp({ media: none });
    expect(await run()).toEqual(gone);
  });
});
