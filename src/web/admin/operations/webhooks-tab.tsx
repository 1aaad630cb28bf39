import { log } from "../../i18n/event-log.ts";
import { operations } from "../../i18n/operations.ts";
import { formatBytes } from "../../shared/format.ts";
import { navigate, query } from "../../shared/router.ts";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Ago } from "../../shared/ui/time.tsx";
import { EventDrawer } from "./event-drawer.tsx";
import { EventTag } from "./event-tag.tsx";
import { Choice, Filters, PERIOD_NAMES, PeriodFilter, usePeriod } from "./filters.tsx";
import { RowList } from "./row-list.tsx";
import type { EventRow } from "./types.ts";
import { useChannelOptions } from "./use-channels.ts";
import { useList } from "./use-list.ts";

const NAMES = ["channel", "state", ...PERIOD_NAMES];

const STATES = ["stored", "quarantined"] as const;

/** The address of a webhook, or of none, with the filters that are chosen. */
function placeOf(id?: string): string {
  const filters = query.value.size === 0 ? "" : `?${query.value.toString()}`;
  return `/admin/events${id === undefined ? "" : `/${id}`}${filters}`;
}

/** Every webhook that was received. */
export function WebhooksTab({ id }: { readonly id?: string }) {
  const values = query.value;
  const list = useList<EventRow>("/events", {
    channel: values.get("channel") ?? undefined,
    state: STATES.find((known) => known === values.get("state")),
    ...usePeriod(),
  });
  const channels = useChannelOptions();
  return (
    <div class="stack">
      <Filters names={NAMES}>
        <Choice name="channel" label={operations("channel")} options={channels} />
        <Choice
          name="state"
          label={operations("state")}
          options={STATES.map((state) => ({ value: state, label: log(`event_${state}`) }))}
        />
        <PeriodFilter />
      </Filters>
      <RowList
        list={list}
        label={log("webhooks_list")}
        estimate={58}
        isNarrowed={NAMES.some((name) => values.has(name))}
        empty={{
          title: log("webhooks_empty"),
          detail: log("webhooks_empty_detail"),
          icon: "events",
        }}
      >
        {(row) => <Row row={row} isOpen={row.id === id} />}
      </RowList>
      {id !== undefined && (
        <EventDrawer
          key={id}
          id={id}
          onClose={() => navigate(placeOf(), { replace: true })}
          onChange={list.refresh}
        />
      )}
    </div>
  );
}

function Row({ row, isOpen }: { readonly row: EventRow; readonly isOpen: boolean }) {
  return (
    <a class="op-row" href={placeOf(row.id)} aria-current={isOpen ? "true" : undefined}>
      <EventTag event={row} />
      <span class="op-main">
        <strong>{row.channel}</strong>
        {row.reason !== null && (
          <span class="op-detail">
            <SafeText text={row.reason} max={160} />
          </span>
        )}
      </span>
      <span class="hint op-extra">
        {log.count("events_found", row.event_count)} · {formatBytes(row.body_bytes)}
      </span>
      <span class="hint op-time">
        <Ago at={row.received_at} />
      </span>
    </a>
  );
}
