import { useState } from "preact/hooks";
import { EVENT_TYPES } from "../../../event-types.ts";
import { log } from "../../i18n/event-log.ts";
import { operations } from "../../i18n/operations.ts";
import { query } from "../../shared/router.ts";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Ago } from "../../shared/ui/time.tsx";
import { Choice, Filters, Word } from "./filters.tsx";
import { OutgoingDrawer } from "./outgoing-drawer.tsx";
import { OutgoingTag } from "./outgoing-tag.tsx";
import { RowList } from "./row-list.tsx";
import type { OutgoingEvent } from "./types.ts";
import { useList } from "./use-list.ts";

const STATES = ["pending", "delivered", "dead"] as const;

const NAMES = ["state", "type", "endpoint"];

const words = (values: readonly string[]) => values.map((value) => ({ value, label: value }));

/** What the operator's own systems were told. */
export function OutgoingTab() {
  const values = query.value;
  const [opened, setOpened] = useState<OutgoingEvent>();
  const list = useList<OutgoingEvent>("/outgoing-events", {
    state: STATES.find((known) => known === values.get("state")),
    type: EVENT_TYPES.find((known) => known === values.get("type")),
    endpoint: values.get("endpoint") ?? undefined,
  });
  return (
    <div class="stack">
      <Filters names={NAMES}>
        <Choice
          name="state"
          label={operations("state")}
          options={STATES.map((value) => ({ value, label: log(`outgoing_${value}`) }))}
        />
        <Choice name="type" label={log("type")} options={words(EVENT_TYPES)} />
        <Word name="endpoint" label={log("endpoint")} />
      </Filters>
      <RowList
        list={list}
        label={log("outgoing_list")}
        estimate={58}
        isNarrowed={NAMES.some((name) => values.has(name))}
        empty={{
          title: log("outgoing_empty"),
          detail: log("outgoing_empty_detail"),
          icon: "send",
        }}
      >
        {(row) => (
          <button type="button" class="op-row" onClick={() => setOpened(row)}>
            <OutgoingTag state={row.state} />
            <span class="op-main">
              <strong>{row.type}</strong>
              <span class="op-detail">
                <SafeText text={row.last_error ?? row.endpoint} max={160} />
              </span>
            </span>
            <span class="hint op-extra">
              {row.endpoint} · {log.count("attempts_made", row.attempts)}
            </span>
            <span class="hint op-time">
              <Ago at={row.created_at} />
            </span>
          </button>
        )}
      </RowList>
      {opened !== undefined && (
        <OutgoingDrawer
          event={opened}
          onClose={() => setOpened(undefined)}
          onChange={(changed) => {
            setOpened(changed);
            list.refresh();
          }}
        />
      )}
    </div>
  );
}
