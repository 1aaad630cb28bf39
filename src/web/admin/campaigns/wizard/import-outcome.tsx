import { wizard } from "../../../i18n/wizard.ts";
import { addressOf } from "../../../shared/address.ts";
import { formatNumber } from "../../../shared/format.ts";
import { may } from "../../../shared/session.ts";
import { Icon } from "../../../shared/ui/icon.tsx";
import { SafeText } from "../../../shared/ui/safe-text.tsx";
import { type Column, Table } from "../../../shared/ui/table.tsx";
import type { ImportResult } from "../types.ts";

const COUNTS = [
  ["count_read", "rows_read"],
  ["count_added", "added"],
  ["count_duplicate", "duplicate"],
  ["count_invalid", "invalid"],
  ["count_opted_out", "opted_out"],
] as const;

type Line = ImportResult["problems"][number];

interface ImportOutcomeProps {
  readonly result: ImportResult;
  readonly onAnother: () => void;
}

/** What became of the lines of a list. */
export function ImportOutcome({ result, onAnother }: ImportOutcomeProps) {
  const columns: readonly Column<Line>[] = [
    { key: "line", title: wizard("problem_line"), isNumber: true, cell: ({ line }) => line },
    {
      key: "outcome",
      title: wizard("problem_outcome"),
      cell: ({ outcome }) => wizard(`outcome_${outcome}`),
    },
    {
      key: "value",
      title: wizard("problem_value"),
      cell: ({ value }) => <SafeText text={value === "" ? "–" : value} max={100} />,
    },
    {
      key: "detail",
      title: wizard("problem_detail"),
      cell: ({ detail }) => <SafeText text={detail} max={300} />,
    },
  ];
  return (
    <div class="stack">
      <section class="card stack" aria-labelledby="result-title" role="status">
        <h2 id="result-title">{wizard("result")}</h2>
        <dl class="campaign-tiles">
          {COUNTS.map(([title, key]) => (
            <div key={key} class="campaign-tile">
              <dt>{wizard(title)}</dt>
              <dd class={key === "invalid" && result.invalid > 0 ? "campaign-tile-bad" : ""}>
                {formatNumber(result[key])}
              </dd>
            </div>
          ))}
        </dl>
        <div class="row">
          <button type="button" class="button" onClick={onAnother}>
            <Icon name="plus" size={16} /> {wizard("another")}
          </button>
          {result.problems.length > 0 && may("contacts:read") && (
            <a
              class="button"
              href={addressOf(`/campaigns/${result.campaign_id}/imports/${result.id}/report`, {
                excel: true,
              })}
              download={`import-${result.id}.csv`}
            >
              <Icon name="download" size={16} /> {wizard("report")}
            </a>
          )}
        </div>
      </section>
      {result.problems.length > 0 && (
        <section class="stack-small" aria-labelledby="problems-title">
          <h2 id="problems-title">{wizard("problems")}</h2>
          <Table
            caption={wizard("problems_caption")}
            columns={columns}
            rows={result.problems}
            keyOf={({ line, outcome }) => `${line} ${outcome}`}
          />
        </section>
      )}
    </div>
  );
}
