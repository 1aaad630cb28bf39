import { useState } from "preact/hooks";
import { log } from "../../i18n/event-log.ts";
import { operations } from "../../i18n/operations.ts";
import { get, post } from "../../shared/api.ts";
import { formatBytes, formatDateTime } from "../../shared/format.ts";
import { useResource } from "../../shared/resource.ts";
import { may } from "../../shared/session.ts";
import { Action } from "../../shared/ui/action.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { Json } from "../../shared/ui/json.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Loaded } from "../../shared/ui/states.tsx";
import { EventTag } from "./event-tag.tsx";
import { Facts } from "./facts.tsx";
import { RelatedConversations } from "./related-conversations.tsx";
import type { EventDetail, EventReplay } from "./types.ts";

interface EventDrawerProps {
  readonly id: string;
  readonly onClose: () => void;
  /** Called when the webhook may be another than before. */
  readonly onChange: () => void;
}

/** A webhook as it came, and the way to send it through again. */
export function EventDrawer({ id, onClose, onChange }: EventDrawerProps) {
  const event = useResource<EventDetail>(`event ${id}`, (signal) =>
    get(`/events/${encodeURIComponent(id)}`, {}, signal),
  );
  const [replayed, setReplayed] = useState<EventReplay>();
  const replay = async () => {
    setReplayed(await post<EventReplay>(`/events/${encodeURIComponent(id)}/replay`));
    event.reload();
    onChange();
  };
  const canReplay = may("events:write") && event.data?.discarded_at === null;
  return (
    <Dialog
      title={log("event")}
      shape="side"
      onClose={onClose}
      actions={
        canReplay && (
          <>
            <span class="hint op-grow">{log("replay_event_hint")}</span>
            <Action icon="reload" tone="primary" run={replay}>
              {log("replay_event")}
            </Action>
          </>
        )
      }
    >
      <div role="status">{replayed !== undefined && <Replayed result={replayed} />}</div>
      <Loaded from={event}>{(detail) => <Detail event={detail} />}</Loaded>
    </Dialog>
  );
}

function Replayed({
  result: { state, reason, event_count: count },
}: {
  readonly result: EventReplay;
}) {
  const isGood = state === "stored";
  return (
    <p class={`banner ${isGood ? "banner-info" : "banner-bad"}`}>
      <span>
        {isGood ? (
          log.count("replayed_stored", count)
        ) : (
          <SafeText text={log("replayed_quarantined", { reason: reason ?? "" })} />
        )}
      </span>
    </p>
  );
}

function Detail({ event }: { readonly event: EventDetail }) {
  return (
    <>
      {event.discarded_at !== null && <p class="hint">{log("no_longer")}</p>}
      <Facts
        facts={[
          [operations("state"), <EventTag event={event} />],
          [operations("channel"), event.channel],
          [log("received_at"), formatDateTime(event.received_at)],
          [log("reason"), event.reason && <SafeText text={event.reason} />],
          [
            log("size"),
            `${formatBytes(event.body_bytes)}, ${log.count("events_found", event.event_count)}`,
          ],
          [log("id"), <code>{event.id}</code>],
          [
            operations("conversation"),
            may("messages:read") ? (
              <RelatedConversations channel={event.channel} body={event.body} />
            ) : null,
          ],
        ]}
      />
      <section class="op-stack">
        <h3>{log("body")}</h3>
        {event.body_truncated && <p class="hint">{log("body_cut")}</p>}
        <Json value={event.body} label={log("body")} />
      </section>
      <section class="op-stack">
        <h3>{log("headers")}</h3>
        <Json value={event.headers} label={log("headers")} />
      </section>
    </>
  );
}
