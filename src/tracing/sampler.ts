import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace";
import type { TracingOptions } from "./start.ts";

const NAMES = [
  "always_on",
  "always_off",
  "traceidratio",
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
];

const PARENT = "parentbased_";

/**
 * Builds the sampler that `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG` ask for; everything is kept where they say
 * nothing, or nothing that can be understood. Source: OpenTelemetry environment variable specification, general SDK.
 */
export function readSampler({ env, log }: Pick<TracingOptions, "env" | "log">): Sampler {
  const asked = env["OTEL_TRACES_SAMPLER"]?.trim().toLowerCase() ?? "";
  const isKnown = NAMES.includes(asked);
  if (asked !== "" && !isKnown)
    log.warn("OTEL_TRACES_SAMPLER names no sampler: every trace is kept", { known: NAMES });
  const name = isKnown ? asked : "parentbased_always_on";
  const root = rootOf(name.replace(PARENT, ""), { env, log });
  return name.startsWith(PARENT) ? new ParentBasedSampler({ root }) : root;
}

function rootOf(name: string, options: Pick<TracingOptions, "env" | "log">): Sampler {
  if (name === "always_off") return new AlwaysOffSampler();
  if (name === "traceidratio") return new TraceIdRatioBasedSampler(shareOf(options));
  return new AlwaysOnSampler();
}

function shareOf({ env, log }: Pick<TracingOptions, "env" | "log">): number {
  const text = env["OTEL_TRACES_SAMPLER_ARG"]?.trim() ?? "";
  const share = text === "" ? 1 : Number(text);
  if (share >= 0 && share <= 1) return share;
  log.warn("OTEL_TRACES_SAMPLER_ARG is no share between 0 and 1: every trace is kept");
  return 1;
}
