import { log } from "../../i18n/event-log.ts";
import { Tag } from "../../shared/ui/tag.tsx";
import type { EventRow } from "./types.ts";

/** What became of a webhook. */
export function EventTag({ event }: { readonly event: Pick<EventRow, "state" | "discarded_at"> }) {
  if (event.discarded_at !== null) return <Tag icon="trash">{log("event_discarded")}</Tag>;
  if (event.state === "quarantined")
    return (
      <Tag tone="bad" icon="warning">
        {log("event_quarantined")}
      </Tag>
    );
  return (
    <Tag tone="good" icon="check">
      {log("event_stored")}
    </Tag>
  );
}
