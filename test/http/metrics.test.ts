import { expect, test } from "@jest/globals";
import type { Observer } from "../../src/flow/observer.ts";
import { createMetrics } from "../../src/http/metrics.ts";

function measured() {
  const metrics = createMetrics({ channels: ["whatsapp"], backends: ["rasa"] });
  const samples = async (): Promise<string[]> =>
    (await metrics.render())
      .split("\n")
      .filter((line) => line.startsWith("ponte_") && !/_(bucket|sum)/.test(line))
      .filter((line) => !line.endsWith(" 0"));
  return { metrics, samples };
}

test("everything the flow tells is counted under its labels", async () => {
  const { metrics, samples } = measured();
  const observer: Observer = { ...metrics, problem: () => undefined };
  observer.event("whatsapp", "message");
  observer.event("whatsapp", "note_title_cut");
  observer.event("whatsapp", "note_invented");
  observer.stored("whatsapp", 2);
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
  observer.dead("whatsapp", "channel_refused");
  observer.dead("whatsapp", "unexpected");
  metrics.webhookAnswered("whatsapp", 200, 0.01);
  metrics.queue("inbox", { depth: 4, oldestSeconds: 2.5 });
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
    'ponte_queue_depth{queue="inbox"} 4',
    'ponte_queue_oldest_seconds{queue="inbox"} 2.5',
  ]);
});

test("a word outside the known ones becomes other: no caller can add a series", async () => {
  const { metrics, samples } = measured();
  for (const word of ["5561999998888", "ana"]) {
    metrics.event(word, word);
    metrics.turn(word, word, word, 1);
    metrics.send(word, word);
    metrics.dead(word, word);
    metrics.webhookAnswered(word, 418, 0.1);
  }
  const text = (await samples()).join("\n");
  expect(text).not.toMatch(/5561999998888|ana/);
  expect(text).toContain('ponte_events_total{channel="other",kind="other"} 2');
  expect(text).toContain('ponte_webhook_answers_total{channel="other",status="other"} 2');
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
