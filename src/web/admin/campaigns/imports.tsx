import { useEffect } from "preact/hooks";
import { report } from "../../i18n/campaign-report.ts";
import { addressOf } from "../../shared/address.ts";
import { formatDateTime, formatNumber } from "../../shared/format.ts";
import { usePages } from "../../shared/pages-of.ts";
import { may } from "../../shared/session.ts";
import { Icon } from "../../shared/ui/icon.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Empty, Failure, Loading } from "../../shared/ui/states.tsx";
import { type Column, Table } from "../../shared/ui/table.tsx";
import { Tag } from "../../shared/ui/tag.tsx";
import { Ago } from "../../shared/ui/time.tsx";
import type { Import } from "./types.ts";

const TONES = { running: "info", done: "good", failed: "bad" } as const;

const number = (key: "rows_read" | "added" | "duplicate" | "invalid" | "opted_out") => ({
  isNumber: true,
  cell: (row: Import) => formatNumber(row[key]),
});

const columns = (): readonly Column<Import>[] => [
  {
    key: "when",
    title: report("import_when"),
    cell: (row) => (
      <div class="stack-lines">
        <Ago at={row.started_at} />
        <span>
          <Tag tone={TONES[row.state]}>{report(`import_state_${row.state}`)}</Tag>
        </span>
        {row.error !== null && (
          <span class="hint hint-bad">
            <SafeText text={row.error} />
          </span>
        )}
      </div>
    ),
  },
  { key: "lines", title: report("import_lines"), ...number("rows_read") },
  { key: "added", title: report("import_added"), ...number("added") },
  { key: "duplicate", title: report("import_duplicate"), ...number("duplicate") },
  { key: "invalid", title: report("import_invalid"), ...number("invalid") },
  { key: "opted_out", title: report("import_opted_out"), ...number("opted_out") },
  {
    key: "report",
    title: report("import_report"),
    cell: (row) => <ReportLink row={row} />,
  },
];

/** Lists that were read into a campaign, each with its report; read again with every `round`. */
export function Imports({ id, round }: { readonly id: string; readonly round: number }) {
  const list = usePages<Import>(`/campaigns/${id}/imports`);
  const { refresh } = list;
  useEffect(() => {
    if (round > 0) refresh();
  }, [round]);
  if (list.problem !== undefined) return <Failure problem={list.problem} onRetry={list.reset} />;
  if (list.rows.length === 0)
    return list.isLoading ? <Loading /> : <Empty icon="list" title={report("imports_none")} />;
  return (
    <Table
      caption={report("imports_caption")}
      columns={columns()}
      rows={list.rows}
      keyOf={(row) => row.id}
    />
  );
}

/** The lines of a list that added nobody, as a file; it names numbers, so not everybody may have it. */
function ReportLink({ row }: { readonly row: Import }) {
  const left = row.duplicate + row.invalid + row.opted_out;
  if (left === 0 || !may("contacts:read")) return <span>–</span>;
  return (
    <a
      class="button button-small"
      href={addressOf(`/campaigns/${row.campaign_id}/imports/${row.id}/report`, { excel: true })}
      download={`import-${row.id}.csv`}
      aria-label={report("import_report_of", { when: formatDateTime(row.started_at) })}
    >
      <Icon name="download" size={16} /> {report("import_report")}
    </a>
  );
}
