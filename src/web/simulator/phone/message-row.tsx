import { useRef, useState } from "preact/hooks";
import { simulator } from "../../i18n/simulator.ts";
import type { Message } from "../../shared/api-types.ts";
import { BubbleView } from "../../shared/bubble/bubble-view.tsx";
import { readBubble } from "../../shared/bubble/read-bubble.ts";
import { formatTime } from "../../shared/format.ts";
import { Icon } from "../../shared/ui/icon.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Tick } from "../../shared/ui/tick.tsx";
import { complain } from "../../shared/ui/toast.tsx";
import { say, type Seat } from "../state/desk.ts";
import { chooseMessage, chosenMessage } from "../state/place.ts";
import { showInside } from "../state/view.ts";
import { templateOf } from "../state/templates.ts";
import type { Line, Said } from "../state/wire.ts";
import { MessageSheet } from "./message-sheet.tsx";
import { withTemplate } from "./template-look.ts";

interface MessageRowProps {
  readonly message: Message;
  readonly line: Line;
  readonly seat: Seat;
}

/** One message on the phone: the person's own at the one side, the bot's with its ticks at the other. */
export function MessageRow({ message, line, seat }: MessageRowProps) {
  const [isOpen, setOpen] = useState(false);
  const isTapping = useRef(false);
  const isOwn = message.direction === "in";
  const tap = async (content: Said) => {
    if (isTapping.current) return;
    isTapping.current = true;
    try {
      await say(seat, { content });
    } catch (thrown) {
      complain(thrown);
    } finally {
      isTapping.current = false;
    }
  };
  const template = templateOf(message);
  const read = readBubble(message, line.type);
  const bubble = template === undefined ? read : withTemplate(read, template.components);
  const isChosen = chosenMessage.value === message.id;
  return (
    <div
      class={`talk-row ${isOwn ? "talk-own" : "talk-their"} ${isChosen ? "talk-chosen" : ""}`}
      data-status={message.status}
    >
      <span class="visually-hidden">{simulator(isOwn ? "said_person" : "said_bot")}</span>
      <div class="talk-line">
        <BubbleView
          bubble={bubble}
          direction={isOwn ? "out" : "in"}
          eager
          foot={
            <>
              <time dateTime={message.created_at}>{formatTime(message.created_at)}</time>
              {!isOwn && <Tick status={message.status} />}
            </>
          }
          {...(!isOwn && {
            onTap: (tapped) => void tap({ type: "choice", ...tapped }),
          })}
        />
        <div class="talk-tools">
          <button
            type="button"
            class="talk-button"
            aria-label={simulator("look_inside")}
            title={simulator("look_inside")}
            aria-pressed={isChosen}
            onClick={() => {
              chooseMessage(message.id);
              showInside("message");
            }}
          >
            <Icon name="code" size={16} />
          </button>
          <button
            type="button"
            class="talk-button"
            aria-label={simulator("message_menu")}
            title={simulator("message_menu")}
            aria-haspopup="dialog"
            onClick={() => setOpen(true)}
          >
            <Icon name="dots" size={16} />
          </button>
        </div>
      </div>
      {message.error !== null && message.status === "failed" && (
        <p class="talk-failure">
          <Icon name="warning" size={14} />{" "}
          <SafeText text={simulator("failed_because", { reason: reasonOf(message.error) })} />
        </p>
      )}
      {isOpen && (
        <MessageSheet message={message} line={line} seat={seat} onClose={() => setOpen(false)} />
      )}
    </div>
  );
}

/** The provider's words for it, with its code. */
function reasonOf({ code, title, details, reason }: NonNullable<Message["error"]>): string {
  const words = title ?? details ?? reason ?? "";
  return code === null ? words : `${words} (${code})`;
}
