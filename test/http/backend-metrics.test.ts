import { expect, test } from "@jest/globals";
import { createMetrics } from "../../src/http/metrics.ts";
import { createObserver } from "../../src/observe.ts";

async function samplesOf(metrics: ReturnType<typeof createMetrics>, name: string) {
  const lines = (await metrics.render()).split("\n");
  return lines.filter((line) => line.startsWith(`ponte_backend_${name}`));
}

test("backends are timed by what they did, under known words only", async () => {
  const metrics = createMetrics({ channels: [], backends: ["rasa"] });
  metrics.backendCalled("rasa", "answered", 120);
  metrics.backendCalled("rasa", "answer_timeout", 8_000);
  metrics.backendCalled("stranger", "a word of its own", 1);
  expect(await samplesOf(metrics, "seconds_count")).toEqual([
    'ponte_backend_seconds_count{backend="rasa",outcome="answered"} 1',
    'ponte_backend_seconds_count{backend="rasa",outcome="answer_timeout"} 1',
    'ponte_backend_seconds_count{backend="other",outcome="other"} 1',
  ]);
});

test("a breaker is shown from the start, and the operator is told of a pause and of its end", async () => {
  const metrics = createMetrics({ channels: [], backends: ["rasa", "faq"] });
  const told: unknown[] = [];
  const keep = (level: string) => (message: string, fields?: object) =>
    void told.push([level, message, fields]);
  const log = {
    debug: keep("debug"),
    info: keep("info"),
    warn: keep("warn"),
    error: keep("error"),
  };
  const observer = createObserver(metrics, log);
  observer.breaker("rasa", "open");
  expect(await samplesOf(metrics, "breaker{")).toEqual([
    'ponte_backend_breaker{backend="rasa"} 2',
    'ponte_backend_breaker{backend="faq"} 0',
  ]);
  observer.breaker("rasa", "half_open");
  expect(await samplesOf(metrics, 'breaker{backend="rasa"}')).toEqual([
    'ponte_backend_breaker{backend="rasa"} 1',
  ]);
  observer.breaker("rasa", "closed");
  expect(told).toEqual([
    ["warn", "a backend has failed too often and is paused", { backend: "rasa" }],
    ["info", "a backend is back", { backend: "rasa" }],
  ]);
});
