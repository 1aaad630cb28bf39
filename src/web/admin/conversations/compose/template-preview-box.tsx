import { useEffect, useState } from "preact/hooks";
import { conversations } from "../../../i18n/conversations.ts";
import { post } from "../../../shared/api.ts";
import type { Bubble } from "../../../shared/bubble/bubble.ts";
import { BubbleView } from "../../../shared/bubble/bubble-view.tsx";
import { useResource } from "../../../shared/resource.ts";
import { SafeText } from "../../../shared/ui/safe-text.tsx";
import type { Template, TemplatePreview } from "../types.ts";
import { fillTemplate, headerFileOf, needsOf } from "./template-request.ts";

interface TemplatePreviewBoxProps {
  readonly template: Template;
  readonly values: Readonly<Record<string, string>>;
}

/** Typing is over once nothing came for this long, milliseconds. */
const TYPED_MS = 350;

/** Stands for a value that nobody gave yet. */
const BLANK = "…";

/** A filled template as a message. */
function previewBubble(template: Template, preview: TemplatePreview): Bubble {
  const file = headerFileOf(template);
  return {
    header: preview.header?.text ?? undefined,
    text: preview.body,
    footer: preview.footer ?? undefined,
    media: file === undefined ? undefined : { kind: file },
    template: template.name,
    buttons: preview.buttons
      .filter(({ url }) => url === null)
      .map(({ text }) => ({ id: text, title: text, source: "template_button" })),
    links: preview.buttons.flatMap(({ text, url }) =>
      url === null ? [] : [{ title: text, target: url }],
    ),
  };
}

/** What the person will see, as the bridge itself fills it. */
export function TemplatePreviewBox({ template, values }: TemplatePreviewBoxProps) {
  const filled = JSON.stringify(fillTemplate(template, values, BLANK));
  const [settled, setSettled] = useState(filled);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(filled), TYPED_MS);
    return () => clearTimeout(timer);
  }, [filled]);
  const preview = useResource(`preview:${template.id}:${settled}`, (signal) =>
    post<TemplatePreview>(`/templates/${template.id}/preview`, JSON.parse(settled), { signal }),
  );
  const [shown, setShown] = useState<TemplatePreview>();
  const { data, problem } = preview;
  useEffect(() => {
    if (data !== undefined) setShown(data);
  }, [data]);
  const isFilled = needsOf(template).every(({ id }) => (values[id] ?? "").trim() !== "");
  return (
    <div class="composer-preview" aria-busy={data === undefined}>
      <p class="hint">{conversations("preview")}</p>
      {shown !== undefined && (
        <BubbleView bubble={previewBubble(template, shown)} direction="out" />
      )}
      {problem !== undefined && (
        <p class="hint hint-bad" role="alert">
          <SafeText text={problem.message} max={300} />
        </p>
      )}
      {isFilled &&
        shown?.problems.map((line) => (
          <p key={line} class="hint hint-bad">
            <SafeText text={line} max={300} />
          </p>
        ))}
    </div>
  );
}
