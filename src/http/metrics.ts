import { collectDefaultMetrics, Registry } from "prom-client";
import type { Connections } from "../db/driver.ts";
import type { Observer } from "../flow/observer.ts";
import type { SpoolOutcome, SpoolState } from "../spool/spool.ts";
import { createInstruments, type Instruments } from "./instruments.ts";
import { type BacklogName, METRIC_WORDS as WORDS, type QueueName } from "./metric-words.ts";
import { spoolMetrics } from "./spool-metrics.ts";
import { stateMetrics } from "./state-metrics.ts";

/** A durable queue as the metrics show it. */
export interface QueueState {
  readonly depth: number;
  /** Seconds the oldest entry waits; 0 where there is none. */
  readonly oldestSeconds: number;
}

/**
 * What the bridge counts. Every label is from a closed set, so that no caller can make the series grow and no number,
 * name or text of a person ever becomes one.
 */
export interface Metrics extends Omit<Observer, "problem" | "billed"> {
  readonly webhookAnswered: (channel: string, status: number, seconds: number) => void;
  readonly queue: (name: QueueName | BacklogName, state: QueueState) => void;
  /** Seconds that the conversation that is due longest waits for a worker. */
  readonly workWaiting: (seconds: number) => void;
  readonly database: (state: "up" | "away") => void;
  /** A message that its provider bills, and its price where one is configured. */
  readonly billed: (channel: string, category: string, price?: Price) => void;
  /** What retention has deleted in one run that succeeded, by table. */
  readonly expired: (rows: Readonly<Record<string, number>>) => void;
  /** What became of an event from a broker. */
  readonly notification: (outcome: string) => void;
  readonly broker: (state: "connected" | "away") => void;
  /** The configuration was read again while the program ran. */
  readonly reloaded: (outcome: "done" | "refused" | "failed") => void;
  /** What has become of a webhook of the spool. */
  readonly spooled: (outcome: SpoolOutcome) => void;
  /** Counts channels and backends by name that a later configuration has. */
  readonly know: (names: Names) => void;
  /** The Prometheus text. */
  readonly render: () => Promise<string>;
  readonly contentType: string;
}

export interface Price {
  readonly amount: number;
  /** ISO 4217, as configured. */
  readonly currency: string;
}

interface Names {
  /** Names of the configured channels and backends; anything else is counted as `other`. */
  readonly channels: readonly string[];
  readonly backends: readonly string[];
  /** The currency of the configured prices. */
  readonly currency?: string;
}

export interface MetricsOptions extends Names {
  /** Whether to add the measurements of Node itself. */
  readonly runtime?: boolean;
  /** How the connections to the database stand now. */
  readonly connections?: (() => Connections) | undefined;
  /** What the disk spool holds now; absent where there is none. */
  readonly spool?: (() => SpoolState) | undefined;
  /** The tables that retention deletes from. */
  readonly tables?: readonly string[];
}

/** What the gauge shows of a breaker. */
const BREAKER_VALUES = { closed: 0, half_open: 1, open: 2 } as const;

/** Providers ask for a median below 250 ms and nearly all below 1 s; the bounds show both. */
const ACK_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5];
const TURN_BUCKETS_S = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/** The words that the configuration brings; a later one may bring more. */
interface Sets {
  readonly channels: Set<string>;
  readonly backends: Set<string>;
  readonly currencies: Set<string>;
}

/** Builds the measurements of one process on a registry of their own. */
export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  if (options.runtime === true) collectDefaultMetrics({ register: registry });
  const instruments = createInstruments(registry);
  const sets: Sets = { channels: new Set(), backends: new Set(), currencies: new Set() };
  const flow = flowMetrics(instruments, sets);
  const money = moneyMetrics(instruments, sets);
  const state = stateMetrics(instruments, options);
  const know = ({ channels, backends, currency }: Names): void => {
    for (const name of channels) sets.channels.add(name);
    for (const name of backends) sets.backends.add(name);
    if (currency !== undefined) sets.currencies.add(currency);
    for (const backend of backends) flow.breaker(backend, "closed");
    for (const name of channels) flow.begin(name);
  };
  for (const backend of ["none", "static"]) sets.backends.add(backend);
  know(options);
  const { begin: _begin, ...told } = flow;
  return {
    ...told,
    ...money,
    ...state,
    ...spoolMetrics(instruments, options),
    know,
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

/** What the flow of messages tells. */
function flowMetrics({ counter, gauge, histogram }: Instruments, { channels, backends }: Sets) {
  const channel = channels;
  const events = counter("events_total", "Events in webhooks, by kind.", {
    channel,
    kind: WORDS.eventKinds,
  });
  const notices = counter("notices_total", "Notices of a provider about an account or template.", {
    channel,
    severity: WORDS.severities,
  });
  const stored = counter("messages_stored_total", "Inbound messages stored.", { channel });
  const answers = counter("webhook_answers_total", "Answers to webhook calls, by HTTP status.", {
    channel,
    status: WORDS.statusCodes,
  });
  const ackSeconds = histogram(
    "webhook_ack_seconds",
    "Time until a webhook call was answered.",
    { channel },
    ACK_BUCKETS_S,
  );
  const turns = counter("turns_total", "Turns, by who answered and how it ended.", {
    channel,
    backend: backends,
    outcome: WORDS.turnOutcomes,
  });
  const turnSeconds = histogram(
    "turn_seconds",
    "Time a turn took.",
    { backend: backends },
    TURN_BUCKETS_S,
  );
  const backendSeconds = histogram(
    "backend_seconds",
    "Time a backend took for one question, by what it did.",
    { backend: backends, outcome: WORDS.backendOutcomes },
    TURN_BUCKETS_S,
  );
  const breakers = gauge(
    "backend_breaker",
    "Whether a backend is asked: 0 yes, 1 one call tries, 2 it is paused.",
    { backend: backends },
  );
  const rasaEmpty = counter("rasa_empty_total", "Turns that Rasa ended without an answer.", {});
  const sends = counter("sends_total", "Tries to send, by outcome.", {
    channel,
    outcome: WORDS.sendOutcomes,
  });
  const sendFailures = counter(
    "send_failures_total",
    "Refused sends, by what is done about them.",
    { channel, class: WORDS.failureClasses },
  );
  const statuses = counter("statuses_total", "Delivery statuses reported.", {
    channel,
    status: WORDS.deliveryStatuses,
  });
  const waits = histogram(
    "rate_limit_wait_seconds",
    "Waits before a send, for the provider's limits.",
    { channel },
    TURN_BUCKETS_S,
  );
  const dead = counter("dead_letters_total", "Messages given up, by reason.", {
    channel,
    reason: WORDS.deadReasons,
  });

  return {
    /** Shows what is rare from the beginning: a rise from nothing to one is none to whoever counts rises. */
    begin: (name: string): void => {
      for (const severity of WORDS.severities) notices({ channel: name, severity }, 0);
      for (const cause of WORDS.failureClasses) sendFailures({ channel: name, class: cause }, 0);
      for (const outcome of WORDS.sendOutcomes) sends({ channel: name, outcome }, 0);
      for (const status of WORDS.deliveryStatuses) statuses({ channel: name, status }, 0);
    },
    event: (name, kind) => events({ channel: name, kind }),
    notice: (name, { severity }) => notices({ channel: name, severity }),
    stored: (name, messageIds) => stored({ channel: name }, messageIds.length),
    turn: (name, backend, outcome, ms) => {
      turns({ channel: name, backend, outcome });
      turnSeconds({ backend }, ms / 1000);
      if (backend === "rasa" && outcome === "silent") rasaEmpty({});
    },
    backendCalled: (backend, outcome, ms) => backendSeconds({ backend, outcome }, ms / 1000),
    breaker: (backend, standing) => breakers({ backend }, BREAKER_VALUES[standing]),
    send: (name, outcome) => sends({ channel: name, outcome }),
    fellBack: (from) => events({ channel: from, kind: "fallback" }),
    sendFailed: (name, failure) => sendFailures({ channel: name, class: failure }),
    status: (name, status) => statuses({ channel: name, status }),
    wait: (name, ms) => waits({ channel: name }, ms / 1000),
    dead: (name, reason) => dead({ channel: name, reason }),
    webhookAnswered: (name, status, seconds) => {
      answers({ channel: name, status: String(status) });
      ackSeconds({ channel: name }, seconds);
    },
  } satisfies Partial<Metrics> & { begin: (channel: string) => void };
}

/** What answers and messages use up. */
function moneyMetrics({ counter }: Instruments, { channels, backends, currencies }: Sets) {
  const tokens = counter("tokens_total", "Tokens of answers, by who used them.", {
    backend: backends,
    kind: WORDS.tokenKinds,
  });
  const backendCost = counter(
    "backend_cost_total",
    "What answers cost, in the currency of the backend's configured prices.",
    { backend: backends },
  );
  const billed = counter(
    "billed_messages_total",
    "Delivered messages that their provider says it bills, by category.",
    { channel: channels, category: WORDS.categories },
  );
  const messageCost = counter(
    "message_cost_total",
    "What these cost by the configured prices, before free allowances.",
    { channel: channels, category: WORDS.categories, currency: currencies },
  );

  return {
    used: (backend, { tokensIn, tokensOut, cost = 0 }) => {
      tokens({ backend, kind: "in" }, tokensIn);
      tokens({ backend, kind: "out" }, tokensOut);
      if (cost > 0) backendCost({ backend }, cost);
    },
    billed: (channel, category, price) => {
      billed({ channel, category });
      if (price === undefined) return;
      messageCost({ channel, category, currency: price.currency }, price.amount);
    },
  } satisfies Partial<Metrics>;
}
