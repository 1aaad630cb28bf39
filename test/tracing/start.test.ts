import { readdirSync, readFileSync } from "node:fs";
import { ROOT_CONTEXT, SpanKind } from "@opentelemetry/api";
import { SamplingDecision } from "@opentelemetry/sdk-trace";
import { describe, expect, test } from "@jest/globals";
import { BridgeError } from "../../src/errors.ts";
import { activeTraceId, failureType, inSpan } from "../../src/trace.ts";
import { readSampler } from "../../src/tracing/sampler.ts";
import { startTracing } from "../../src/tracing/start.ts";
import { HttpFailure } from "../../src/transport.ts";
import { recordingLog } from "../standins/recording-log.ts";

describe("traces are off", () => {
  test.each([
    { label: "where no collector is named", env: {}, warns: false },
    {
      label: "where its address is empty",
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: " " },
      warns: false,
    },
    {
      label: "where they are switched off",
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318", OTEL_SDK_DISABLED: "TRUE" },
      warns: false,
    },
    {
      label: "where its address is none, which the operator is told",
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: "collector" },
      warns: true,
    },
  ])("$label", async ({ env, warns }) => {
    const log = recordingLog();
    const tracing = await startTracing({ env, version: "1", log });
    expect(log.lines.map(({ level }) => level)).toEqual(warns ? ["warn"] : []);
    expect(JSON.stringify(log.lines)).not.toContain('"collector"');
    await inSpan("test", {}, async (span) => {
      expect([span.traceparent(), activeTraceId()]).toEqual([undefined, undefined]);
    });
    await expect(tracing.stop()).resolves.toBeUndefined();
  });

  test("and then nothing of the SDK is loaded: one file asks for it, and only that is asked for late", () => {
    const files = readdirSync("src", { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => ({ file, text: readFileSync(`src/${file}`, "utf8") }));
    const withSdk = files.filter(({ text }) => /from "@opentelemetry\/(?!api")/.test(text));
    expect(withSdk.map(({ file }) => file).toSorted()).toEqual([
      "tracing/sampler.ts",
      "tracing/sdk.ts",
    ]);
    const asking = files.filter(({ text }) => /from "[^"]*\/(?:sdk|sampler)\.ts"/.test(text));
    expect(asking.map(({ file }) => file)).toEqual(["tracing/sdk.ts"]);
  });
});

describe("which traces are kept", () => {
  const keeps = (env: Readonly<Record<string, string>>, traceId: string) => {
    const log = recordingLog();
    const sampler = readSampler({ env, log });
    const { decision } = sampler.shouldSample(
      ROOT_CONTEXT,
      traceId,
      "test",
      SpanKind.INTERNAL,
      {},
      [],
    );
    return {
      kept: decision === SamplingDecision.RECORD_AND_SAMPLED,
      warned: log.lines.map(({ message }) => message.split(" ")[0]),
    };
  };
  const [low, high] = [`${"0".repeat(31)}1`, `ffffffff${"0".repeat(24)}`];

  test.each([
    { label: "all of them by default", env: {}, traceId: high, kept: true },
    { label: "none", env: { OTEL_TRACES_SAMPLER: "always_off" }, traceId: low, kept: false },
    {
      label: "none that we begin",
      env: { OTEL_TRACES_SAMPLER: "parentbased_always_off" },
      traceId: low,
      kept: false,
    },
    {
      label: "a share, within it",
      env: { OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.5" },
      traceId: low,
      kept: true,
    },
    {
      label: "a share, past it",
      env: { OTEL_TRACES_SAMPLER: "ParentBased_TraceIdRatio", OTEL_TRACES_SAMPLER_ARG: "0.5" },
      traceId: high,
      kept: false,
    },
  ])("$label", ({ env, traceId, kept }) => {
    expect(keeps(env, traceId)).toEqual({ kept, warned: [] });
  });

  test.each([
    {
      label: "a sampler nobody knows",
      env: { OTEL_TRACES_SAMPLER: "sometimes" },
      warned: "OTEL_TRACES_SAMPLER",
    },
    {
      label: "a share that is none",
      env: { OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "half" },
      warned: "OTEL_TRACES_SAMPLER_ARG",
    },
    {
      label: "a share above the whole",
      env: { OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "50" },
      warned: "OTEL_TRACES_SAMPLER_ARG",
    },
  ])("$label keeps everything, and the operator is told", ({ env, warned }) => {
    expect(keeps(env, high)).toEqual({ kept: true, warned: [warned] });
  });
});

test.each([
  {
    label: "our own errors by their code",
    thrown: new BridgeError("channel_refused", "Ana said no"),
    want: "channel_refused",
  },
  { label: "failed calls by their reason", thrown: new HttpFailure("reset", "no"), want: "reset" },
  { label: "others by their class", thrown: new TypeError("Ana is undefined"), want: "TypeError" },
  { label: "and what is no error by nothing of it", thrown: "Ana", want: "unknown" },
])("spans name $label", ({ thrown, want }) => {
  expect(failureType(thrown)).toBe(want);
});
