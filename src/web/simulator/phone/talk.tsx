import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { simulator } from "../../i18n/simulator.ts";
import { formatDay } from "../../shared/format.ts";
import { Action } from "../../shared/ui/action.tsx";
import { Icon } from "../../shared/ui/icon.tsx";
import { Loading, Stale } from "../../shared/ui/states.tsx";
import type { Seat } from "../state/desk.ts";
import { notices } from "../state/notices.ts";
import { readOlder, refresh, transcript } from "../state/transcript.ts";
import type { Line } from "../state/wire.ts";
import { FirstSteps } from "./first-steps.tsx";
import { MessageRow } from "./message-row.tsx";
import { NoticeLine } from "./notice-line.tsx";
import { arrange, type TalkItem } from "./talk-items.ts";

interface TalkProps {
  readonly line: Line;
  readonly seat: Seat;
}

/** Pixels from the end within which somebody counts as reading the end. */
const NEAR = 80;

/** What was said. It stays at the end while somebody is there, and where it is while somebody reads above. */
export function Talk({ line, seat }: TalkProps) {
  const { messages, conversation, cursor, problem } = transcript.value;
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const [isAway, setAway] = useState(false);
  const told = notices.value.filter(
    ({ channel, phone }) => channel === seat.channel && phone === seat.person.phone,
  );
  const items = arrange(messages, told, formatDay);
  const isTyping = (conversation?.pending.inbound ?? 0) > 0;

  const toEnd = () => {
    const element = box.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
  };
  useLayoutEffect(() => {
    if (isAtEnd.current) toEnd();
  });
  const older = async () => {
    const element = box.current;
    const fromEnd = (element?.scrollHeight ?? 0) - (element?.scrollTop ?? 0);
    await readOlder();
    requestAnimationFrame(() => {
      if (element !== null) element.scrollTop = element.scrollHeight - fromEnd;
    });
  };

  return (
    <div class="talk-place">
      <div
        class="talk"
        ref={box}
        role="log"
        aria-label={simulator("talk")}
        tabIndex={0}
        onLoadCapture={() => {
          // A picture that has come makes its message higher.
          if (isAtEnd.current) toEnd();
        }}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR;
          setAway(!isAtEnd.current);
        }}
      >
        {problem !== undefined && <Stale problem={problem} onRetry={() => void refresh()} />}
        {typeof cursor === "string" && (
          <div class="talk-older">
            <Action small run={older}>
              {simulator("older")}
            </Action>
          </div>
        )}
        {items.length === 0 &&
          (cursor === undefined ? (
            problem === undefined && <Loading />
          ) : (
            <FirstSteps line={line} seat={seat} />
          ))}
        {items.map((item) => (
          <Item key={item.key} item={item} line={line} seat={seat} />
        ))}
        {isTyping && (
          <div class="talk-dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </div>
        )}
      </div>
      {isAway && (
        <button
          type="button"
          class="icon-button talk-end"
          aria-label={simulator("to_end")}
          onClick={toEnd}
        >
          <Icon name="down" size={18} />
        </button>
      )}
    </div>
  );
}

function Item({ item, line, seat }: TalkProps & { readonly item: TalkItem }) {
  switch (item.kind) {
    case "day":
      return <p class="talk-pill">{formatDay(item.at)}</p>;
    case "notice":
      return <NoticeLine event={item.notice.event} />;
    case "message":
      return <MessageRow message={item.message} line={line} seat={seat} />;
  }
}
