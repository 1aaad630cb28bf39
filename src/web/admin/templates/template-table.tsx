import { templates } from "../../i18n/templates.ts";
import { formatNumber } from "../../shared/format.ts";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { type Column, Table } from "../../shared/ui/table.tsx";
import { Ago } from "../../shared/ui/time.tsx";
import {
  bodyOf,
  categoryWord,
  languageWord,
  QualityTag,
  StatusTag,
  valueCount,
} from "./template-words.tsx";
import type { Template, TemplateWithUsage } from "./types.ts";

/** Characters of a body that are shown in its row. */
const EXCERPT = 90;

interface TemplateTableProps {
  readonly rows: readonly Template[];
  readonly usage: ReadonlyMap<string, TemplateWithUsage>;
}

/** Templates under each other. */
export function TemplateTable({ rows, usage }: TemplateTableProps) {
  const columns: readonly Column<Template>[] = [
    {
      key: "name",
      title: templates("column_name"),
      cell: (row) => (
        <div class="stack-lines">
          <a class="strong-link" href={`/admin/templates/${row.id}`}>
            <SafeText text={row.name} />
          </a>
          <span class="hint template-excerpt">
            <SafeText text={bodyOf(row).slice(0, EXCERPT)} />
          </span>
        </div>
      ),
    },
    {
      key: "language",
      title: templates("column_language"),
      cell: (row) => (
        <div class="stack-lines">
          <SafeText text={languageWord(row.language)} />
          <span class="hint">{row.channel}</span>
        </div>
      ),
    },
    {
      key: "category",
      title: templates("column_category"),
      isExtra: true,
      cell: (row) => categoryWord(row.category),
    },
    {
      key: "status",
      title: templates("column_status"),
      cell: (row) => (
        <div class="stack-lines">
          <span>
            <StatusTag template={row} />
          </span>
          {row.reason !== null && row.reason !== "" && (
            <span class="hint">
              <SafeText text={row.reason} max={120} />
            </span>
          )}
        </div>
      ),
    },
    {
      key: "quality",
      title: templates("column_quality"),
      cell: (row) => <QualityTag quality={row.quality} />,
    },
    {
      key: "values",
      title: templates("column_parameters"),
      isNumber: true,
      isExtra: true,
      cell: (row) => valueCount(row) || templates("no_values"),
    },
    {
      key: "usage",
      title: templates("column_usage"),
      isNumber: true,
      cell: ({ id }) => <UsageCell used={usage.get(id)} />,
    },
    {
      key: "synced",
      title: templates("column_synced"),
      isExtra: true,
      cell: (row) => <Ago at={row.synced_at} />,
    },
  ];
  return (
    <Table caption={templates("caption")} columns={columns} rows={rows} keyOf={({ id }) => id} />
  );
}

function UsageCell({ used }: { readonly used: TemplateWithUsage | undefined }) {
  if (used === undefined) return <span class="hint">…</span>;
  const { last_7_days: week, last_30_days: month } = used.usage;
  return (
    <span>
      {formatNumber(week.sent)} / {formatNumber(month.sent)}
    </span>
  );
}
