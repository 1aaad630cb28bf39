import { log } from "../../i18n/event-log.ts";
import { operations } from "../../i18n/operations.ts";
import { post } from "../../shared/api.ts";
import { formatDateTime, formatNumber } from "../../shared/format.ts";
import { may } from "../../shared/session.ts";
import { Action } from "../../shared/ui/action.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { Json } from "../../shared/ui/json.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { say } from "../../shared/ui/toast.tsx";
import { conversationIn } from "./conversation-in.ts";
import { ConversationLink } from "./conversation-link.tsx";
import { Facts } from "./facts.tsx";
import { OutgoingTag } from "./outgoing-tag.tsx";
import type { OutgoingEvent } from "./types.ts";

interface OutgoingDrawerProps {
  readonly event: OutgoingEvent;
  readonly onClose: () => void;
  readonly onChange: (changed: OutgoingEvent) => void;
}

const time = (at: string | null) => (at === null ? null : formatDateTime(at));

/** What one of the operator's own systems was told, and the way to tell it again. */
export function OutgoingDrawer({ event, onClose, onChange }: OutgoingDrawerProps) {
  const replay = async () => {
    const path = `/outgoing-events/${encodeURIComponent(event.id)}/replay`;
    onChange(await post<OutgoingEvent>(path));
    say(log("replay_outgoing_done"));
  };
  return (
    <Dialog
      title={event.type}
      shape="side"
      onClose={onClose}
      actions={
        may("events:write") && (
          <Action icon="reload" tone="primary" run={replay}>
            {log("replay_outgoing")}
          </Action>
        )
      }
    >
      <Facts
        facts={[
          [operations("state"), <OutgoingTag state={event.state} />],
          [log("endpoint"), event.endpoint],
          [log("attempts"), formatNumber(event.attempts)],
          [log("last_error"), event.last_error && <SafeText text={event.last_error} />],
          [log("created_at"), formatDateTime(event.created_at)],
          [log("next_try"), event.state === "pending" ? formatDateTime(event.due) : null],
          [log("done_at"), time(event.done_at)],
          [log("dead_at"), time(event.dead_at)],
          [log("id"), <code>{event.id}</code>],
          [operations("conversation"), linkOf(event)],
        ]}
      />
      <section class="op-stack">
        <h3>{log("payload")}</h3>
        <Json value={event.payload} label={log("payload")} />
      </section>
    </Dialog>
  );
}

function linkOf({ payload }: OutgoingEvent) {
  const id = conversationIn(payload);
  return id === undefined ? null : <ConversationLink id={id} />;
}
