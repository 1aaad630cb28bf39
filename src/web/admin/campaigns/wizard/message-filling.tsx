import { useEffect } from "preact/hooks";
import { wizard } from "../../../i18n/wizard.ts";
import { SafeText } from "../../../shared/ui/safe-text.tsx";
import { canBePlaceholder, ValuesForm } from "../../templates/values-form.tsx";
import { placeholdersOf } from "../message.ts";
import { contentOf, matchColumns, type MessageForm } from "./message-form.ts";

interface MessageFillingProps {
  readonly form: MessageForm;
  readonly titles: readonly string[];
  /** Placeholders that are filled whatever the list holds. */
  readonly known: readonly string[];
  /** Undefined where the message cannot be changed any more. */
  readonly onChange: ((form: MessageForm) => void) | undefined;
}

/** Which columns fill the message, with what would stay empty. */
export function MessageFilling({ form, titles, known, onChange }: MessageFillingProps) {
  const { template, values } = form;
  useEffect(() => {
    if (onChange === undefined || template === undefined) return;
    const matched = matchColumns(values, titles);
    if (JSON.stringify(matched) !== JSON.stringify(values)) onChange({ ...form, values: matched });
  }, [titles.join("\n"), template?.id]);
  const wanted = placeholdersOf(contentOf(form));
  const empty = wanted.filter((name) => !titles.includes(name) && !known.includes(name));
  const odd = titles.filter((title) => title !== "" && !canBePlaceholder(title));
  const isTemplate = template !== undefined && form.kind === "template";
  if (wanted.length === 0 && !isTemplate) return null;
  return (
    <section class="card stack-small" aria-labelledby="filling-title">
      <h2 id="filling-title">{wizard(isTemplate ? "fill_message" : "fill_text")}</h2>
      {isTemplate && onChange !== undefined && (
        <ValuesForm
          template={template}
          values={values}
          columns={titles.filter((title) => title !== "")}
          onChange={(changed) => onChange({ ...form, values: changed })}
        />
      )}
      {wanted.length > 0 && (
        <ul class="row">
          {wanted.map((name) => (
            <li key={name} class={`tag ${empty.includes(name) ? "tag-warning" : "tag-good"}`}>
              <SafeText text={`{{${name}}}`} />
            </li>
          ))}
        </ul>
      )}
      {empty.length > 0 && (
        <p class="banner banner-warning" role="status">
          <SafeText
            text={wizard.count("unfilled", empty.length, { names: empty.join(", ") })}
            max={1_000}
          />
        </p>
      )}
      {odd.length > 0 && (
        <p class="hint">
          <SafeText text={wizard("bad_titles", { titles: odd.join(", ") })} max={500} />
        </p>
      )}
    </section>
  );
}
