import { report } from "../../i18n/campaign-report.ts";
import { call } from "../../shared/api.ts";
import { formatRelative } from "../../shared/format.ts";
import { may } from "../../shared/session.ts";
import { Action } from "../../shared/ui/action.tsx";
import { Icon } from "../../shared/ui/icon.tsx";
import { now } from "../../shared/ui/now.ts";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Tag } from "../../shared/ui/tag.tsx";
import { Tick } from "../../shared/ui/tick.tsx";
import { Ago } from "../../shared/ui/time.tsx";
import { say } from "../../shared/ui/toast.tsx";
import type { Recipient } from "./types.ts";

interface RecipientRowProps {
  readonly id: string;
  readonly row: Recipient;
  readonly isOpen: boolean;
  readonly onChange: () => void;
}

/** One person of a campaign. */
export function RecipientRow({ id, row, isOpen, onChange }: RecipientRowProps) {
  const name = row.name ?? row.to;
  const remove = async () => {
    await call("DELETE", `/campaigns/${id}/recipients/${row.id}`);
    say(report("recipient_removed"));
    onChange();
  };
  const canRemove =
    isOpen && row.status === "queued" && row.message_id === null && may("campaigns:write");
  return (
    <div class="recipient">
      <div class="recipient-person">
        {row.name !== null && (
          <strong>
            <SafeText text={row.name} max={120} />
          </strong>
        )}
        <span class={row.name === null ? "" : "hint"}>
          <SafeText text={row.to} />
        </span>
      </div>
      <Outcome row={row} />
      <Values params={row.params} />
      <div class="recipient-links">
        {row.conversation_id !== null && may("conversations:read") && (
          <a
            class="icon-button"
            href={`/admin/conversations/${row.conversation_id}`}
            title={report("recipient_open")}
            aria-label={report("recipient_open_of", { name })}
          >
            <Icon name="conversations" size={18} />
          </a>
        )}
        {canRemove && (
          <Action small icon="trash" run={remove} title={report("recipient_remove_of", { name })}>
            <span class="visually-hidden">{report("recipient_remove_of", { name })}</span>
          </Action>
        )}
      </div>
    </div>
  );
}

/** The last thing known of a recipient's message. */
function lastStep(row: Recipient): string | null {
  return (
    row.skipped_at ??
    row.failed_at ??
    row.read_at ??
    row.delivered_at ??
    row.sent_at ??
    row.released_at ??
    row.created_at
  );
}

function Outcome({ row }: { readonly row: Recipient }) {
  const { status, error, replied_at: repliedAt } = row;
  const why = error === null ? null : (error.title ?? error.details ?? error.code ?? error.reason);
  return (
    <div class="recipient-outcome">
      <div class="row">
        {status === "skipped" ? (
          <Tag icon="stop">{report("status_skipped")}</Tag>
        ) : (
          <Tick status={status} word />
        )}
        <span class="hint">
          <Ago at={lastStep(row)} />
        </span>
        {repliedAt !== null && (
          <Tag tone="good" icon="reply">
            {report("recipient_replied", { when: formatRelative(repliedAt, now.value) })}
          </Tag>
        )}
      </div>
      {error !== null && (
        <span class="hint">
          {error.code !== null && (
            <>
              <code>
                <SafeText text={error.code} />
              </code>{" "}
            </>
          )}
          {error.hint ?? (why !== null && <SafeText text={why} />)}
        </span>
      )}
    </div>
  );
}

/** Values shown in a row. */
const SHOWN = 3;

function Values({ params }: { readonly params: Recipient["params"] }) {
  const shown = Object.entries(params).slice(0, SHOWN);
  return (
    <dl class="recipient-values hint">
      {shown.map(([title, value]) => (
        <div key={title}>
          <dt>
            <SafeText text={title} max={40} />
          </dt>
          <dd>
            <SafeText text={typeof value === "string" ? value : JSON.stringify(value)} max={60} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
