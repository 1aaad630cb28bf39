import { common } from "../../i18n/common.ts";
import { settings } from "../../i18n/settings.ts";
import { usePages } from "../../shared/pages-of.ts";
import { query, setQuery } from "../../shared/router.ts";
import { formatDateTime } from "../../shared/format.ts";
import { Json } from "../../shared/ui/json.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Empty } from "../../shared/ui/states.tsx";
import type { Column } from "../../shared/ui/table.tsx";
import { Listed } from "./listed.tsx";
import { type AuditFilterName, AUDIT_FILTERS, auditQuery } from "./audit-query.ts";
import { useTyped } from "./typed.ts";
import type { AuditEntry } from "./types.ts";

const columns = (): readonly Column<AuditEntry>[] => [
  {
    key: "at",
    title: settings("audit_at"),
    cell: ({ at }) => <time dateTime={at}>{formatDateTime(at)}</time>,
  },
  {
    key: "actor",
    title: settings("audit_actor"),
    cell: ({ actor }) => <SafeText text={actor} max={200} />,
  },
  {
    key: "action",
    title: settings("audit_action"),
    cell: ({ action }) => (
      <code>
        <SafeText text={action} max={200} />
      </code>
    ),
  },
  {
    key: "subject",
    title: settings("audit_subject"),
    cell: ({ subject }) => (
      <code>
        <SafeText text={subject} max={200} />
      </code>
    ),
  },
  {
    key: "detail",
    title: settings("audit_detail"),
    cell: ({ detail, id }) =>
      Object.keys(detail).length > 0 && (
        <details>
          <summary>{common("show_details")}</summary>
          <Json value={detail} label={`${settings("audit_detail")} ${id}`} />
        </details>
      ),
    isExtra: true,
  },
];

/** Who changed what; the filters are part of the address. */
export function AuditPart() {
  const filters = auditQuery(query.value);
  const list = usePages<AuditEntry>("/audit", filters);
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <div class="stack">
      <p class="page-intro part-intro">{settings("audit_intro")}</p>
      <div class="filters audit-filters" role="search">
        <TextFilter name="actor" label={settings("audit_actor_hint")} />
        <TextFilter name="action" label={settings("audit_action_hint")} />
        <TextFilter name="subject" label={settings("audit_subject_hint")} />
        <DayFilter name="since" label={settings("audit_since")} />
        <DayFilter name="until" label={settings("audit_until")} />
        {AUDIT_FILTERS.some((name) => query.value.has(name)) && (
          <button
            type="button"
            class="button"
            onClick={() => setQuery(Object.fromEntries(AUDIT_FILTERS.map((name) => [name, ""])))}
          >
            {settings("clear_filters")}
          </button>
        )}
      </div>
      <Listed
        list={list}
        caption={settings("audit_caption")}
        columns={columns()}
        keyOf={({ id }) => id}
        empty={
          <Empty
            icon="events"
            {...(isFiltered
              ? { title: common("nothing_found") }
              : { detail: settings("audit_empty") })}
          />
        }
      />
    </div>
  );
}

interface FilterProps {
  readonly name: AuditFilterName;
  readonly label: string;
}

function TextFilter({ name, label }: FilterProps) {
  const [typed, setTyped] = useTyped(name);
  return (
    <input
      type="search"
      aria-label={label}
      placeholder={label}
      maxLength={200}
      value={typed}
      onInput={({ currentTarget }) => setTyped(currentTarget.value)}
    />
  );
}

function DayFilter({ name, label }: FilterProps) {
  return (
    <label class="day">
      <span>{label}</span>
      <input
        type="date"
        value={query.value.get(name) ?? ""}
        onChange={({ currentTarget }) => setQuery({ [name]: currentTarget.value })}
      />
    </label>
  );
}
