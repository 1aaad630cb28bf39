import { useState } from "preact/hooks";
import { simulator } from "../../i18n/simulator.ts";
import { common } from "../../i18n/common.ts";
import { Icon } from "../../shared/ui/icon.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { useOneAtATime } from "../../shared/one-at-a-time.ts";
import { complain } from "../../shared/ui/toast.tsx";
import { conditions } from "../state/conditions.ts";
import { gathered, MOST_GATHERED, say, type Seat } from "../state/desk.ts";
import type { Line } from "../state/wire.ts";
import { AttachSheet } from "./attach-sheet.tsx";
import { draft, quote } from "./draft.ts";
import { Gathered } from "./gathered.tsx";
import { ConditionsSign } from "./conditions-sign.tsx";
import { canRecord, VoiceBar } from "./voice-bar.tsx";

interface ComposerProps {
  readonly line: Line;
  readonly seat: Seat;
}

/** Characters of a text. Source: our API. */
const LONGEST_TEXT = 20_000;

/** Where one writes, attaches and speaks. */
export function Composer({ line, seat }: ComposerProps) {
  const { isBusy, run } = useOneAtATime();
  const [isAttaching, setAttaching] = useState(false);
  const [isSpeaking, setSpeaking] = useState(false);
  const { features } = line;
  const text = draft.value;
  const isFull = conditions.value.gathers && gathered.value.length >= MOST_GATHERED;
  const send = async () => {
    if (text.trim() === "" || isFull) return;
    const quoted = quote.peek()?.externalId;
    try {
      await say(seat, { content: { type: "text", text }, quoted });
      if (draft.peek() === text) draft.value = "";
      quote.value = undefined;
    } catch (thrown) {
      complain(thrown);
    }
  };
  const speaks = features.voice && canRecord() && text === "";
  return (
    <footer class="composer">
      <ConditionsSign />
      <Gathered seat={seat} />
      <Quoted />
      {isSpeaking ? (
        <VoiceBar seat={seat} onDone={() => setSpeaking(false)} />
      ) : (
        <form
          class="composer-bar"
          onSubmit={(event) => {
            event.preventDefault();
            void run(send);
          }}
        >
          {(features.media || features.location) && (
            <button
              type="button"
              class="icon-button"
              aria-label={simulator("attach")}
              title={simulator("attach")}
              aria-haspopup="dialog"
              onClick={() => setAttaching(true)}
            >
              <Icon name="attach" />
            </button>
          )}
          <textarea
            rows={Math.min(5, text.split("\n").length)}
            aria-label={simulator("write")}
            placeholder={simulator("write")}
            maxLength={LONGEST_TEXT}
            value={text}
            onInput={({ currentTarget }) => (draft.value = currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
              event.preventDefault();
              void run(send);
            }}
          />
          {speaks ? (
            <button
              type="button"
              class="composer-send"
              aria-label={simulator("speak")}
              title={simulator("speak")}
              onClick={() => setSpeaking(true)}
            >
              <Icon name="mic" />
            </button>
          ) : (
            <button
              type="submit"
              class="composer-send"
              aria-label={simulator("send")}
              title={simulator("send")}
              aria-busy={isBusy}
              disabled={isBusy || isFull || text.trim() === ""}
            >
              {isBusy ? <span class="spinner" aria-hidden="true" /> : <Icon name="send" />}
            </button>
          )}
        </form>
      )}
      {isAttaching && <AttachSheet line={line} seat={seat} onClose={() => setAttaching(false)} />}
    </footer>
  );
}

/** The message that is being answered. */
function Quoted() {
  const quoted = quote.value;
  if (quoted === undefined) return null;
  return (
    <div class="composer-quote">
      <Icon name="reply" size={16} />
      <span>
        <SafeText text={quoted.text === "" ? quoted.externalId : quoted.text} max={120} />
      </span>
      <button
        type="button"
        class="icon-button"
        aria-label={common("cancel")}
        onClick={() => (quote.value = undefined)}
      >
        <Icon name="close" size={14} />
      </button>
    </div>
  );
}
