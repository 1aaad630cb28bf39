import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { conversations } from "../../../i18n/conversations.ts";
import type { ConversationDetail } from "../../../shared/api-types.ts";
import { formatDay } from "../../../shared/format.ts";
import { query, setQuery } from "../../../shared/router.ts";
import { Icon } from "../../../shared/ui/icon.tsx";
import { Empty, Failure, Loading, Stale } from "../../../shared/ui/states.tsx";
import { type ListControl, VirtualList } from "../../../shared/ui/virtual-list.tsx";
import { markSeen } from "../seen.ts";
import { nameOf } from "../who.ts";
import { type Item, withDays } from "./merge.ts";
import { MessageRow } from "./message-row.tsx";
import type { Timeline } from "./use-timeline.ts";

interface TimelineViewProps {
  readonly conversation: ConversationDetail;
  readonly timeline: Timeline;
  readonly channelType: string;
}

/** Height of a message before it was measured, pixels. */
const ROW_HEIGHT = 84;

/** What was said, oldest first: it stays at the end while news come, and where it is while somebody reads above. */
export function TimelineView({ conversation, timeline, channelType }: TimelineViewProps) {
  const { rows, problem, isFresh, hasOlder, hasNewer, older, newer, retry, refresh } = timeline;
  const items = useMemo(() => withDays(rows), [rows]);
  const control = useRef<ListControl | undefined>(undefined);
  const [isAtEnd, setAtEnd] = useState(true);
  const [lastSeen, setLastSeen] = useState<string>();
  const last = rows.at(-1);
  const sought = query.value.get("message") ?? undefined;
  const day = query.value.get("day");

  useEffect(() => {
    if (!isAtEnd || hasNewer || last === undefined) return;
    setLastSeen(last.id);
    if (!document.hidden) markSeen(conversation.id, last.created_at);
  }, [isAtEnd, hasNewer, last, conversation.id]);

  // Goes to the message or the day that the address asks for, once it is there.
  const reached = useRef<string | undefined>(undefined);
  useEffect(() => {
    const key = sought ?? (day === null ? undefined : `day:${day}`);
    if (key === undefined || isFresh || reached.current === key) return;
    const place = items.some((item) => item.key === key) ? key : items[0]?.key;
    if (place !== undefined) control.current?.toRow(place);
    reached.current = key;
  }, [items, isFresh, sought, day]);

  const count = countAfter(rows, lastSeen);
  const toEnd = useCallback(() => {
    if (hasNewer) setQuery({ message: undefined, day: undefined });
    else control.current?.toEnd();
  }, [hasNewer]);

  if (isFresh)
    return (
      <div class="timeline">
        {problem === undefined ? <Loading /> : <Failure problem={problem} onRetry={retry} />}
      </div>
    );
  if (rows.length === 0)
    return (
      <div class="timeline">
        <Empty
          icon="conversations"
          title={conversations("timeline_empty")}
          detail={conversations("timeline_empty_detail")}
        />
      </div>
    );
  return (
    <div class="timeline">
      {problem !== undefined && <Stale problem={problem} onRetry={refresh} />}
      <VirtualList<Item>
        rows={items}
        keyOf={(item) => item.key}
        estimate={ROW_HEIGHT}
        anchor="end"
        role="log"
        label={conversations("timeline_label", { name: nameOf(conversation) })}
        control={control}
        onPlace={setAtEnd}
        {...(hasOlder && problem === undefined && { onStart: older })}
        {...(hasNewer && problem === undefined && { onEnd: newer })}
      >
        {(item) =>
          item.kind === "day" ? (
            <h3 class="timeline-day">
              <span>{formatDay(item.at)}</span>
            </h3>
          ) : (
            <MessageRow
              message={item.message}
              channelType={channelType}
              isSought={item.key === sought}
              onChange={refresh}
            />
          )
        }
      </VirtualList>
      {(!isAtEnd || hasNewer) && (
        <button type="button" class="button button-small timeline-end" onClick={toEnd}>
          <Icon name="down" size={16} />
          {count > 0 ? conversations.count("new_messages", count) : conversations("to_end")}
        </button>
      )}
      <span class="visually-hidden" role="status">
        {!isAtEnd && count > 0 ? conversations.count("new_messages", count) : ""}
      </span>
    </div>
  );
}

/** How many messages came after the last one that was seen. */
function countAfter(rows: readonly { readonly id: string }[], lastSeen: string | undefined) {
  if (lastSeen === undefined) return 0;
  const index = rows.findLastIndex(({ id }) => id === lastSeen);
  return index === -1 ? 0 : rows.length - 1 - index;
}
