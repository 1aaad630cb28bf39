import { useState } from "preact/hooks";
import { conversations } from "../../../i18n/conversations.ts";
import type { ConversationDetail } from "../../../shared/api-types.ts";
import { Icon } from "../../../shared/ui/icon.tsx";
import { keepDraft, readDraft } from "./draft.ts";
import { SendProblem } from "./send-problem.tsx";
import { useSend } from "./use-send.ts";

interface TextComposerProps {
  readonly conversation: ConversationDetail;
  readonly onSent: () => void;
}

/** Characters of a text that the API takes. */
const MAX_TEXT = 65_536;

/** Lines the box grows to. */
const MAX_LINES = 8;

/** A box for free text: Enter sends, Shift and Enter begin a line. */
export function TextComposer({ conversation, onSent }: TextComposerProps) {
  const [text, setText] = useState(() => readDraft(conversation.id));
  const { isBusy, problem, send, forget } = useSend(conversation.id);
  const change = (next: string) => {
    setText(next);
    keepDraft(conversation.id, next);
    if (problem !== undefined) forget();
  };
  const submit = async () => {
    if (text.trim() === "" || !(await send({ text }))) return;
    // What was typed while it was being sent stays.
    setText((now) => {
      const rest = now === text ? "" : now;
      keepDraft(conversation.id, rest);
      return rest;
    });
    onSent();
  };
  return (
    <form
      class="composer-form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <SendProblem problem={problem} />
      <div class="composer-line">
        <textarea
          aria-label={conversations("write")}
          placeholder={conversations("write")}
          rows={Math.min(MAX_LINES, text.split("\n").length)}
          maxLength={MAX_TEXT}
          dir="auto"
          value={text}
          onInput={({ currentTarget }) => change(currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            void submit();
          }}
        />
        <button
          type="submit"
          class="button button-primary composer-send"
          aria-label={conversations("send")}
          title={conversations("send")}
          aria-busy={isBusy}
          disabled={isBusy || text.trim() === ""}
        >
          {isBusy ? <span class="spinner" aria-hidden="true" /> : <Icon name="send" />}
        </button>
      </div>
    </form>
  );
}
