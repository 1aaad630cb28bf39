import { draft as words } from "../../i18n/template-draft.ts";
import { Field } from "../../shared/ui/field.tsx";
import { Icon } from "../../shared/ui/icon.tsx";
import { ButtonFields } from "./button-fields.tsx";
import { type DraftForm, EMPTY_BUTTON, MOST_BUTTONS, variablesIn } from "./draft.ts";
import { categoryWord, KNOWN_CATEGORIES } from "./template-words.tsx";

export interface DraftFieldsProps {
  readonly form: DraftForm;
  readonly channels: readonly string[];
  readonly onChange: (form: DraftForm) => void;
  /** What the server said is wrong with a field. */
  readonly problemAt: (field: string) => string | undefined;
}

/** Everything that makes a template. */
export function DraftFields(props: DraftFieldsProps) {
  const { form, onChange, problemAt } = props;
  const set = (change: Partial<DraftForm>) => onChange({ ...form, ...change });
  return (
    <div class="stack">
      <NameFields {...props} />
      <Line field="header" limit={60} {...props} />
      <Field
        label={words("create_body")}
        hint={words("create_body_hint")}
        problem={problemAt("body")}
      >
        {(control) => (
          <textarea
            {...control}
            rows={5}
            maxLength={1024}
            value={form.body}
            onInput={({ currentTarget }) => set({ body: currentTarget.value })}
          />
        )}
      </Field>
      <Line field="footer" limit={60} {...props} />
      <Examples {...props} />
      <fieldset class="plain-fieldset stack-small">
        <legend>{words("create_buttons")}</legend>
        {form.buttons.map((button, index) => (
          <ButtonFields
            key={index}
            number={index + 1}
            button={button}
            problem={problemAt(`button ${index}`)}
            onChange={(changed) =>
              set({ buttons: form.buttons.map((one, at) => (at === index ? changed : one)) })
            }
            onRemove={() => set({ buttons: form.buttons.filter((_one, at) => at !== index) })}
          />
        ))}
        {form.buttons.length < MOST_BUTTONS && (
          <button
            type="button"
            class="button button-small"
            onClick={() => set({ buttons: [...form.buttons, EMPTY_BUTTON] })}
          >
            <Icon name="plus" size={16} /> {words("create_add")}
          </button>
        )}
      </fieldset>
    </div>
  );
}

function NameFields({ form, channels, onChange, problemAt }: DraftFieldsProps) {
  const set = (change: Partial<DraftForm>) => onChange({ ...form, ...change });
  return (
    <div class="field-grid">
      {channels.length > 1 && (
        <Field label={words("create_channel")}>
          {(control) => (
            <select
              {...control}
              value={form.channel}
              onChange={({ currentTarget }) => set({ channel: currentTarget.value })}
            >
              {channels.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <Field
        label={words("create_name")}
        hint={words("create_name_hint")}
        problem={problemAt("name")}
      >
        {(control) => (
          <input
            {...control}
            type="text"
            spellcheck={false}
            maxLength={512}
            value={form.name}
            onInput={({ currentTarget }) => set({ name: currentTarget.value })}
          />
        )}
      </Field>
      <Field
        label={words("create_language")}
        hint={words("create_language_hint")}
        problem={problemAt("language")}
      >
        {(control) => (
          <input
            {...control}
            type="text"
            spellcheck={false}
            maxLength={6}
            value={form.language}
            onInput={({ currentTarget }) => set({ language: currentTarget.value })}
          />
        )}
      </Field>
      <Field label={words("create_category")} problem={problemAt("category")}>
        {(control) => (
          <select
            {...control}
            value={form.category}
            onChange={({ currentTarget }) => {
              const known = KNOWN_CATEGORIES.find((one) => one === currentTarget.value);
              if (known !== undefined) set({ category: known });
            }}
          >
            {KNOWN_CATEGORIES.map((known) => (
              <option key={known} value={known}>
                {categoryWord(known)}
              </option>
            ))}
          </select>
        )}
      </Field>
    </div>
  );
}

interface LineProps extends DraftFieldsProps {
  readonly field: "header" | "footer";
  readonly limit: number;
}

function Line({ field, limit, form, onChange, problemAt }: LineProps) {
  return (
    <Field
      label={words(`create_${field}`)}
      hint={words(`create_${field}_hint`)}
      problem={problemAt(field)}
    >
      {(control) => (
        <input
          {...control}
          type="text"
          maxLength={limit}
          value={form[field]}
          onInput={({ currentTarget }) => onChange({ ...form, [field]: currentTarget.value })}
        />
      )}
    </Field>
  );
}

/** One example for each variable of header and body: the provider's review asks for them. */
function Examples({ form, onChange }: DraftFieldsProps) {
  const parts = [
    { part: "header", key: "headerExamples", names: variablesIn(form.header) },
    { part: "body", key: "bodyExamples", names: variablesIn(form.body) },
  ] as const;
  if (parts.every(({ names }) => names.length === 0)) return null;
  return (
    <fieldset class="plain-fieldset stack-small">
      <legend>{words("examples")}</legend>
      <p class="hint">{words("examples_hint")}</p>
      {parts.flatMap(({ part, key, names }) =>
        names.map((name) => (
          <Field key={`${part} ${name}`} label={words(`example_${part}`, { name })}>
            {(control) => (
              <input
                {...control}
                type="text"
                value={form[key][name] ?? ""}
                onInput={({ currentTarget }) =>
                  onChange({ ...form, [key]: { ...form[key], [name]: currentTarget.value } })
                }
              />
            )}
          </Field>
        )),
      )}
    </fieldset>
  );
}
