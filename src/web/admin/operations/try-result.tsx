import { operations } from "../../i18n/operations.ts";
import { textBubble } from "../../shared/bubble/bubble.ts";
import { BubbleView } from "../../shared/bubble/bubble-view.tsx";
import { readPayload } from "../../shared/bubble/read-bubble.ts";
import { formatMs, formatShare } from "../../shared/format.ts";
import { Json } from "../../shared/ui/json.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Tag, type Tone } from "../../shared/ui/tag.tsx";
import type { TrialAnswer } from "./types.ts";

const TONES = { answered: "good", no_answer: "warning", failed: "bad" } as const satisfies Record<
  TrialAnswer["outcome"],
  Tone
>;

interface TryResultProps {
  readonly answer: TrialAnswer;
  /** The types of the channels by their names. */
  readonly types: ReadonlyMap<string, string>;
}

/** What a backend said when it was tried, and what a channel would make of it. */
export function TryResult({ answer, types }: TryResultProps) {
  const { outcome, replies, ms, confidence, intent, error, rendered } = answer;
  return (
    <>
      <p class="row">
        <Tag tone={TONES[outcome]}>{operations(`outcome_${outcome}`)}</Tag>
        <span class="hint">{operations("took", { ms: formatMs(ms) })}</span>
        {confidence !== null && (
          <span class="hint">{operations("confidence", { share: formatShare(confidence) })}</span>
        )}
        {intent !== null && (
          <span class="hint">
            <SafeText text={operations("intent", { name: intent })} max={200} />
          </span>
        )}
      </p>
      {error !== null && (
        <p class="banner banner-bad">
          <span>
            <code>{error.code}</code> <SafeText text={error.detail} />
          </span>
        </p>
      )}
      {outcome === "answered" && replies.length === 0 && <p>{operations("silence")}</p>}
      {replies.length > 0 && (
        <section class="op-stack">
          <h3>{operations("replies")}</h3>
          <Bubbles payloads={replies} type="rest" />
          <Json value={replies} label={operations("replies")} />
        </section>
      )}
      {rendered.map(({ channel, payloads, notes }) => (
        <section key={channel} class="op-stack">
          <h3>{operations("shown_on", { channel })}</h3>
          <Bubbles payloads={payloads} type={types.get(channel) ?? ""} />
          <h4>{operations("notes")}</h4>
          <Notes notes={notes} />
          <h4>{operations("payloads")}</h4>
          <Json value={payloads} label={operations("payloads")} />
        </section>
      ))}
    </>
  );
}

interface BubblesProps {
  readonly payloads: readonly unknown[];
  readonly type: string;
}

function Bubbles({ payloads, type }: BubblesProps) {
  return (
    <div class="op-phone">
      {payloads.map((payload, index) => (
        <BubbleView
          key={index}
          direction="out"
          bubble={readPayload(payload, type, "") ?? textBubble("")}
        />
      ))}
    </div>
  );
}

function Notes({ notes }: { readonly notes: TrialAnswer["rendered"][number]["notes"] }) {
  if (notes.length === 0) return <p class="hint">{operations("no_notes")}</p>;
  return (
    <ul class="op-notes">
      {notes.map(({ code, detail }, index) => (
        <li key={index}>
          <code>{code}</code> <SafeText text={detail} max={400} />
        </li>
      ))}
    </ul>
  );
}
