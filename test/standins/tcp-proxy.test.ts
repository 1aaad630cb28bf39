import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { until } from "../until.ts";
import { listen } from "./listen.ts";
import { createTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

let servers: Server[] = [];
let clients: Socket[] = [];
let proxy: TcpProxy;

/** A server that repeats what it is told, after its name. */
async function repeater(name: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => socket.write(`${name} ${chunk.toString()}`));
  });
  servers.push(server);
  return listen(server);
}

/** A connection through the proxy, and what came back on it so far. */
function open() {
  const socket = connect(proxy.port, "127.0.0.1");
  const came = { text: "", isClosed: false };
  socket.on("error", () => undefined);
  socket.on("close", () => (came.isClosed = true));
  socket.on("data", (chunk) => (came.text += chunk.toString()));
  clients.push(socket);
  return { socket, came };
}

async function say(line: ReturnType<typeof open>, words: string): Promise<void> {
  line.socket.write(words);
  await until(() => line.came.text.endsWith(words));
}

beforeEach(async () => {
  proxy = await createTcpProxy({ host: "127.0.0.1", port: await repeater("one") });
  await proxy.start();
});

afterEach(async () => {
  for (const socket of clients) socket.destroy();
  await proxy.stop();
  for (const server of servers) server.close();
  servers = [];
  clients = [];
});

test("what is frozen comes through once it thaws", async () => {
  const line = open();
  await say(line, "a");
  proxy.freeze();
  line.socket.write("b");
  const other = open();
  other.socket.write("c");
  await once(other.socket, "connect");
  expect([line.came.text, other.came.text]).toEqual(["one a", ""]);
  proxy.thaw();
  await until(() => line.came.text === "one aone b" && other.came.text === "one c");
});

test("what is reset is closed, and new connections pass", async () => {
  const line = open();
  await say(line, "a");
  proxy.reset();
  await until(() => line.came.isClosed);
  await say(open(), "b");
});

test("what is abandoned stays open and silent, and new connections pass", async () => {
  const line = open();
  await say(line, "a");
  proxy.abandon();
  line.socket.write("b");
  await say(open(), "c");
  expect(line.came).toEqual({ text: "one a", isClosed: false });
});

test("what moved is found by new connections alone", async () => {
  const old = open();
  await say(old, "a");
  proxy.retarget({ host: "127.0.0.1", port: await repeater("two") });
  await say(old, "b");
  const line = open();
  await say(line, "c");
  expect([old.came.text, line.came.text]).toEqual(["one aone b", "two c"]);
});

test("latency and a narrow line hold up what passes", async () => {
  const line = open();
  await say(line, "a");
  proxy.disturb({ latencyMs: 30 });
  let since = performance.now();
  await say(line, "b");
  expect(performance.now() - since).toBeGreaterThanOrEqual(55);
  proxy.disturb({ bytesPerSecond: 1_000 });
  since = performance.now();
  await say(line, "c".repeat(40));
  expect(performance.now() - since).toBeGreaterThanOrEqual(75);
});

test("an answer is cut in its middle", async () => {
  proxy.disturb({ resetAfterBytes: 6 });
  const line = open();
  line.socket.write("abcdef");
  await until(() => line.came.isClosed);
  expect(line.came.text).toBe("one ab");
  proxy.disturb();
  await say(open(), "whole");
});

test("the end of one side is told to the other after what it said", async () => {
  const server = createServer((socket) => socket.end("all of it"));
  servers.push(server);
  proxy.retarget({ host: "127.0.0.1", port: await listen(server) });
  const socket = connect(proxy.port, "127.0.0.1");
  clients.push(socket);
  expect(await text(socket)).toBe("all of it");
});
