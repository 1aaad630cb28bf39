import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { context, diag, DiagLogLevel, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { setGlobalErrorHandler, W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { outsideTraces } from "../trace.ts";
import { readSampler } from "./sampler.ts";
import type { Tracing, TracingOptions } from "./start.ts";

/** Milliseconds a stop waits for the collector. */
const FLUSH_MS = 1_000;

/** Milliseconds between two complaints about a collector that is away. */
const QUIET_MS = 60_000;

/** Characters of an attribute's value; ours are words and ids. */
const MAX_VALUE = 256;

/**
 * Sets the SDK up: spans wait in a bounded queue and go out beside the work, so that no message waits for the collector and
 * one that is away costs spans, never messages. The exporter reads its variables itself.
 */
export function openSdk(options: TracingOptions): Tracing {
  tellTroubles(options);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const provider = new TracerProvider({
    resource: describe(options.version),
    sampler: readSampler(options),
    spanLimits: { attributeValueLengthLimit: MAX_VALUE },
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  trace.setGlobalTracerProvider(provider);
  return {
    stop: async () => {
      const flushed = provider.shutdown().catch(() => undefined);
      await Promise.race([flushed, sleep(FLUSH_MS, undefined, { ref: false })]);
    },
  };
}

/** What the operator says goes before what we say. Nothing is told of the machine or its command line. */
function describe(version: string) {
  const ours = resourceFromAttributes({
    "service.name": "ponte",
    "service.version": version,
    "service.instance.id": randomUUID(),
  });
  return ours.merge(detectResources({ detectors: [envDetector] }));
}

/**
 * The SDK's own words may quote a header with its key, so of them only those about its settings are passed on; of a failed
 * export the reason is, once a minute.
 */
function tellTroubles({ log }: TracingOptions): void {
  const ignore = (): void => undefined;
  const tell = (words: string): void => {
    if (/^(Configuration:|Unknown value )/.test(words))
      log.warn("a setting of the traces is wrong and was passed over", { words });
  };
  const logger = { error: tell, warn: tell, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  let toldAt = -QUIET_MS;
  setGlobalErrorHandler((thrown) => {
    if (performance.now() - toldAt < QUIET_MS) return;
    toldAt = performance.now();
    const reason = thrown instanceof Error ? thrown.message : "unknown";
    // It happens to fail while somebody's message is worked on, which has no part in it.
    outsideTraces(() =>
      log.warn("traces could not be delivered and are lost; messages are not affected", { reason }),
    );
  });
}
