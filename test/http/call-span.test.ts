import { createServer, type IncomingHttpHeaders } from "node:http";
import { context, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { createHttp } from "../../src/http/client.ts";
import { inSpan } from "../../src/trace.ts";
import type { HttpOptions } from "../../src/transport.ts";
import { listen, stopListening } from "../standins/listen.ts";

const exporter = new InMemorySpanExporter();
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
trace.setGlobalTracerProvider(
  new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
);

const seen: IncomingHttpHeaders[] = [];
const server = createServer((request, response) => {
  seen.push(request.headers);
  response.writeHead(404).end("no");
});
const client = createHttp();
let port = 0;

beforeAll(async () => {
  port = await listen(server);
});
beforeEach(() => {
  seen.length = 0;
  exporter.reset();
});
afterAll(async () => {
  client.close();
  await stopListening(server);
  trace.disable();
  context.disable();
  propagation.disable();
});

const call = (options: Partial<HttpOptions> = {}) => {
  const url = `http://127.0.0.1:${port}/5561999998888?token=secret-of-the-tests`;
  return client.http({ method: "GET", url, headers: {} }, { timeoutMs: 2_000, ...options });
};

const traced = (options: Partial<HttpOptions> = {}) =>
  inSpan("around", { parent: null }, () => call(options));

test("a call to our operator's own system tells its own span", async () => {
  await traced({ tellsTrace: true });
  const [span] = exporter.getFinishedSpans();
  const { traceId = "", spanId = "" } = span?.spanContext() ?? {};
  expect(seen[0]?.["traceparent"]).toBe(`00-${traceId}-${spanId}-01`);
});

test("a provider is told nothing", async () => {
  await traced();
  expect(seen[0]).not.toHaveProperty("traceparent");
});

test("of the address the host is kept, and the answer's status", async () => {
  await traced();
  const [span] = exporter.getFinishedSpans();
  expect(span?.attributes).toEqual({
    "http.request.method": "GET",
    "server.address": "127.0.0.1",
    "server.port": port,
    "http.response.status_code": 404,
    "error.type": "404",
  });
});

test("of an address from outside nothing is", async () => {
  await expect(traced({ publicOnly: true })).rejects.toThrow();
  const [span] = exporter.getFinishedSpans();
  expect(span?.attributes).toEqual({ "http.request.method": "GET", "error.type": "refused" });
});

test("a call that is part of no trace begins none", async () => {
  await call({ tellsTrace: true });
  expect(exporter.getFinishedSpans()).toEqual([]);
  expect(seen[0]).not.toHaveProperty("traceparent");
});
