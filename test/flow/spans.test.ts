import { context, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { afterAll, beforeEach, expect, test } from "@jest/globals";
import type { InboxRow } from "../../src/db/mailbox.ts";
import { inTurnSpan } from "../../src/flow/turn-span.ts";
import { activeTraceId, activeTraceparent, inSpan, outsideTraces } from "../../src/trace.ts";
import { textMessage } from "../db/scene.ts";
import { claimedWith } from "./scene.ts";

const exporter = new InMemorySpanExporter();
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
trace.setGlobalTracerProvider(
  new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
);

beforeEach(() => exporter.reset());
afterAll(() => {
  trace.disable();
  context.disable();
  propagation.disable();
});

const place = (digit: number): string =>
  `00-${String(digit).repeat(32)}-${String(digit).repeat(16)}-01`;

const row = (digit: number, earlier: readonly InboxRow[] = []): InboxRow => ({
  id: String(digit),
  messageId: `message-${digit}`,
  message: textMessage(`wamid.${digit}`, "oi"),
  receivedAt: new Date(0).toISOString(),
  emitted: false,
  trace: place(digit),
  ...(earlier.length > 0 && { earlier }),
});

test("a turn of several messages is in the last one's trace, and linked to the others", async () => {
  const turn = {
    conversation: claimedWith({}),
    row: row(3, [row(1), row(2)]),
    fails: 0,
    type: "cloud",
  };
  await inTurnSpan(turn, async () => ({ kind: "lost" }));
  const [span] = exporter.getFinishedSpans();
  expect(span?.spanContext().traceId).toBe("3".repeat(32));
  expect(span?.links.map(({ context: { traceId } }) => traceId)).toEqual([
    "1".repeat(32),
    "2".repeat(32),
  ]);
  expect(span?.attributes["messaging.batch.message_count"]).toBe(3);
});

test("a message without a place begins a trace, whatever runs around it", async () => {
  await inSpan("around", { parent: null }, async () => {
    const lone = { ...row(1), trace: null };
    const turn = { conversation: claimedWith({}), row: lone, fails: 0, type: "cloud" };
    await inTurnSpan(turn, async () => ({ kind: "lost" }));
  });
  const [inner, around] = exporter.getFinishedSpans();
  expect(inner?.parentSpanContext).toBeUndefined();
  expect(inner?.spanContext().traceId).not.toBe(around?.spanContext().traceId);
});

test("what is done outside traces belongs to none, and what follows belongs again", async () => {
  await inSpan("around", { parent: null }, async () => {
    const before = activeTraceId();
    expect(before).toBeDefined();
    await outsideTraces(async () => {
      expect([activeTraceId(), activeTraceparent()]).toEqual([undefined, undefined]);
    });
    expect(activeTraceId()).toBe(before);
  });
});

test("of an error its code is kept, and nothing of its words", async () => {
  const failing = inSpan("test", { parent: null }, async () => {
    throw new TypeError("Ana said 5561999998888");
  });
  await expect(failing).rejects.toThrow("Ana");
  const [span] = exporter.getFinishedSpans();
  expect(span?.attributes).toEqual({ "error.type": "TypeError" });
  expect(span?.events).toEqual([]);
  expect(span?.status).toEqual({ code: 2 });
});
