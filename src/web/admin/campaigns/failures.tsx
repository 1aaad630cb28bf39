import { report } from "../../i18n/campaign-report.ts";
import { formatNumber } from "../../shared/format.ts";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { type Column, Table } from "../../shared/ui/table.tsx";
import { Ago } from "../../shared/ui/time.tsx";
import type { Failure } from "./types.ts";

interface FailuresProps {
  readonly failures: readonly Failure[];
  readonly id: string;
}

/** Why messages failed, by the provider's code or ours, with what can be done about it. */
export function Failures({ failures, id }: FailuresProps) {
  const columns: readonly Column<Failure>[] = [
    {
      key: "code",
      title: report("failure_code"),
      cell: ({ code, reason }) => (
        <code>
          <SafeText text={code ?? reason ?? "–"} />
        </code>
      ),
    },
    {
      key: "reason",
      title: report("failure_reason"),
      cell: ({ title, reason, hint }) => (
        <div class="stack-lines">
          <strong>
            <SafeText text={title ?? reason ?? report("failure_unknown")} />
          </strong>
          {hint !== null && <span class="hint">{hint}</span>}
        </div>
      ),
    },
    {
      key: "count",
      title: report("failure_count"),
      isNumber: true,
      cell: ({ count }) => (
        <a
          class="bad-link"
          href={`/admin/campaigns/${id}?status=failed`}
          aria-label={report.count("failure_show", count)}
        >
          {formatNumber(count)}
        </a>
      ),
    },
    {
      key: "last",
      title: report("failure_last"),
      isExtra: true,
      cell: ({ last_at: at }) => <Ago at={at} />,
    },
  ];
  return (
    <section class="stack-small" aria-labelledby="failures-title">
      <h2 id="failures-title">{report("failures")}</h2>
      {failures.length === 0 ? (
        <p class="hint">{report("failures_none")}</p>
      ) : (
        <Table
          caption={report("failures_caption")}
          columns={columns}
          rows={failures}
          keyOf={({ code, reason }) => `${code} ${reason}`}
        />
      )}
    </section>
  );
}
