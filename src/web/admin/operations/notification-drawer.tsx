import { log } from "../../i18n/event-log.ts";
import { operations } from "../../i18n/operations.ts";
import { get } from "../../shared/api.ts";
import type { Message } from "../../shared/api-types.ts";
import { formatDateTime } from "../../shared/format.ts";
import { useResource } from "../../shared/resource.ts";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { ConversationLink } from "./conversation-link.tsx";
import { Facts } from "./facts.tsx";
import type { NotificationEvent } from "./types.ts";

interface NotificationDrawerProps {
  readonly event: NotificationEvent;
  readonly onClose: () => void;
}

/** One event from RabbitMQ, and the message it became. */
export function NotificationDrawer({ event, onClose }: NotificationDrawerProps) {
  return (
    <Dialog title={log("tab_notifications")} shape="side" onClose={onClose}>
      <Facts
        facts={[
          [log("outcome"), log(`outcome_${event.outcome}`)],
          [log("detail"), event.detail && <SafeText text={event.detail} />],
          [log("type"), <SafeText text={event.type} />],
          [log("rule"), event.rule === "" ? log("no_rule") : <SafeText text={event.rule} />],
          [operations("channel"), event.channel],
          [log("source"), <SafeText text={event.source} />],
          [log("event_id"), <SafeText text={event.event_id} />],
          [log("received_at"), formatDateTime(event.received_at)],
          [
            operations("conversation"),
            event.message_id === null ? null : <OfMessage id={event.message_id} />,
          ],
        ]}
      />
    </Dialog>
  );
}

/** Leads from a message to its conversation; a message that was erased has none. */
function OfMessage({ id }: { readonly id: string }) {
  const { data, problem } = useResource<Message>(`message ${id}`, (signal) =>
    get(`/messages/${encodeURIComponent(id)}`, {}, signal),
  );
  if (problem !== undefined) return <span>{log("no_conversation")}</span>;
  if (data === undefined) return <span>{log("looking_for_conversation")}</span>;
  return <ConversationLink id={data.conversation_id} />;
}
