import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { NOTE_CODES } from "../channels/whatsapp/notes.ts";
import { ERRORS } from "../errors.ts";
import type { Observer } from "../flow/observer.ts";

/** A durable queue as the metrics show it. */
export interface QueueState {
  readonly depth: number;
  /** Seconds the oldest entry waits; 0 where there is none. */
  readonly oldestSeconds: number;
}

export const QUEUE_NAMES = ["inbox", "outbox", "dead"] as const;

export type QueueName = (typeof QUEUE_NAMES)[number];

/**
 * What the bridge counts. Every label is from a closed set, so that no caller can make the series grow and no number,
 * name or text of a person ever becomes one.
 */
export interface Metrics extends Omit<Observer, "problem"> {
  readonly webhookAnswered: (channel: string, status: number, seconds: number) => void;
  readonly queue: (name: QueueName, state: QueueState) => void;
  /** What became of an event from a broker. */
  readonly notification: (outcome: string) => void;
  readonly broker: (state: "connected" | "away") => void;
  /** The Prometheus text. */
  readonly render: () => Promise<string>;
  readonly contentType: string;
}

export interface MetricsOptions {
  /** Names of the configured channels and backends; anything else is counted as `other`. */
  readonly channels: readonly string[];
  readonly backends: readonly string[];
  /** Whether to add the measurements of Node itself. */
  readonly runtime?: boolean;
}

const OTHER = "other";
const EVENT_KINDS = [
  "message",
  "status",
  "identity",
  "preference",
  "notice",
  "unsupported",
  "takeover",
  "account",
  "push",
  "push_opted_out",
  "fallback",
  "stale",
  "flood",
  "loop",
  "burst",
  "quarantined",
];
const BACKEND_OUTCOMES = ["answered", "silent", "no_answer"];
/** What the gauge shows of a breaker. */
const BREAKER_VALUES = { closed: 0, half_open: 1, open: 2 } as const;
const TURN_OUTCOMES = ["answered", "silent", "failed"];
const SEND_OUTCOMES = ["sent", "retry", "failed", "uncertain"];
const NOTIFICATION_OUTCOMES = ["queued", "skipped", "refused", "known", "ignored"];
const STATUS_CODES = [200, 202, 400, 401, 403, 404, 405, 413, 415, 429, 500, 503].map(String);
/** Providers ask for a median below 250 ms and nearly all below 1 s; the bounds show both. */
const ACK_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5];
const TURN_BUCKETS_S = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/** Builds the measurements of one process on a registry of their own. */
export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  if (options.runtime === true) collectDefaultMetrics({ register: registry });
  const make = instruments(registry);
  const channelOf = closed(options.channels);
  const backendOf = closed([...options.backends, "none", "static"]);
  const kindOf = closed([...EVENT_KINDS, ...Object.keys(NOTE_CODES).map((code) => `note_${code}`)]);
  const turnOf = closed(TURN_OUTCOMES);
  const madeOf = closed([...BACKEND_OUTCOMES, ...Object.keys(ERRORS)]);
  for (const backend of options.backends) make.breakers.set({ backend }, BREAKER_VALUES.closed);
  const sendOf = closed(SEND_OUTCOMES);
  const statusOf = closed(STATUS_CODES);
  const notificationOf = closed(NOTIFICATION_OUTCOMES);
  const reasonOf = closed([...Object.keys(ERRORS), "unexpected"]);

  return {
    event: (channel, kind) => make.events.inc({ channel: channelOf(channel), kind: kindOf(kind) }),
    notice: (channel, { severity }) => make.notices.inc({ channel: channelOf(channel), severity }),
    stored: (channel, messages) => make.stored.inc({ channel: channelOf(channel) }, messages),
    turn: (channel, backend, outcome, ms) => {
      const labels = { backend: backendOf(backend), outcome: turnOf(outcome) };
      make.turns.inc({ channel: channelOf(channel), ...labels });
      make.turnSeconds.observe({ backend: labels.backend }, ms / 1000);
      if (labels.backend === "rasa" && labels.outcome === "silent") make.rasaEmpty.inc();
    },
    backendCalled: (backend, outcome, ms) => {
      const labels = { backend: backendOf(backend), outcome: madeOf(outcome) };
      make.backendSeconds.observe(labels, ms / 1000);
    },
    breaker: (backend, state) =>
      make.breakers.set({ backend: backendOf(backend) }, BREAKER_VALUES[state]),
    send: (channel, outcome) =>
      make.sends.inc({ channel: channelOf(channel), outcome: sendOf(outcome) }),
    fellBack: (from) => make.events.inc({ channel: channelOf(from), kind: kindOf("fallback") }),
    sendFailed: (channel, failure) =>
      make.sendFailures.inc({ channel: channelOf(channel), class: failure }),
    status: (channel, status) => make.statuses.inc({ channel: channelOf(channel), status }),
    wait: (channel, ms) => make.waits.observe({ channel: channelOf(channel) }, ms / 1000),
    dead: (channel, reason) =>
      make.dead.inc({ channel: channelOf(channel), reason: reasonOf(reason) }),
    webhookAnswered: (channel, status, seconds) => {
      const labels = { channel: channelOf(channel) };
      make.answers.inc({ ...labels, status: statusOf(String(status)) });
      make.ackSeconds.observe(labels, seconds);
    },
    notification: (outcome) => make.notifications.inc({ outcome: notificationOf(outcome) }),
    broker: (state) => make.broker.set(state === "connected" ? 1 : 0),
    queue: (name, state) => {
      make.queueDepth.set({ queue: name }, state.depth);
      make.queueOldest.set({ queue: name }, state.oldestSeconds);
    },
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function closed(words: readonly string[]): (word: string) => string {
  const known = new Set(words);
  return (word) => (known.has(word) ? word : OTHER);
}

function instruments(registry: Registry) {
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name: `ponte_${name}`, help, labelNames, registers });
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Gauge({ name: `ponte_${name}`, help, labelNames, registers });
  const histogram = <Label extends string>(
    name: string,
    help: string,
    labelNames: Label[],
    buckets: number[],
  ) => new Histogram({ name: `ponte_${name}`, help, labelNames, buckets, registers });

  return {
    events: counter("events_total", "Events in webhooks, by kind.", ["channel", "kind"]),
    notices: counter("notices_total", "Notices of a provider about an account or template.", [
      "channel",
      "severity",
    ]),
    stored: counter("messages_stored_total", "Inbound messages stored.", ["channel"]),
    answers: counter("webhook_answers_total", "Answers to webhook calls, by HTTP status.", [
      "channel",
      "status",
    ]),
    ackSeconds: histogram(
      "webhook_ack_seconds",
      "Time until a webhook call was answered.",
      ["channel"],
      ACK_BUCKETS_S,
    ),
    turns: counter("turns_total", "Turns, by who answered and how it ended.", [
      "channel",
      "backend",
      "outcome",
    ]),
    turnSeconds: histogram("turn_seconds", "Time a turn took.", ["backend"], TURN_BUCKETS_S),
    backendSeconds: histogram(
      "backend_seconds",
      "Time a backend took for one question, by what it did.",
      ["backend", "outcome"],
      TURN_BUCKETS_S,
    ),
    breakers: gauge(
      "backend_breaker",
      "Whether a backend is asked: 0 yes, 1 one call tries, 2 it is paused.",
      ["backend"],
    ),
    rasaEmpty: counter("rasa_empty_total", "Turns that Rasa ended without an answer.", []),
    sends: counter("sends_total", "Tries to send, by outcome.", ["channel", "outcome"]),
    sendFailures: counter("send_failures_total", "Refused sends, by what is done about them.", [
      "channel",
      "class",
    ]),
    statuses: counter("statuses_total", "Delivery statuses reported.", ["channel", "status"]),
    waits: histogram(
      "rate_limit_wait_seconds",
      "Waits before a send, for the provider's limits.",
      ["channel"],
      TURN_BUCKETS_S,
    ),
    dead: counter("dead_letters_total", "Messages given up, by reason.", ["channel", "reason"]),
    notifications: counter("notification_events_total", "Events from a broker, by outcome.", [
      "outcome",
    ]),
    broker: gauge("broker_connected", "Whether events from a broker can arrive.", []),
    queueDepth: gauge("queue_depth", "Entries waiting in a durable queue.", ["queue"]),
    queueOldest: gauge("queue_oldest_seconds", "How long the oldest entry of a queue waits.", [
      "queue",
    ]),
  };
}
