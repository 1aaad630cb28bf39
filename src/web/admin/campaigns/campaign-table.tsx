import { campaigns } from "../../i18n/campaigns.ts";
import { formatDateTime, formatNumber, formatRelative } from "../../shared/format.ts";
import { now } from "../../shared/ui/now.ts";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { type Column, Table } from "../../shared/ui/table.tsx";
import { CampaignActions } from "./campaign-actions.tsx";
import { settledOf } from "./funnel-steps.ts";
import { reasonOf, StateTag } from "./state-tag.tsx";
import type { Campaign, Figures } from "./types.ts";

interface CampaignTableProps {
  readonly rows: readonly Campaign[];
  /** What is known of their figures so far. */
  readonly figures: ReadonlyMap<string, Figures>;
  readonly onChange: () => void;
}

/** Campaigns under each other, with how far each is. */
export function CampaignTable({ rows, figures, onChange }: CampaignTableProps) {
  const of = ({ id }: Campaign) => figures.get(id);
  const columns: readonly Column<Campaign>[] = [
    {
      key: "name",
      title: campaigns("column_name"),
      cell: (row) => (
        <div>
          <a class="strong-link" href={`/admin/campaigns/${row.id}`}>
            <SafeText text={row.name} />
          </a>
          <div class="hint">{row.channel}</div>
        </div>
      ),
    },
    { key: "state", title: campaigns("column_state"), cell: (row) => <StateCell row={row} /> },
    {
      key: "sent",
      title: campaigns("column_sent"),
      isNumber: true,
      cell: (row) => <SentCell row={row} figures={of(row)} />,
    },
    {
      key: "rate",
      title: campaigns("column_rate"),
      isNumber: true,
      isExtra: true,
      cell: (row) => (row.state === "running" ? count(of(row)?.sent_per_minute) : "–"),
    },
    {
      key: "failed",
      title: campaigns("column_failed"),
      isNumber: true,
      cell: (row) => <Failed count={of(row)?.failed} id={row.id} />,
    },
    {
      key: "replies",
      title: campaigns("column_replies"),
      isNumber: true,
      isExtra: true,
      cell: (row) => count(of(row)?.replied),
    },
    {
      key: "when",
      title: campaigns("column_when"),
      isExtra: true,
      cell: (row) => <WhenCell row={row} />,
    },
    {
      key: "actions",
      title: campaigns("column_actions"),
      cell: (row) => (
        <CampaignActions campaign={row} audience={of(row)?.audience} isSmall onChange={onChange} />
      ),
    },
  ];
  return (
    <Table caption={campaigns("caption")} columns={columns} rows={rows} keyOf={({ id }) => id} />
  );
}

const count = (value: number | undefined): string =>
  value === undefined ? "…" : formatNumber(value);

function StateCell({ row }: { readonly row: Campaign }) {
  return (
    <div class="stack-small">
      <span>
        <StateTag state={row.state} />
      </span>
      {row.state === "scheduled" && row.start_at !== null && (
        <span class="hint">{campaigns("starts", { when: relative(row.start_at) })}</span>
      )}
      {row.state === "paused" && row.state_reason !== null && (
        <span class="hint">{reasonOf(row.state_reason)}</span>
      )}
    </div>
  );
}

const relative = (at: string): string => formatRelative(at, now.value);

function SentCell({
  row,
  figures,
}: {
  readonly row: Campaign;
  readonly figures?: Figures | undefined;
}) {
  if (figures === undefined) return <span class="hint">…</span>;
  const { audience, reached_sent: sent } = figures;
  return (
    <div class="sent-cell">
      {campaigns("sent_of", { sent, audience })}
      {row.state === "running" && (
        <progress
          aria-label={campaigns("sent_label", { name: row.name })}
          max={Math.max(1, audience)}
          value={settledOf(figures)}
        />
      )}
    </div>
  );
}

function Failed({
  count: failed,
  id,
}: {
  readonly count: number | undefined;
  readonly id: string;
}) {
  if (failed === undefined || failed === 0) return <span>{count(failed)}</span>;
  return (
    <a class="bad-link" href={`/admin/campaigns/${id}?status=failed`}>
      {formatNumber(failed)}
    </a>
  );
}

function WhenCell({ row }: { readonly row: Campaign }) {
  const lines = [
    row.finished_at !== null && { word: "ended" as const, at: row.finished_at },
    row.started_at !== null && { word: "started" as const, at: row.started_at },
    row.started_at === null && { word: "created" as const, at: row.created_at },
  ].filter((line) => line !== false);
  return (
    <div class="stack-lines">
      {lines.map(({ word, at }) => (
        <time key={word} class="hint" dateTime={at} title={formatDateTime(at)}>
          {campaigns(word, { when: relative(at) })}
        </time>
      ))}
    </div>
  );
}
