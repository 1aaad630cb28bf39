import { useState } from "preact/hooks";
import { wizard } from "../../../i18n/wizard.ts";
import { useResource } from "../../../shared/resource.ts";
import { Loaded } from "../../../shared/ui/states.tsx";
import { SafeText } from "../../../shared/ui/safe-text.tsx";
import { Tag } from "../../../shared/ui/tag.tsx";
import { readTemplates, searchTemplates } from "../../templates/all-templates.ts";
import { bodyOf, categoryWord, languageWord, StatusTag } from "../../templates/template-words.tsx";
import type { Template } from "../../templates/types.ts";

/** Templates offered at once; a search finds the others. */
const SHOWN = 30;

interface TemplatePickerProps {
  readonly channel: string;
  readonly chosen: Template | undefined;
  readonly onChoose: (template: Template) => void;
}

/** The templates of a channel to choose from; those that the provider does not send are shown and cannot be chosen. */
export function TemplatePicker({ channel, chosen, onChoose }: TemplatePickerProps) {
  const [words, setWords] = useState("");
  const shelf = useResource(`pick ${channel}`, (signal) => readTemplates({ channel }, signal));
  return (
    <fieldset class="plain-fieldset stack-small">
      <legend>{wizard("template")}</legend>
      <input
        type="search"
        aria-label={wizard("template_search")}
        placeholder={wizard("template_search")}
        value={words}
        onInput={({ currentTarget }) => setWords(currentTarget.value)}
      />
      <Loaded from={shelf}>
        {({ rows }) => {
          const known = rows.filter(({ gone_at: gone }) => gone === null);
          if (known.length === 0) return <p class="hint">{wizard("template_none")}</p>;
          const sorted = known.toSorted((a, b) => Number(b.is_sendable) - Number(a.is_sendable));
          const found = searchTemplates(sorted, words, bodyOf);
          return <Choices found={found} chosen={chosen} onChoose={onChoose} />;
        }}
      </Loaded>
    </fieldset>
  );
}

interface ChoicesProps extends Omit<TemplatePickerProps, "channel"> {
  readonly found: readonly Template[];
}

function Choices({ found, chosen, onChoose }: ChoicesProps) {
  const first = found.slice(0, SHOWN);
  // What is chosen stays in sight, whatever is searched.
  const isOut = chosen !== undefined && !first.some(({ id }) => id === chosen.id);
  const shown = isOut ? [chosen, ...first] : first;
  return (
    <>
      <div class="template-choices">
        {shown.map((template) => (
          <Choice
            key={template.id}
            template={template}
            isChosen={template.id === chosen?.id}
            onChoose={onChoose}
          />
        ))}
        {shown.length === 0 && <p class="hint">{wizard("template_found_none")}</p>}
      </div>
      {found.length > first.length && (
        <p class="hint" role="status">
          {wizard.count("template_more", found.length - first.length)}
        </p>
      )}
    </>
  );
}

interface ChoiceProps {
  readonly template: Template;
  readonly isChosen: boolean;
  readonly onChoose: (template: Template) => void;
}

function Choice({ template, isChosen, onChoose }: ChoiceProps) {
  return (
    <label class={`template-choice ${isChosen ? "template-chosen" : ""}`}>
      <input
        type="radio"
        name="template"
        checked={isChosen}
        disabled={!template.is_sendable && !isChosen}
        onChange={() => onChoose(template)}
      />
      <span class="stack-lines">
        <span class="row">
          <strong>
            <SafeText text={template.name} />
          </strong>
          <Tag>
            <SafeText text={languageWord(template.language)} />
          </Tag>
          <span class="hint">{categoryWord(template.category)}</span>
          {!template.is_sendable && <StatusTag template={template} />}
        </span>
        <span class="hint template-excerpt">
          <SafeText text={bodyOf(template)} max={160} />
        </span>
      </span>
    </label>
  );
}
