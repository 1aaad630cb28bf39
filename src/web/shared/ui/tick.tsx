import { common } from "../../i18n/common.ts";
import { Icon, type IconName } from "./icon.tsx";

export type MessageStatus =
  "received" | "queued" | "sending" | "uncertain" | "sent" | "delivered" | "read" | "failed";

const ICONS: Readonly<Record<MessageStatus, IconName>> = {
  received: "check",
  queued: "clock",
  sending: "clock",
  uncertain: "question",
  sent: "check",
  delivered: "checks",
  read: "checks",
  failed: "warning",
};

/** How far a message came, as a picture and, for whoever listens or wants to be sure, as a word. */
export function Tick({
  status,
  word = false,
}: {
  readonly status: MessageStatus;
  readonly word?: boolean;
}) {
  const said = common(`status_${status}`);
  return (
    <span class={`tick tick-${status}`} title={said}>
      <Icon name={ICONS[status]} size={16} />
      <span class={word ? "" : "visually-hidden"}>{said}</span>
    </span>
  );
}
