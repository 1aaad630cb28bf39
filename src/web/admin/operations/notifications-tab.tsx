import { useState } from "preact/hooks";
import { log } from "../../i18n/event-log.ts";
import { query } from "../../shared/router.ts";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Tag, type Tone } from "../../shared/ui/tag.tsx";
import { Ago } from "../../shared/ui/time.tsx";
import { Choice, Filters, Word } from "./filters.tsx";
import { NotificationDrawer } from "./notification-drawer.tsx";
import { RowList } from "./row-list.tsx";
import type { NotificationEvent } from "./types.ts";
import { useList } from "./use-list.ts";

const OUTCOMES = ["queued", "skipped", "refused"] as const;

const TONES = { queued: "good", skipped: "neutral", refused: "bad" } as const satisfies Record<
  NotificationEvent["outcome"],
  Tone
>;

const NAMES = ["outcome", "rule", "type"];

/** What became of events from RabbitMQ. */
export function NotificationsTab() {
  const values = query.value;
  const [opened, setOpened] = useState<NotificationEvent>();
  const list = useList<NotificationEvent>("/notifications/events", {
    outcome: OUTCOMES.find((known) => known === values.get("outcome")),
    rule: values.get("rule") ?? undefined,
    type: values.get("type") ?? undefined,
  });
  return (
    <div class="stack">
      <Filters names={NAMES}>
        <Choice
          name="outcome"
          label={log("outcome")}
          options={OUTCOMES.map((value) => ({ value, label: log(`outcome_${value}`) }))}
        />
        <Word name="rule" label={log("rule")} />
        <Word name="type" label={log("type")} />
      </Filters>
      <RowList
        list={list}
        label={log("notifications_list")}
        estimate={58}
        isNarrowed={NAMES.some((name) => values.has(name))}
        empty={{
          title: log("notifications_empty"),
          detail: log("notifications_empty_detail"),
          icon: "events",
        }}
      >
        {(row) => (
          <button type="button" class="op-row" onClick={() => setOpened(row)}>
            <Tag tone={TONES[row.outcome]}>{log(`outcome_${row.outcome}`)}</Tag>
            <span class="op-main">
              <strong>
                <SafeText text={row.type} max={120} />
              </strong>
              <span class="op-detail">
                <SafeText text={row.detail ?? row.event_id} max={160} />
              </span>
            </span>
            <span class="hint op-extra">
              <SafeText text={row.rule === "" ? log("no_rule") : row.rule} max={80} />
            </span>
            <span class="hint op-time">
              <Ago at={row.received_at} />
            </span>
          </button>
        )}
      </RowList>
      {opened !== undefined && (
        <NotificationDrawer event={opened} onClose={() => setOpened(undefined)} />
      )}
    </div>
  );
}
