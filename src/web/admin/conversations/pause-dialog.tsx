import { useState } from "preact/hooks";
import { common } from "../../i18n/common.ts";
import { conversations } from "../../i18n/conversations.ts";
import { post } from "../../shared/api.ts";
import type { ConversationDetail } from "../../shared/api-types.ts";
import { Action } from "../../shared/ui/action.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { say } from "../../shared/ui/toast.tsx";

/** How long a person may take over for, minutes. */
const SPANS = [
  ["span_30m", 30],
  ["span_1h", 60],
  ["span_4h", 240],
  ["span_24h", 1_440],
  ["span_7d", 10_080],
] as const;

interface PauseDialogProps {
  readonly id: string;
  readonly onClose: () => void;
  readonly onPaused: (changed: ConversationDetail) => void;
}

/** Asks for how long the bot is to be quiet. */
export function PauseDialog({ id, onClose, onPaused }: PauseDialogProps) {
  const [minutes, setMinutes] = useState(60);
  const pause = async () => {
    onPaused(await post<ConversationDetail>(`/conversations/${id}/pause`, { minutes }));
    say(conversations("paused_now"));
    onClose();
  };
  return (
    <Dialog
      title={conversations("pause_title")}
      onClose={onClose}
      actions={
        <>
          <button type="button" class="button" onClick={onClose}>
            {common("cancel")}
          </button>
          <Action tone="primary" icon="pause" run={pause}>
            {conversations("pause")}
          </Action>
        </>
      }
    >
      <p>{conversations("pause_intro")}</p>
      <fieldset class="choices">
        <legend>{conversations("pause_span")}</legend>
        {SPANS.map(([key, span]) => (
          <label key={key}>
            <input
              type="radio"
              name="span"
              checked={minutes === span}
              onChange={() => setMinutes(span)}
            />
            {conversations(key)}
          </label>
        ))}
      </fieldset>
    </Dialog>
  );
}
