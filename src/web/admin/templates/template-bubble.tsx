import { templates } from "../../i18n/templates.ts";
import { BubbleView } from "../../shared/bubble/bubble-view.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Loading } from "../../shared/ui/states.tsx";
import { PhoneFrame } from "./phone-frame.tsx";
import { previewBubble } from "./preview-bubble.ts";
import { type PreviewQuestion, usePreview } from "./use-preview.ts";

interface TemplateBubbleProps {
  readonly id: string;
  readonly name: string;
  readonly question: PreviewQuestion;
  /** Whether what would keep it from being sent is said below; not while somebody only looks. */
  readonly isChecked?: boolean;
}

/** A template filled with values, on a phone, with what the server has to say on it. */
export function TemplateBubble({ id, name, question, isChecked = true }: TemplateBubbleProps) {
  const { preview, problem } = usePreview(id, question);
  return (
    <div class="stack-small">
      <PhoneFrame label={templates("preview")}>
        {preview === undefined ? (
          problem === undefined ? (
            <Loading />
          ) : (
            <p class="hint hint-bad">{problem.message}</p>
          )
        ) : (
          <BubbleView bubble={previewBubble(preview, name)} direction="out" />
        )}
      </PhoneFrame>
      <div aria-live="polite">
        {isChecked && preview !== undefined && (
          <Findings problems={preview.problems} warnings={preview.warnings} />
        )}
      </div>
    </div>
  );
}

interface FindingsProps {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** What keeps a message from being sent, and what may be wrong with it. */
export function Findings({ problems, warnings }: FindingsProps) {
  const lines = [
    ...problems.map((text) => ({ text, look: "bad" })),
    ...warnings.map((text) => ({ text, look: "warning" })),
  ];
  return (
    <ul class="findings">
      {lines.map(({ text, look }) => (
        <li key={text} class={`finding finding-${look}`}>
          <SafeText text={text} />
        </li>
      ))}
    </ul>
  );
}
