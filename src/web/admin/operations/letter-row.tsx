import { log } from "../../i18n/event-log.ts";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Tag, type Tone } from "../../shared/ui/tag.tsx";
import { Ago } from "../../shared/ui/time.tsx";
import type { DeadLetter } from "./types.ts";

const TONES = { inbound: "warning", outbound: "bad", webhook: "info" } as const satisfies Record<
  DeadLetter["kind"],
  Tone
>;

interface LetterRowProps {
  readonly letter: DeadLetter;
  readonly isChosen: boolean;
  /** Undefined for whoever may change nothing. */
  readonly onChoose: (() => void) | undefined;
  readonly onOpen: () => void;
}

/** Why something was given up, in people's words where it is no code of an error. */
function nameOf(reason: string): string {
  if (reason === "reported") return log("reason_reported");
  return reason === "quarantined" ? log("reason_quarantined") : reason;
}

/** One dead letter in a list. */
export function LetterRow({ letter, isChosen, onChoose, onOpen }: LetterRowProps) {
  const { kind, channel, reason, code, detail, hint, attempts, died_at: diedAt } = letter;
  return (
    <div class="op-letter">
      {onChoose !== undefined && (
        <label class="op-letter-choice">
          <input type="checkbox" checked={isChosen} onChange={onChoose} />
          <span class="visually-hidden">
            {log("select")} {reason} {channel} <Ago at={diedAt} />
          </span>
        </label>
      )}
      <button type="button" class="op-row" onClick={onOpen}>
        <Tag tone={TONES[kind]}>{log(`kind_${kind}`)}</Tag>
        <span class="op-main">
          <span>
            <strong>{nameOf(reason)}</strong>
            {code !== null && <span class="hint"> · {log("code_of", { code })}</span>}
          </span>
          <span class="op-detail">
            <SafeText text={hint ?? detail ?? ""} max={200} />
          </span>
        </span>
        <span class="hint op-extra">
          {channel} · {log.count("attempts_made", attempts)}
        </span>
        <span class="hint op-time">
          <Ago at={diedAt} />
        </span>
      </button>
    </div>
  );
}
