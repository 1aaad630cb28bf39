import { overview } from "../../i18n/overview.ts";
import { formatMs } from "../../shared/format.ts";
import { Table } from "../../shared/ui/table.tsx";
import { Chart } from "./chart.tsx";
import type { Hour } from "./figures.ts";
import { formatAxis, formatPeriod, hourOf } from "./periods.ts";

/** How long people wait for the bot. */
export function PaceChart({ hours }: { readonly hours: readonly Hour[] }) {
  return (
    <Chart
      title={overview("chart_pace")}
      hint={overview("pace_hint")}
      kind="lines"
      moments={hours.map(({ at }) => Date.parse(at) / 1_000)}
      series={[
        { label: overview("p50"), ink: "--series-1", values: hours.map((hour) => hour.p50_ms) },
        { label: overview("p95"), ink: "--series-4", values: hours.map((hour) => hour.p95_ms) },
      ]}
      formatValue={(value) => formatMs(value)}
      formatMoment={(moment) => formatAxis(moment, hours.length > 48)}
      readout={(index) => describe(hours[index])}
      table={<PaceTable hours={hours} />}
    />
  );
}

function describe(hour: Hour | undefined): string {
  if (hour === undefined) return "";
  const values = { p50: formatMs(hour.p50_ms), p95: formatMs(hour.p95_ms) };
  return overview("readout_pace", { span: formatPeriod(hourOf(hour.at)), ...values });
}

function PaceTable({ hours }: { readonly hours: readonly Hour[] }) {
  return (
    <Table
      caption={overview("chart_pace")}
      rows={hours}
      keyOf={({ at }) => at}
      columns={[
        { key: "time", title: overview("time"), cell: ({ at }) => formatPeriod(hourOf(at)) },
        { key: "p50", title: overview("p50"), cell: (hour) => formatMs(hour.p50_ms) },
        { key: "p95", title: overview("p95"), cell: (hour) => formatMs(hour.p95_ms) },
      ]}
    />
  );
}
