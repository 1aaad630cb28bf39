import { conversations } from "../../i18n/conversations.ts";
import type { Conversation } from "../../shared/api-types.ts";
import { formatSpan } from "../../shared/format.ts";
import { Icon } from "../../shared/ui/icon.tsx";
import { now } from "../../shared/ui/now.ts";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Tag } from "../../shared/ui/tag.tsx";
import { Tick } from "../../shared/ui/tick.tsx";
import { Ago } from "../../shared/ui/time.tsx";
import { hrefOf } from "./filters.ts";
import { isUnread, seen } from "./seen.ts";
import { besideName, nameOf, stateOf, windowLeft } from "./who.ts";

interface ConversationRowProps {
  readonly row: Conversation;
  /** The channel's provider, where it is known. */
  readonly type: string | undefined;
  readonly isChosen: boolean;
}

/** One conversation of the list. */
export function ConversationRow({ row, type, isChosen }: ConversationRowProps) {
  const beside = besideName(row);
  const unread = !isChosen && isUnread(row, seen.value);
  return (
    <a
      class={`talk ${unread ? "talk-unread" : ""}`}
      href={hrefOf(row.id)}
      aria-current={isChosen ? "true" : undefined}
    >
      <span class="talk-head">
        <strong class="talk-name">
          <SafeText text={nameOf(row)} max={120} />
        </strong>
        {beside !== undefined && (
          <span class="talk-number">
            <SafeText text={beside} max={60} />
          </span>
        )}
        <span class="talk-time">
          <Ago at={row.last_message?.created_at ?? row.updated_at} />
        </span>
      </span>
      <span class="talk-line">
        <LastMessage last={row.last_message} />
        {unread && <span class="talk-dot" role="img" aria-label={conversations("unread")} />}
      </span>
      <span class="talk-tags">
        <span class="talk-channel">
          <Icon name={type === "sms" ? "phone" : "channels"} size={14} />
          <SafeText text={row.channel} max={60} />
        </span>
        <StateTag row={row} />
        <WindowTag row={row} />
        {row.last_backend !== null && (
          <Tag icon="robot">
            <SafeText text={row.last_backend} max={40} />
          </Tag>
        )}
      </span>
    </a>
  );
}

function LastMessage({ last }: { readonly last: Conversation["last_message"] }) {
  if (last === null) return <span class="talk-text hint">{conversations("no_message")}</span>;
  const text = last.text.replace(/\s+/g, " ").trim();
  return (
    <span class="talk-text">
      {last.direction === "out" && <Tick status={last.status} />}
      {text === "" ? <em>{last.content_type}</em> : <SafeText text={text} max={200} />}
    </span>
  );
}

/** Who answers, where it is not the bot as usual. */
export function StateTag({ row }: { readonly row: Conversation }) {
  const state = stateOf(row);
  if (state === "bot") return null;
  return (
    <Tag tone={state === "human" ? "info" : "warning"} icon={state === "human" ? "person" : "stop"}>
      {conversations(`state_${state}`)}
    </Tag>
  );
}

/** How long free text may still be sent. */
export function WindowTag({ row }: { readonly row: Conversation }) {
  const left = windowLeft(row, now.value);
  if (left === null) return null;
  if (left === 0) return <Tag icon="clock">{conversations("window_closed")}</Tag>;
  return (
    <Tag tone={left < SOON_MS ? "warning" : "good"} icon="clock">
      <span class="visually-hidden">{conversations("window_open")} </span>
      {formatSpan(left / 1_000)}
    </Tag>
  );
}

/** From when a window's end is near: two hours. */
const SOON_MS = 7_200_000;
