import type { Log } from "../log.ts";

/** Traces on their way out. */
export interface Tracing {
  /** Sends what is left, for a moment at most: a collector that hangs does not hold up a stop. Never rejects. */
  readonly stop: () => Promise<void>;
}

export interface TracingOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly log: Pick<Log, "info" | "warn">;
}

const OFF: Tracing = { stop: () => Promise.resolve() };

const ENDPOINTS = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"] as const;

/**
 * Switches traces on where a standard variable says to which collector they go. The SDK is loaded only then: without one, the
 * program starts as quickly and takes as little memory as if there were none.
 */
export async function startTracing(options: TracingOptions): Promise<Tracing> {
  const { env, log } = options;
  const variable = ENDPOINTS.find((name) => (env[name] ?? "").trim() !== "");
  if (variable === undefined || env["OTEL_SDK_DISABLED"]?.trim().toLowerCase() === "true")
    return OFF;
  if (!URL.canParse(env[variable]?.trim() ?? "")) {
    log.warn("traces are off: the address of the collector is not a URL", { variable });
    return OFF;
  }
  const { openSdk } = await import("./sdk.ts");
  const tracing = openSdk(options);
  log.info("traces are on", { variable });
  return tracing;
}
