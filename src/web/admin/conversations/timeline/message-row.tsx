import { useMemo } from "preact/hooks";
import { conversations } from "../../../i18n/conversations.ts";
import { call } from "../../../shared/api.ts";
import type { Message } from "../../../shared/api-types.ts";
import { BubbleView } from "../../../shared/bubble/bubble-view.tsx";
import { readBubble } from "../../../shared/bubble/read-bubble.ts";
import { formatDateTime, formatTime } from "../../../shared/format.ts";
import { setQuery } from "../../../shared/router.ts";
import { may } from "../../../shared/session.ts";
import { Action } from "../../../shared/ui/action.tsx";
import { Icon } from "../../../shared/ui/icon.tsx";
import { say } from "../../../shared/ui/toast.tsx";
import { Tick } from "../../../shared/ui/tick.tsx";
import { FailureNote } from "./failure-note.tsx";
import { SendAgain } from "./send-again.tsx";

interface MessageRowProps {
  readonly message: Message;
  readonly channelType: string;
  /** Whether the address asks for it. */
  readonly isSought: boolean;
  /** It was sent again, or taken back. */
  readonly onChange: () => void;
}

const ORIGINS = ["push", "fallback", "api", "campaign"] as const;

/** One message of the timeline, with what became of it. */
export function MessageRow({ message, channelType, isSought, onChange }: MessageRowProps) {
  const { direction, status, created_at: at, origin } = message;
  const bubble = useMemo(() => readBubble(message, channelType), [message, channelType]);
  const known = ORIGINS.find((one) => one === origin);
  const isFailed = status === "failed" && direction === "out";
  return (
    <article class={`message message-${direction} ${isSought ? "message-sought" : ""}`}>
      <span class="visually-hidden">
        {conversations(direction === "in" ? "said_person" : "said_us")}
      </span>
      <div class="message-body">
        <BubbleView
          bubble={bubble}
          direction={direction}
          foot={
            <>
              {known !== undefined && <span>{conversations(`origin_${known}`)} ·</span>}
              <time dateTime={at} title={formatDateTime(at)}>
                {formatTime(at)}
              </time>
              {direction === "out" && <Tick status={status} />}
            </>
          }
        />
        {may("messages:read") && (
          <button
            type="button"
            class="icon-button message-why"
            aria-haspopup="dialog"
            aria-label={conversations("why")}
            title={conversations("why")}
            onClick={() => setQuery({ why: message.id })}
          >
            <Icon name="question" size={18} />
          </button>
        )}
      </div>
      {message.held_for !== null && status === "queued" && (
        <Held message={message} onChange={onChange} />
      )}
      {isFailed && (
        <FailureNote error={message.error}>
          <SendAgain id={message.id} direction="out" onDone={onChange} />
        </FailureNote>
      )}
    </article>
  );
}

interface HeldProps {
  readonly message: Message;
  readonly onChange: () => void;
}

/** A message that waits for its time or for the person, and the way to take it back. */
function Held({ message: { id, held_for: reason, held_until: until }, onChange }: HeldProps) {
  const takeBack = async () => {
    await call("POST", `/messages/${id}/cancel`, { body: {} });
    say(conversations("taken_back"));
    onChange();
  };
  return (
    <p class="message-note">
      <Icon name="clock" size={16} />
      <span>
        {reason === "window"
          ? conversations("held_window")
          : conversations("held_until", { time: until === null ? "" : formatDateTime(until) })}
      </span>
      {may("messages:write") && (
        <Action small run={takeBack}>
          {conversations("take_back")}
        </Action>
      )}
    </p>
  );
}
