import { overview } from "../../i18n/overview.ts";
import { formatNumber } from "../../shared/format.ts";
import { Table } from "../../shared/ui/table.tsx";
import { Chart } from "./chart.tsx";
import { type Hour, joinHours, type Span, stack } from "./figures.ts";
import { formatAxis, formatPeriod } from "./periods.ts";

/** Hours to a bar where a whole week is shown. */
const WEEK_BAR = 6;

/** Messages received, sent and failed over time. */
export function TrafficChart({ hours }: { readonly hours: readonly Hour[] }) {
  const isWeek = hours.length > 48;
  const spans = joinHours(hours, isWeek ? WEEK_BAR : 1);
  const stacks = spans.map(stack);
  const part = (index: 0 | 1 | 2) => stacks.map((ends) => ends[index]);
  return (
    <Chart
      title={overview("chart_traffic")}
      hint={overview("traffic_hint")}
      kind="bars"
      moments={spans.map(({ from }) => Date.parse(from) / 1_000)}
      series={[
        { label: overview("received"), ink: "--series-2", values: part(0) },
        { label: overview("sent"), ink: "--series-1", values: part(1) },
        { label: overview("failed"), ink: "--series-3", values: part(2) },
      ]}
      formatValue={(value) => formatNumber(value)}
      formatMoment={(moment) => formatAxis(moment, isWeek)}
      readout={(index) => describe(spans[index])}
      table={<TrafficTable spans={spans} />}
    />
  );
}

function describe(span: Span | undefined): string {
  if (span === undefined) return "";
  const { in: received, out, failed } = span;
  return overview("readout_traffic", { span: formatPeriod(span), in: received, out, failed });
}

function TrafficTable({ spans }: { readonly spans: readonly Span[] }) {
  return (
    <Table
      caption={overview("chart_traffic")}
      rows={spans}
      keyOf={({ from }) => from}
      columns={[
        { key: "time", title: overview("time"), cell: (span) => formatPeriod(span) },
        { key: "in", title: overview("received"), cell: (span) => formatNumber(span.in) },
        { key: "out", title: overview("sent"), cell: ({ out }) => formatNumber(out) },
        { key: "failed", title: overview("failed"), cell: ({ failed }) => formatNumber(failed) },
      ]}
    />
  );
}
