import { report } from "../../i18n/campaign-report.ts";
import { addressOf } from "../../shared/address.ts";
import { query, setQuery } from "../../shared/router.ts";
import { may } from "../../shared/session.ts";
import { Icon } from "../../shared/ui/icon.tsx";
import { Empty, Loaded } from "../../shared/ui/states.tsx";
import { VirtualList } from "../../shared/ui/virtual-list.tsx";
import { RecipientRow } from "./recipient-row.tsx";
import type { Recipient, RecipientStatus } from "./types.ts";
import { useRecipients } from "./use-recipients.ts";

const STATUSES = [
  "queued",
  "sent",
  "delivered",
  "read",
  "failed",
  "skipped",
  "uncertain",
  "replied",
] as const satisfies readonly (RecipientStatus | "replied")[];

/** Height of a row before it was measured, pixels. */
const ROW_HEIGHT = 62;

interface RecipientsProps {
  readonly id: string;
  /** Changes with what became of them. */
  readonly round: number;
  /** Whether somebody may still be taken off the list. */
  readonly isOpen: boolean;
  readonly onChange: () => void;
}

/** Who a campaign goes to and what became of each. */
export function Recipients({ id, round, isOpen, onChange }: RecipientsProps) {
  const status = STATUSES.find((known) => known === query.value.get("status"));
  const { first, rows, more } = useRecipients(id, status, round);
  return (
    <div class="stack-small">
      <div class="row spread">
        <select
          aria-label={report("filter_status")}
          value={status ?? ""}
          onChange={({ currentTarget }) => setQuery({ status: currentTarget.value })}
        >
          <option value="">{report("any_status")}</option>
          {STATUSES.map((known) => (
            <option key={known} value={known}>
              {report(`status_${known}`)}
            </option>
          ))}
        </select>
        <Export id={id} status={status} />
      </div>
      <Loaded from={first}>
        {() =>
          rows.length === 0 ? (
            <Empty
              icon="people"
              title={report(status === undefined ? "recipients_none" : "recipients_none_filter")}
            />
          ) : (
            <div class="recipient-list" style={{ height: `${heightOf(rows.length)}px` }}>
              <VirtualList<Recipient>
                rows={rows}
                keyOf={(row) => row.id}
                estimate={ROW_HEIGHT}
                label={report("recipients_caption")}
                {...(more !== undefined && { onEnd: more })}
              >
                {(row) => <RecipientRow row={row} isOpen={isOpen} onChange={onChange} id={id} />}
              </VirtualList>
            </div>
          )
        }
      </Loaded>
    </div>
  );
}

const MOST_SHOWN_PX = 560;

const heightOf = (rows: number): number => Math.min(MOST_SHOWN_PX, rows * ROW_HEIGHT + 8);

/** A file of them, as the browser saves it: the session's cookie goes along, and no million rows pass through the page. */
function Export({ id, status }: { readonly id: string; readonly status: string | undefined }) {
  if (!may("contacts:read")) return <span class="hint">{report("export_needs")}</span>;
  const to = (excel: boolean) =>
    addressOf(`/campaigns/${id}/recipients/export`, { status, ...(excel && { excel }) });
  return (
    <div class="row">
      <a
        class="button button-small"
        href={to(false)}
        download={`campaign-${id}.csv`}
        aria-label={report("export_label")}
      >
        <Icon name="download" size={16} /> {report("export_csv")}
      </a>
      <a
        class="button button-small"
        href={to(true)}
        download={`campaign-${id}.csv`}
        aria-label={report("export_excel_label")}
      >
        <Icon name="download" size={16} /> {report("export_excel")}
      </a>
    </div>
  );
}
