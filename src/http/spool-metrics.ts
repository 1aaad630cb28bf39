import type { SpoolState } from "../spool/spool.ts";
import type { Instruments } from "./instruments.ts";
import { METRIC_WORDS as WORDS } from "./metric-words.ts";
import type { Metrics, MetricsOptions } from "./metrics.ts";

/** What the disk spool tells. The gauges show nothing where there is none. */
export function spoolMetrics(
  { counter, gauge }: Instruments,
  { spool }: Pick<MetricsOptions, "spool">,
) {
  const show = (name: string, help: string, read: (state: SpoolState) => number): void => {
    gauge(name, help, {}, spool && (() => [[{}, read(spool())]]));
  };
  show("spool_bytes", "Bytes of webhooks on the disk.", ({ bytes }) => bytes);
  show("spool_limit_bytes", "Bytes that may be there.", ({ limitBytes }) => limitBytes);
  show("spool_entries", "Webhooks that wait there for the database.", ({ entries }) => entries);
  show("spool_oldest_seconds", "How long the oldest of them waits.", (one) => one.oldestSeconds);
  show(
    "spool_damaged_files",
    "Files with what could not be read, for a person to look at.",
    ({ damagedFiles }) => damagedFiles,
  );
  const outcomes = counter(
    "spool_webhooks_total",
    "Webhooks of the spool, by what became of them.",
    {
      outcome: WORDS.spoolOutcomes,
    },
  );
  if (spool !== undefined) for (const outcome of WORDS.spoolOutcomes) outcomes({ outcome }, 0);
  return { spooled: (outcome) => outcomes({ outcome }) } satisfies Partial<Metrics>;
}
