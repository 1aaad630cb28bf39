import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "@jest/globals";
import express from "express";
import { allowLongBody, startServer } from "../../src/http/server.ts";
import type { RunningServer, ServerLimits } from "../../src/http/server.ts";

const running: RunningServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close(0);
});

async function start(limits: Partial<ServerLimits> = {}): Promise<RunningServer> {
  const app = express();
  app.post("/body", express.raw({ type: () => true }), (_request, response) => {
    response.end("ok");
  });
  app.post("/long", (request, response) => {
    allowLongBody(request);
    request.resume().once("end", () => response.end("all of it"));
  });
  app.get("/slow", async (_request, response) => {
    await sleep(200);
    response.end("done");
  });
  app.get("/endless", (_request, response) => {
    response.write("start");
  });
  app.get("/", (_request, response) => {
    response.end("ok");
  });
  const server = await startServer(app, { host: "127.0.0.1", port: 0, limits });
  running.push(server);
  return server;
}

/** Sends raw bytes and gives what came until the other side closed. */
async function talk(port: number, pieces: readonly string[], pauseMs = 0) {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.on("data", (data) => (text += data.toString()));
  socket.on("error", () => undefined);
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  for (const piece of pieces) {
    if (socket.destroyed) break;
    socket.write(piece);
    await sleep(pauseMs);
  }
  await closed;
  return text;
}

describe("slow and hostile callers", () => {
  test("headers that come drop by drop end the connection", async () => {
    const { port } = await start({ headersTimeoutMs: 200, requestTimeoutMs: 120_000, checkMs: 50 });
    const text = await talk(
      port,
      ["GET / HTTP/1.1\r\n", ...Array.from({ length: 40 }, (_, index) => `x-${index}: 1\r\n`)],
      50,
    );
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
  });

  test("a body that comes drop by drop ends the connection", async () => {
    const { port } = await start({ headersTimeoutMs: 200, requestTimeoutMs: 300, checkMs: 50 });
    const head = "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n";
    const text = await talk(port, [head, ...Array.from({ length: 40 }, () => "x")], 50);
    expect(text).not.toContain("200 OK");
  });

  test("a body that may take its time is read to its end", async () => {
    const { port } = await start({ headersTimeoutMs: 200, requestTimeoutMs: 300, checkMs: 50 });
    const head =
      "POST /long HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 20\r\n\r\n";
    const text = await talk(port, [head, ...Array.from({ length: 20 }, () => "x")], 50);
    expect(text).toMatch(/^HTTP\/1\.1 200 OK[^]*all of it$/);
  });

  test("headers over 16 kB are refused", async () => {
    const { port } = await start();
    const text = await talk(port, [`GET / HTTP/1.1\r\nx: ${"y".repeat(17_000)}\r\n\r\n`]);
    expect(text).toMatch(/^HTTP\/1\.1 431 /);
  });

  test.each([
    {
      label: "a length beside chunks",
      request:
        "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
    },
    {
      label: "two lengths",
      request:
        "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    },
    { label: "a bare line feed", request: "GET / HTTP/1.1\nHost: x\n\n" },
  ])("$label, as request smugglers send it, is refused and the connection closed", async (row) => {
    const { port } = await start();
    const text = await talk(port, [row.request]);
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).not.toContain("200 OK");
  });
});

describe("closing", () => {
  test("lets a call under way end, takes no new one and closes the kept connection", async () => {
    const server = await start();
    const call = fetch(`${server.url}/slow`).then((answer) => answer.text());
    await sleep(50);
    const closing = server.close(120_000);
    await expect(fetch(server.url)).rejects.toThrow("fetch failed");
    expect(await call).toBe("done");
    await closing;
  });

  test("does not wait for connections that only stand open", async () => {
    const server = await start();
    await (await fetch(server.url)).text();
    await server.close(120_000);
  });

  test("from a drain on, every answer is the last of its connection, those under way included", async () => {
    const server = await start();
    const connection = async (answer: Promise<Response>) =>
      (await answer).headers.get("connection");
    expect(await connection(fetch(server.url))).toBe("keep-alive");
    const early = connection(fetch(`${server.url}/slow`));
    await sleep(50);
    server.drain();
    expect(await connection(fetch(server.url))).toBe("close");
    expect(await early).toBe("close");
  });

  test("cuts what is not done in time", async () => {
    const server = await start();
    const answer = await fetch(`${server.url}/endless`);
    const started = performance.now();
    await server.close(150);
    expect(performance.now() - started).toBeGreaterThan(100);
    await expect(answer.text()).rejects.toThrow("terminated");
  });
});

test("an address that is taken is an error, not silence", async () => {
  const { port } = await start();
  await expect(startServer(express(), { host: "127.0.0.1", port })).rejects.toThrow("EADDRINUSE");
});
