import { type Instruments, words } from "./instruments.ts";
import { BACKLOG_NAMES, METRIC_WORDS as WORDS, QUEUE_NAMES } from "./metric-words.ts";
import type { Metrics, MetricsOptions } from "./metrics.ts";

/** Milliseconds of a second: Prometheus counts in seconds. */
const SECOND_MS = 1_000;

/** How the process and what it stands on are. */
export function stateMetrics(
  { counter, gauge }: Instruments,
  { connections, tables = [] }: Pick<MetricsOptions, "connections" | "tables">,
) {
  const queue = words(QUEUE_NAMES, BACKLOG_NAMES);
  const depth = gauge("queue_depth", "Entries waiting in a durable queue.", { queue });
  const oldest = gauge("queue_oldest_seconds", "How long the oldest entry of a queue waits.", {
    queue,
  });
  const waiting = gauge(
    "work_waiting_seconds",
    "How long the conversation that is due longest waits for a worker; scale workers by this.",
    {},
  );
  const database = gauge("database_up", "Whether the database took a write at the last look.", {});
  gauge(
    "database_connections",
    "Connections to PostgreSQL by what they do, and statements that wait for one.",
    { state: WORDS.connectionStates },
    () => {
      const { inUse, idle, waiting: queued } = connections?.() ?? NO_CONNECTIONS;
      return [
        [{ state: "in_use" }, inUse],
        [{ state: "idle" }, idle],
        [{ state: "waiting" }, queued],
      ];
    },
  );
  const deleted = counter("retention_deleted_rows_total", "Rows past their retention, by table.", {
    table: words(tables),
  });
  const retainedAt = gauge(
    "retention_last_success_timestamp_seconds",
    "When retention last ran through; the start of the process where it has not yet.",
    {},
  );
  retainedAt({}, Date.now() / SECOND_MS);
  const notifications = counter("notification_events_total", "Events from a broker, by outcome.", {
    outcome: WORDS.notificationOutcomes,
  });
  const broker = gauge("broker_connected", "Whether events from a broker can arrive.", {});
  const reloads = counter("config_reloads_total", "Times the configuration was read again.", {
    outcome: WORDS.reloadOutcomes,
  });
  for (const outcome of WORDS.reloadOutcomes) reloads({ outcome }, 0);
  const reloadedAt = gauge(
    "config_last_reload_success_timestamp_seconds",
    "When the configuration was last read again and taken; 0 where it was not since the start.",
    {},
  );

  reloadedAt({}, 0);

  return {
    queue: (name, state) => {
      depth({ queue: name }, state.depth);
      oldest({ queue: name }, state.oldestSeconds);
    },
    workWaiting: (seconds) => waiting({}, seconds),
    database: (state) => database({}, state === "up" ? 1 : 0),
    expired: (rows) => {
      for (const [table, count] of Object.entries(rows)) deleted({ table }, count);
      retainedAt({}, Date.now() / SECOND_MS);
    },
    notification: (outcome) => notifications({ outcome }),
    broker: (state) => broker({}, state === "connected" ? 1 : 0),
    reloaded: (outcome) => {
      reloads({ outcome });
      if (outcome === "done") reloadedAt({}, Date.now() / SECOND_MS);
    },
  } satisfies Partial<Metrics>;
}

const NO_CONNECTIONS = { inUse: 0, idle: 0, waiting: 0 } as const;
