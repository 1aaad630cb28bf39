import { createServer } from "node:http";
import { afterEach, expect, test } from "@jest/globals";
import express from "express";
import { type EventStream, openEventStream } from "../../src/http/sse.ts";
import { listenTo } from "./api/listener.ts";
import { listen, stopListening } from "../standins/listen.ts";
import { until } from "../until.ts";

const servers = new Set<ReturnType<typeof createServer>>();

afterEach(async () => {
  for (const server of servers) await stopListening(server);
  servers.clear();
});

/** A server whose only answer is a stream, and a client of it. */
async function connect(options?: { readonly maxWaitingBytes?: number }) {
  const streams: EventStream[] = [];
  const app = express().use((_request, response) => {
    streams.push(openEventStream(response, options));
  });
  const server = createServer(app);
  servers.add(server);
  const listener = await listenTo(`http://127.0.0.1:${await listen(server)}/`, {});
  const [stream] = streams;
  if (stream === undefined) throw new Error("nobody came");
  return { stream, listener };
}

test("line breaks in data do not end an event", async () => {
  const { stream, listener } = await connect();
  stream.send({ event: "note", data: { text: "a\n\nevent: forged\r\ndata: {}" }, id: "7" });
  await until(() => listener.heard.length === 1);
  expect(listener.heard).toEqual([
    { event: "note", data: { text: "a\n\nevent: forged\r\ndata: {}" } },
  ]);
  expect(listener.lastId()).toBe("7");
});

test("a heartbeat is no event, and moves the position", async () => {
  const { stream, listener } = await connect();
  stream.heartbeat("8");
  await until(() => listener.lastId() === "8");
  expect(listener.heard).toEqual([]);
});

test("a client that does not read is cut off before it costs much memory", async () => {
  const { stream, listener } = await connect({ maxWaitingBytes: 65_536 });
  listener.pause();
  let closed = 0;
  stream.onClose(() => {
    closed += 1;
  });
  const data = { filler: "x".repeat(10_000) };
  await until(() => !stream.send({ event: "note", data }));
  expect(stream.isOpen()).toBe(false);
  await until(() => closed === 1);
});

test("who sends may wait until a slow client has read", async () => {
  const { stream, listener } = await connect();
  listener.pause();
  const data = { filler: "x".repeat(10_000) };
  for (let n = 0; n < 100; n += 1) stream.send({ event: "note", data });
  const drained = stream.drained();
  const isEarly = await Promise.race([drained.then(() => true), Promise.resolve(false)]);
  expect(isEarly).toBe(false);
  listener.leave();
  await drained;
  expect(stream.isOpen()).toBe(false);
});

test("a client that is gone is told nothing more", async () => {
  const { stream, listener } = await connect();
  listener.leave();
  await until(() => !stream.isOpen());
  expect(stream.send({ event: "note", data: {} })).toBe(false);
  await stream.drained();
});
