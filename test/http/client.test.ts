import { readFileSync } from "node:fs";
import { createServer as createTlsServer } from "node:tls";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "@jest/globals";
import { createHttp } from "../../src/http/client.ts";
import type { HttpClientOptions } from "../../src/http/client.ts";
import { HttpFailure } from "../../src/transport.ts";
import type { HttpRequest } from "../../src/transport.ts";
import { startRawServer } from "../standins/raw-server.ts";
import type { RawScript, RawServer } from "../standins/raw-server.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

function client(options: HttpClientOptions = {}) {
  const made = createHttp(options);
  closers.unshift(made.close);
  return made;
}

async function serve(script: RawScript): Promise<RawServer> {
  const server = await startRawServer(script);
  closers.push(server.close);
  return server;
}

function post(url: string, body = "{}", headers: HttpRequest["headers"] = {}): HttpRequest {
  return { method: "POST", url, headers: { "Content-Type": "application/json", ...headers }, body };
}

async function failureOf(call: Promise<unknown>): Promise<HttpFailure> {
  const thrown: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof HttpFailure)) throw new Error("no HttpFailure", { cause: thrown });
  return thrown;
}

/** A whole request has come: the head, and as many bytes of body as it promised. */
function isWhole(request: string): boolean {
  const [head = "", ...rest] = request.split("\r\n\r\n");
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  return rest.length > 0 && rest.join("\r\n\r\n").length >= length;
}

const answer = (body: string, head = ""): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${head}\r\n${body}`;

/** A listener that never shakes hands: for the client, a connection that is never made. */
const overTls = (server: RawServer): string => server.url.replace("http:", "https:");

describe("a complete answer", () => {
  test.each([
    { label: "success", status: 200 },
    { label: "a refusal", status: 401 },
    { label: "a server failure", status: 503 },
    { label: "a redirect, which is not followed", status: 302 },
  ])("$label is given as it is", async ({ status }) => {
    const server = await serve((socket) =>
      socket.write(
        `HTTP/1.1 ${status} X\r\nLocation: http://127.0.0.1:1/\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 8\r\n\r\n {"a":1}`,
      ),
    );
    expect(await client().http(post(server.url), { timeoutMs: 2_000 })).toEqual({
      status,
      headers: {
        location: "http://127.0.0.1:1/",
        "set-cookie": "a=1, b=2",
        "content-length": "8",
      },
      body: ' {"a":1}',
    });
  });

  test("the body is sent byte for byte, whatever its content type says", async () => {
    const server = await serve((socket, text) => isWhole(text) && socket.write(answer("ok")));
    await client().http(post(server.url, ' not json: "é" \n'), { timeoutMs: 2_000 });
    expect(Buffer.from(server.received[0] ?? "", "latin1").toString("utf8")).toMatch(
      / not json: "é" \n$/,
    );
    expect(server.received[0]).toContain("Content-Length: 17\r\n");
  });

  test("no header is invented beside what HTTP needs", async () => {
    const server = await serve((socket, text) => isWhole(text) && socket.write(answer("ok")));
    const { http } = client();
    await http(
      { method: "POST", url: `${server.url}/a`, headers: { "x-a": "1" }, body: "b" },
      { timeoutMs: 2_000 },
    );
    const names = (server.received[0] ?? "")
      .split("\r\n\r\n")[0]
      ?.split("\r\n")
      .slice(1)
      .map((line) => line.split(":")[0]?.toLowerCase())
      .toSorted();
    expect(names).toEqual([
      "accept-encoding",
      "connection",
      "content-length",
      "host",
      "user-agent",
      "x-a",
    ]);
  });

  test("a lower-case content type of the call is kept", async () => {
    const server = await serve((socket, text) => isWhole(text) && socket.write(answer("ok")));
    await client().http(
      { method: "POST", url: server.url, headers: { "content-type": "text/x" }, body: "b" },
      { timeoutMs: 2_000 },
    );
    expect(server.received[0]).toMatch(/content-type: text\/x\r\n/i);
  });

  test("a compressed answer is given as text, without its byte-order mark", async () => {
    const body = gzipSync("\ufeff{}");
    const server = await serve((socket) => {
      socket.write(
        `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n`,
      );
      socket.write(body);
    });
    expect((await client().http(post(server.url), { timeoutMs: 2_000 })).body).toBe("{}");
  });
});

describe("a failure", () => {
  const timeoutMs = 300;
  test.each<{
    label: string;
    script?: RawScript;
    url?: string;
    tls?: boolean;
    body?: string;
    options?: HttpClientOptions;
    maxBytes?: number;
    headers?: Record<string, string>;
    want: Pick<HttpFailure, "reason" | "delivered">;
  }>([
    {
      label: "a refused connection was not delivered",
      url: "http://127.0.0.1:1",
      want: { reason: "refused", delivered: "no" },
    },
    {
      label: "an unknown host was not delivered",
      url: "http://nobody.invalid",
      want: { reason: "refused", delivered: "no" },
    },
    {
      label: "a connection that is never made was not delivered",
      tls: true,
      options: { connectTimeoutMs: 100 },
      want: { reason: "timeout", delivered: "no" },
    },
    {
      label: "a connection not made within the whole time was not delivered",
      tls: true,
      want: { reason: "timeout", delivered: "no" },
    },
    {
      label: "another protocol is refused",
      url: "data:text/plain,hello",
      want: { reason: "refused", delivered: "no" },
    },
    {
      label: "a header that would split the request is refused",
      script: () => undefined,
      headers: { "x-a": "b\r\nx-c: d", ":": "" },
      want: { reason: "refused", delivered: "no" },
    },
    {
      label: "silence after the request leaves the outcome unknown",
      script: () => undefined,
      want: { reason: "timeout", delivered: "unknown" },
    },
    {
      label: "a body that stops half way leaves the outcome unknown",
      script: (socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"),
      want: { reason: "timeout", delivered: "unknown" },
    },
    {
      label: "a reset before the answer leaves the outcome unknown",
      script: (socket) => socket.resetAndDestroy(),
      want: { reason: "reset", delivered: "unknown" },
    },
    {
      label: "an end before the answer leaves the outcome unknown",
      script: (socket) => socket.end(),
      want: { reason: "reset", delivered: "unknown" },
    },
    {
      label: "a reset in the middle of the answer leaves the outcome unknown",
      script: (socket) => {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        setTimeout(() => socket.resetAndDestroy(), 20);
      },
      want: { reason: "reset", delivered: "unknown" },
    },
    {
      label: "an answer cut short by an orderly end leaves the outcome unknown",
      script: (socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"),
      want: { reason: "reset", delivered: "unknown" },
    },
    {
      label: "an answer that is not HTTP leaves the outcome unknown",
      script: (socket) => socket.end("SSH-2.0-hello\r\n"),
      want: { reason: "reset", delivered: "unknown" },
    },
    {
      label: "an answer over the limit is given up",
      script: (socket) => socket.write(answer("x".repeat(101))),
      maxBytes: 100,
      want: { reason: "too_large", delivered: "unknown" },
    },
    {
      label: "a small compressed answer that unpacks over the limit is given up",
      script: (socket) => {
        const bomb = gzipSync("x".repeat(100_000));
        socket.write(
          `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`,
        );
        socket.write(bomb);
      },
      maxBytes: 1_000,
      want: { reason: "too_large", delivered: "unknown" },
    },
  ])("$label", async ({ script, url, tls, options, maxBytes, headers, want }) => {
    const server = await serve(script ?? (() => undefined));
    const call = client(options).http(
      post(url ?? (tls === true ? overTls(server) : server.url), "{}", headers),
      {
        timeoutMs,
        ...(maxBytes === undefined ? {} : { maxBytes }),
      },
    );
    const { reason, delivered } = await failureOf(call);
    expect({ reason, delivered }).toEqual(want);
  });

  test("the connect time is shorter than the whole time", async () => {
    const server = await serve(() => undefined);
    await failureOf(
      client({ connectTimeoutMs: 100 }).http(post(overTls(server)), { timeoutMs: 120_000 }),
    );
  });

  test("a self-signed certificate is refused before a byte of the request leaves", async () => {
    const pem = readFileSync(new URL("fixtures/self-signed.pem", import.meta.url));
    let received = 0;
    const server = createTlsServer({ key: pem, cert: pem }, (socket) => {
      socket.on("error", () => undefined);
      socket.on("data", (data) => (received += data.length));
    });
    server.on("tlsClientError", () => undefined);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closers.push(() => server.close());
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;

    const failure = await failureOf(
      client().http(post(`https://127.0.0.1:${port}`), { timeoutMs: 2_000 }),
    );
    await sleep(50);
    expect([failure.reason, failure.delivered, received]).toEqual(["refused", "no", 0]);
    expect(failure.cause).toMatchObject({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
  });

  test("a server that does not speak TLS was not delivered to", async () => {
    const server = await serve((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const failure = await failureOf(client().http(post(overTls(server)), { timeoutMs: 2_000 }));
    expect([failure.reason, failure.delivered]).toEqual(["refused", "no"]);
  });

  test.each([
    { label: "before it was made", isMade: false, delivered: "no" },
    { label: "while waiting for the answer", isMade: true, delivered: "unknown" },
  ])("a call taken back $label is aborted", async ({ isMade, delivered }) => {
    const abort = new AbortController();
    const server = await serve(() => abort.abort());
    if (!isMade) abort.abort();
    const failure = await failureOf(
      client().http(post(server.url), { timeoutMs: 2_000, signal: abort.signal }),
    );
    expect([failure.reason, failure.delivered]).toEqual(["aborted", delivered]);
  });

  test("the failure does not carry the request", async () => {
    const failure = await failureOf(
      client().http(post("http://127.0.0.1:1", "planted", { Authorization: "Bearer planted" }), {
        timeoutMs: 2_000,
      }),
    );
    const { inspect } = await import("node:util");
    expect(inspect(failure, { depth: 20, showHidden: true })).not.toContain("planted");
    expect(failure.cause).toMatchObject({ code: "ECONNREFUSED" });
  });
});

describe("the environment", () => {
  afterEach(() => {
    delete process.env["http_proxy"];
  });

  test("names no proxy behind our back", async () => {
    const proxy = await serve((socket) => socket.write(answer("proxy")));
    const server = await serve((socket) => socket.write(answer("server")));
    process.env["http_proxy"] = proxy.url;
    const { body } = await client().http(post(server.url), { timeoutMs: 2_000 });
    expect([body, proxy.received]).toEqual(["server", []]);
  });
});

describe("connections", () => {
  test("one connection serves one call after the other", async () => {
    const server = await serve((socket) => socket.write(answer("ok")));
    const { http } = client();
    for (let call = 0; call < 3; call += 1) await http(post(server.url), { timeoutMs: 2_000 });
    expect(server.received).toHaveLength(1);
  });

  test("an idle connection is closed before the other side is likely to", async () => {
    const server = await serve((socket) => socket.write(answer("ok")));
    const { http } = client({ idleSocketMs: 60 });
    await http(post(server.url), { timeoutMs: 2_000 });
    await sleep(150);
    await http(post(server.url), { timeoutMs: 2_000 });
    expect(server.received).toHaveLength(2);
  });

  test("a server's shorter keep-alive time is respected", async () => {
    const server = await serve((socket) => socket.write(answer("ok", "Keep-Alive: timeout=1\r\n")));
    const { http } = client();
    await http(post(server.url), { timeoutMs: 2_000 });
    await sleep(20);
    await http(post(server.url), { timeoutMs: 2_000 });
    expect(server.received).toHaveLength(2);
  });

  test("a reused connection that is reset leaves the outcome unknown", async () => {
    const server = await serve((socket, text) => {
      if (text.split("POST ").length === 2) socket.write(answer("ok"));
      else socket.resetAndDestroy();
    });
    const { http } = client();
    await http(post(server.url), { timeoutMs: 2_000 });
    const failure = await failureOf(http(post(server.url), { timeoutMs: 2_000 }));
    expect([failure.reason, failure.delivered, server.received.length]).toEqual([
      "reset",
      "unknown",
      1,
    ]);
  });

  test("calls beyond the bound wait, and one that never got a connection was not delivered", async () => {
    const server = await serve(() => undefined);
    const { http } = client({ maxSockets: 1 });
    const first = failureOf(http(post(server.url), { timeoutMs: 1_500 }));
    const second = failureOf(http(post(server.url), { timeoutMs: 600 }));
    expect([(await second).delivered, (await first).delivered]).toEqual(["no", "unknown"]);
    expect(server.received).toHaveLength(1);
  });

  test("an abandoned answer gives its connection's place back", async () => {
    const server = await serve((socket, _text, connection) =>
      socket.write(connection === 0 ? answer("x".repeat(101)) : answer("ok")),
    );
    const { http } = client({ maxSockets: 1 });
    await failureOf(http(post(server.url), { timeoutMs: 2_000, maxBytes: 100 }));
    expect((await http(post(server.url), { timeoutMs: 2_000 })).body).toBe("ok");
  });
});

describe("a stream", () => {
  const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

  test("gives the answer as it arrives", async () => {
    const server = await serve((socket) => {
      socket.write(head + chunk("one"));
      setTimeout(() => socket.write(chunk("two") + chunk("")), 50);
    });
    const { status, chunks } = await client().stream(post(server.url), { timeoutMs: 2_000 });
    const seen: string[] = [];
    for await (const part of chunks) seen.push(Buffer.from(part).toString());
    expect([status, seen]).toEqual([200, ["one", "two"]]);
  });

  test.each<{ label: string; script: RawScript; want: HttpFailure["reason"] }>([
    {
      label: "that falls silent is a timeout",
      script: (socket) => socket.write(head + chunk("one")),
      want: "timeout",
    },
    {
      label: "that is cut is a reset",
      script: (socket) => {
        socket.write(head + chunk("one"));
        setTimeout(() => socket.resetAndDestroy(), 30);
      },
      want: "reset",
    },
    {
      label: "over the limit is too large",
      script: (socket) => {
        socket.write(head + chunk("one"));
        setTimeout(() => socket.write(chunk("x".repeat(50))), 30);
      },
      want: "too_large",
    },
  ])("$label", async ({ script, want }) => {
    const server = await serve(script);
    const { chunks } = await client().stream(post(server.url), { timeoutMs: 200, maxBytes: 50 });
    const seen: string[] = [];
    const read = async (): Promise<void> => {
      for await (const part of chunks) seen.push(Buffer.from(part).toString());
    };
    expect((await failureOf(read())).reason).toBe(want);
    expect(seen).toContain("one");
  });

  test("left by its reader closes the connection", async () => {
    let closed = false;
    const server = await serve((socket) => {
      socket.on("close", () => (closed = true));
      socket.write(head + chunk("one"));
    });
    const { chunks } = await client().stream(post(server.url), { timeoutMs: 5_000 });
    for await (const _ of chunks) break;
    await sleep(50);
    expect(closed).toBe(true);
  });
});

describe("a call that may only go outside", () => {
  const outside = { timeoutMs: 2_000, publicOnly: true };
  const get = (url: string): HttpRequest => ({ method: "GET", url, headers: {} });
  const resolveTo =
    (...addresses: readonly string[]): NonNullable<HttpClientOptions["resolve"]> =>
    (_hostname, done) => {
      const found = addresses.map((address) => ({ address, family: 4 }));
      process.nextTick(() => done(null, found));
    };

  test.each([
    { label: "this machine", host: "127.0.0.1" },
    { label: "this machine by another spelling", host: "0x7f.1" },
    { label: "this machine as one number", host: "2130706433" },
    { label: "this machine with a dot", host: "127.0.0.1." },
    { label: "this machine inside IPv6", host: "[::ffff:127.0.0.1]" },
    { label: "this machine by name", host: "localhost" },
    { label: "this machine by a name with a dot", host: "localhost." },
    { label: "a name that leads here", host: "files.example" },
  ])("does not reach $label", async ({ host }) => {
    const server = await serve((socket) => socket.write(answer("secret")));
    const resolve = host === "files.example" ? { resolve: resolveTo("127.0.0.1") } : {};
    const { http } = client(resolve);
    const failure = await failureOf(http(get(`http://${host}:${server.port}/`), outside));
    expect(failure).toMatchObject({ reason: "refused", delivered: "no" });
    expect(server.received).toEqual([]);
  });

  test.each(["http://169.254.169.254/latest/meta-data/", "https://10.0.0.1/", "http://[::1]/"])(
    "does not try %s",
    async (url) => {
      const failure = await failureOf(
        client().http(get(url), { timeoutMs: 120_000, publicOnly: true }),
      );
      expect(failure).toMatchObject({ reason: "refused", delivered: "no" });
    },
  );

  test("does not use a connection that another call opened", async () => {
    const server = await serve((socket) => socket.write(answer("ok")));
    const { http } = client({ resolve: resolveTo("127.0.0.1") });
    const url = `http://localhost:${server.port}/`;
    expect((await http(get(url), { timeoutMs: 2_000 })).body).toBe("ok");
    expect(await failureOf(http(get(url), outside))).toMatchObject({ reason: "refused" });
    expect(server.received).toHaveLength(1);
  });

  test("other calls still reach this machine", async () => {
    const server = await serve((socket) => socket.write(answer("ok")));
    const { http } = client({ resolve: resolveTo("8.8.8.8") });
    expect((await http(get(server.url), { timeoutMs: 2_000 })).body).toBe("ok");
  });
});

test("bytes are sent as they are", async () => {
  const server = await serve((socket, text) => isWhole(text) && socket.write(answer("ok")));
  const bytes = Buffer.from([0, 255, 128, 13, 10]);
  await client().http(
    { method: "PUT", url: server.url, headers: { "content-type": "image/png" }, bytes },
    { timeoutMs: 2_000 },
  );
  expect(server.received[0]).toContain("Content-Length: 5\r\n");
  expect(server.received[0]?.endsWith(bytes.toString("latin1"))).toBe(true);
});
