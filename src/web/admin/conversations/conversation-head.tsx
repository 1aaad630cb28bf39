import { useEffect, useRef, useState } from "preact/hooks";
import { common } from "../../i18n/common.ts";
import { conversations } from "../../i18n/conversations.ts";
import { post } from "../../shared/api.ts";
import type { ConversationDetail } from "../../shared/api-types.ts";
import { formatDateTime } from "../../shared/format.ts";
import { setQuery } from "../../shared/router.ts";
import { may } from "../../shared/session.ts";
import { Action } from "../../shared/ui/action.tsx";
import { Icon } from "../../shared/ui/icon.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { say } from "../../shared/ui/toast.tsx";
import { StateTag, WindowTag } from "./conversation-row.tsx";
import { hrefOf } from "./filters.ts";
import { PauseDialog } from "./pause-dialog.tsx";
import { DayDialog } from "./timeline/day-dialog.tsx";
import { besideName, nameOf } from "./who.ts";

interface ConversationHeadProps {
  readonly conversation: ConversationDetail;
  readonly onChange: (changed: ConversationDetail) => void;
}

/** Where the conversation stands alone, without the list; as in the style sheet. */
const ALONE = "(width < 860px)";

/** Who the conversation is with, who answers, and the switch between the bot and a person. */
export function ConversationHead({ conversation, onChange }: ConversationHeadProps) {
  const [isPausing, setPausing] = useState(false);
  const [isSeeking, setSeeking] = useState(false);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // The list that had the focus is out of sight.
    if (matchMedia(ALONE).matches) title.current?.focus();
  }, []);
  const { id, channel, account, paused } = conversation;
  const beside = besideName(conversation);
  const resume = async () => {
    onChange(await post<ConversationDetail>(`/conversations/${id}/resume`));
    say(conversations("resumed"));
  };
  return (
    <header class="pane-head">
      <a class="icon-button pane-back" href={hrefOf(undefined)} aria-label={common("back")}>
        <Icon name="back" />
      </a>
      <div class="pane-who">
        <h2 ref={title} tabIndex={-1}>
          <SafeText text={nameOf(conversation)} max={120} />
        </h2>
        <p class="hint pane-where">
          {beside !== undefined && <SafeText text={beside} max={60} />}
          <span>
            <SafeText text={channel} max={60} /> · <SafeText text={account} max={60} />
          </span>
        </p>
        <div class="row pane-tags">
          <StateTag row={conversation} />
          <WindowTag row={conversation} />
          <PauseNote conversation={conversation} />
        </div>
      </div>
      <div class="pane-actions">
        {may("conversations:write") &&
          (paused ? (
            <Action small tone="primary" icon="play" run={resume}>
              {conversations("resume")}
            </Action>
          ) : (
            <button
              type="button"
              class="button button-small"
              aria-haspopup="dialog"
              onClick={() => setPausing(true)}
            >
              <Icon name="pause" size={16} /> {conversations("pause")}
            </button>
          ))}
        <button
          type="button"
          class="icon-button"
          aria-haspopup="dialog"
          aria-label={conversations("jump_to_day")}
          title={conversations("jump_to_day")}
          onClick={() => setSeeking(true)}
        >
          <Icon name="calendar" />
        </button>
        <button
          type="button"
          class="icon-button"
          aria-haspopup="dialog"
          aria-label={conversations("person_open")}
          title={conversations("person_open")}
          onClick={() => setQuery({ panel: "person" })}
        >
          <Icon name="person" />
        </button>
      </div>
      {isPausing && <PauseDialog id={id} onClose={() => setPausing(false)} onPaused={onChange} />}
      {isSeeking && <DayDialog onClose={() => setSeeking(false)} />}
    </header>
  );
}

const REASONS = ["operator", "takeover", "handoff", "person_asked"] as const;

function PauseNote({ conversation }: { readonly conversation: ConversationDetail }) {
  const { paused, paused_until: until, pause_reason: reason } = conversation;
  if (!paused || until === null) return null;
  const known = REASONS.find((one) => one === reason);
  return (
    <span class="hint">
      {conversations("paused_until", { time: formatDateTime(until) })}
      {known !== undefined && ` · ${conversations(`pause_${known}`)}`}
    </span>
  );
}
