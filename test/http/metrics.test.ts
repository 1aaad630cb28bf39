import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import type { Observer } from "../../src/flow/observer.ts";
import { createMetrics } from "../../src/http/metrics.ts";
import { createObserver } from "../../src/observe.ts";
import { recordingLog } from "../standins/recording-log.ts";

function measured() {
  const metrics = createMetrics({
    channels: ["whatsapp"],
    backends: ["rasa"],
    currency: "BRL",
    tables: ["inbox"],
  });
  const samples = async (): Promise<string[]> =>
    (await metrics.render())
      .split("\n")
      .filter((line) => line.startsWith("ponte_") && !/_(bucket|sum)/.test(line))
      .filter((line) => !line.endsWith(" 0"))
      .filter((line) => !line.includes("_timestamp_seconds"));
  return { metrics, samples };
}

test("everything the flow tells is counted under its labels", async () => {
  const { metrics, samples } = measured();
  const observer: Observer = { ...metrics, problem: () => undefined };
  observer.event("whatsapp", "message");
  observer.event("whatsapp", "note_title_cut");
  observer.event("whatsapp", "note_invented");
  observer.stored("whatsapp", ["a", "b"]);
  observer.notice("whatsapp", {
    kind: "notice",
    account: "1",
    severity: "alert",
    topic: "account_update",
    detail: "x",
  });
  observer.turn("whatsapp", "rasa", "silent", 1_500);
  observer.send("whatsapp", "sent");
  observer.sendFailed("whatsapp", "throttle", "131056");
  observer.status("whatsapp", "read");
  observer.wait("whatsapp", 200);
  observer.used("rasa", { tokensIn: 12, tokensOut: 3, cost: 0.5 });
  metrics.billed("whatsapp", "utility", { amount: 0.04, currency: "BRL" });
  metrics.billed("whatsapp", "service");
  observer.dead("whatsapp", "channel_refused");
  observer.dead("whatsapp", "unexpected");
  metrics.webhookAnswered("whatsapp", 200, 0.01);
  metrics.queue("inbox", { depth: 4, oldestSeconds: 2.5 });
  metrics.queue("campaign", { depth: 7, oldestSeconds: 60 });
  metrics.workWaiting(1.5);
  metrics.database("up");
  metrics.expired({ inbox: 3 });
  expect(await samples()).toEqual([
    'ponte_events_total{channel="whatsapp",kind="message"} 1',
    'ponte_events_total{channel="whatsapp",kind="note_title_cut"} 1',
    'ponte_events_total{channel="whatsapp",kind="other"} 1',
    'ponte_notices_total{channel="whatsapp",severity="alert"} 1',
    'ponte_messages_stored_total{channel="whatsapp"} 2',
    'ponte_webhook_answers_total{channel="whatsapp",status="200"} 1',
    'ponte_webhook_ack_seconds_count{channel="whatsapp"} 1',
    'ponte_turns_total{channel="whatsapp",backend="rasa",outcome="silent"} 1',
    'ponte_turn_seconds_count{backend="rasa"} 1',
    "ponte_rasa_empty_total 1",
    'ponte_sends_total{channel="whatsapp",outcome="sent"} 1',
    'ponte_send_failures_total{channel="whatsapp",class="throttle"} 1',
    'ponte_statuses_total{channel="whatsapp",status="read"} 1',
    'ponte_rate_limit_wait_seconds_count{channel="whatsapp"} 1',
    'ponte_dead_letters_total{channel="whatsapp",reason="channel_refused"} 1',
    'ponte_dead_letters_total{channel="whatsapp",reason="unexpected"} 1',
    'ponte_tokens_total{backend="rasa",kind="in"} 12',
    'ponte_tokens_total{backend="rasa",kind="out"} 3',
    'ponte_backend_cost_total{backend="rasa"} 0.5',
    'ponte_billed_messages_total{channel="whatsapp",category="utility"} 1',
    'ponte_billed_messages_total{channel="whatsapp",category="service"} 1',
    'ponte_message_cost_total{channel="whatsapp",category="utility",currency="BRL"} 0.04',
    'ponte_queue_depth{queue="inbox"} 4',
    'ponte_queue_depth{queue="campaign"} 7',
    'ponte_queue_oldest_seconds{queue="inbox"} 2.5',
    'ponte_queue_oldest_seconds{queue="campaign"} 60',
    "ponte_work_waiting_seconds 1.5",
    "ponte_database_up 1",
    'ponte_retention_deleted_rows_total{table="inbox"} 3',
  ]);
});

/** A caller that hands every measurement words of a person or a provider. */
function flood(metrics: ReturnType<typeof measured>["metrics"], word: string): void {
  metrics.event(word, word);
  metrics.stored(word, [word]);
  metrics.turn(word, word, word, 1);
  metrics.backendCalled(word, word, 1);
  metrics.breaker(word, "open");
  metrics.used(word, { tokensIn: 1, tokensOut: 1, cost: 1 });
  metrics.send(word, word);
  metrics.fellBack(word, word);
  metrics.sendFailed(word, "fix", word);
  metrics.status(word, "read");
  metrics.wait(word, 1);
  metrics.dead(word, word);
  metrics.billed(word, word, { amount: 1, currency: word });
  metrics.webhookAnswered(word, 418, 0.1);
  metrics.expired({ [word]: 1 });
  metrics.notification(word);
  const notice = { kind: "notice", account: word, topic: word, detail: word } as const;
  metrics.notice(word, { ...notice, severity: "info" });
}

test("a word outside the known ones becomes other: no caller can add a series", async () => {
  const { metrics, samples } = measured();
  for (const word of ["5561999998888", "ana"]) flood(metrics, word);
  const text = await metrics.render();
  expect(text).not.toMatch(/5561999998888|"ana"/);
  const lines = await samples();
  expect(lines).toContain('ponte_events_total{channel="other",kind="other"} 2');
  expect(lines).toContain('ponte_webhook_answers_total{channel="other",status="other"} 2');
  expect(lines).toContain(
    'ponte_message_cost_total{channel="other",category="other",currency="other"} 2',
  );
});

test("labels are made in one place alone, which takes none without its closed set of words", () => {
  const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  const knowing = files.filter((file) =>
    /import [^;]*\b(Counter|Gauge|Histogram|Summary)\b[^;]*from "prom-client"/.test(
      readFileSync(`src/${file}`, "utf8"),
    ),
  );
  expect(knowing).toEqual(["http/instruments.ts"]);
});

test("the connections are looked at when somebody asks", async () => {
  let inUse = 1;
  const connections = () => ({ inUse, idle: 2, waiting: 3 });
  const metrics = createMetrics({ channels: [], backends: [], connections });
  expect(await metrics.render()).toContain('ponte_database_connections{state="in_use"} 1');
  inUse = 9;
  const text = await metrics.render();
  expect(text).toContain('ponte_database_connections{state="in_use"} 9');
  expect(text).toContain('ponte_database_connections{state="waiting"} 3');
});

test("what was never told is not shown as zero, and what is rare is there from the beginning", async () => {
  const { metrics } = measured();
  const before = (await metrics.render()).split("\n");
  expect(before.filter((line) => /^ponte_(broker|database_up|work)/.test(line))).toEqual([]);
  expect(before).toContain('ponte_send_failures_total{channel="whatsapp",class="alert"} 0');
  expect(before).toContain('ponte_config_reloads_total{outcome="failed"} 0');
  metrics.broker("away");
  expect((await metrics.render()).split("\n")).toContain("ponte_broker_connected 0");
});

test("a later configuration brings its words", async () => {
  const { metrics, samples } = measured();
  metrics.know({ channels: ["sms"], backends: ["bot"], currency: "EUR" });
  metrics.billed("sms", "service", { amount: 2, currency: "EUR" });
  metrics.breaker("bot", "open");
  expect(await samples()).toEqual([
    'ponte_backend_breaker{backend="bot"} 2',
    'ponte_billed_messages_total{channel="sms",category="service"} 1',
    'ponte_message_cost_total{channel="sms",category="service",currency="EUR"} 2',
  ]);
});

test("a price is that of the channel and category, and none where none is configured", async () => {
  const { metrics, samples } = measured();
  const log = recordingLog();
  const costs = { currency: "BRL", prices: { whatsapp: { utility: 0.05 } } };
  const observer = createObserver(metrics, log, costs);
  observer.billed("whatsapp", "utility");
  observer.billed("whatsapp", "marketing");
  observer.billed("rest", "utility");
  expect((await samples()).filter((line) => line.includes("cost"))).toEqual([
    'ponte_message_cost_total{channel="whatsapp",category="utility",currency="BRL"} 0.05',
  ]);
});

test("two processes' worth of metrics do not meet", async () => {
  const [one, two] = [measured(), measured()];
  one.metrics.event("whatsapp", "message");
  expect(await two.samples()).toEqual([]);
});

test("Node's own measurements are added on demand", async () => {
  const metrics = createMetrics({ channels: [], backends: [], runtime: true });
  expect(await metrics.render()).toContain("nodejs_eventloop_lag_seconds");
});
