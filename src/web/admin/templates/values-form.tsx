import { templates } from "../../i18n/templates.ts";
import { Field } from "../../shared/ui/field.tsx";
import { buttonAt, isBeyondForms, mediaOf, type TemplateValues } from "./fill.ts";
import type { Template } from "./types.ts";

interface ValuesFormProps {
  readonly template: Template;
  readonly values: TemplateValues;
  readonly onChange: (values: TemplateValues) => void;
  /** Names that may stand in braces, offered where a value is typed. */
  readonly columns?: readonly string[];
  readonly hint?: string;
}

/** Placeholders are found by name: signs beyond these would not be. Source: the API's reading of placeholders. */
const PLACEHOLDER_NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_ .-]{0,127}$/u;

export const canBePlaceholder = (title: string): boolean => PLACEHOLDER_NAME.test(title);

/** One control for each value that a template needs. */
export function ValuesForm({ template, values, onChange, columns = [], hint }: ValuesFormProps) {
  const { variables } = template;
  const media = mediaOf(template);
  const set = (part: "header" | "body" | "buttons", name: string) => (text: string) =>
    onChange({ ...values, [part]: { ...values[part], [name]: text } });
  return (
    <div class="values-form">
      {isBeyondForms(template) && <p class="banner banner-warning">{templates("beyond_forms")}</p>}
      {media !== undefined && (
        <Field label={templates(`media_${media}`)} hint={templates("media_hint")}>
          {(control) => (
            <input
              {...control}
              type="url"
              placeholder="https://"
              value={values.media}
              onInput={({ currentTarget }) => onChange({ ...values, media: currentTarget.value })}
            />
          )}
        </Field>
      )}
      {variables.header.map((name) => (
        <Value
          key={`header ${name}`}
          label={templates("value_header", { name })}
          value={values.header[name] ?? ""}
          onInput={set("header", name)}
          columns={columns}
          hint={hint}
        />
      ))}
      {variables.body.map((name) => (
        <Value
          key={`body ${name}`}
          label={templates("value_body", { name })}
          value={values.body[name] ?? ""}
          onInput={set("body", name)}
          columns={columns}
          hint={hint}
        />
      ))}
      {variables.buttons.map((index) => (
        <Value
          key={`button ${index}`}
          label={templates("value_button", { name: buttonAt(template, index).text })}
          value={values.buttons[index] ?? ""}
          onInput={set("buttons", String(index))}
          columns={columns}
          hint={hint}
        />
      ))}
    </div>
  );
}

interface ValueProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (text: string) => void;
  readonly columns: readonly string[];
  readonly hint: string | undefined;
}

/** A value: typed, taken from a column, or a mixture of both. */
function Value({ label, value, onInput, columns, hint }: ValueProps) {
  const usable = columns.filter(canBePlaceholder);
  return (
    <Field label={label} hint={hint}>
      {(control) => (
        <div class="value-input">
          <input
            {...control}
            type="text"
            value={value}
            onInput={({ currentTarget }) => onInput(currentTarget.value)}
          />
          {usable.length > 0 && (
            <select
              aria-label={templates("value_column", { label })}
              value={usable.find((title) => value === `{{${title}}}`) ?? ""}
              onChange={({ currentTarget }) => {
                if (currentTarget.value !== "") onInput(`{{${currentTarget.value}}}`);
              }}
            >
              <option value="">{templates("value_typed")}</option>
              {usable.map((title) => (
                <option key={title} value={title}>
                  {title}
                </option>
              ))}
            </select>
          )}
        </div>
      )}
    </Field>
  );
}
