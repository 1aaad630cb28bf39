import { draft as words } from "../../i18n/template-draft.ts";
import { Field } from "../../shared/ui/field.tsx";
import { Icon } from "../../shared/ui/icon.tsx";
import { BUTTON_TYPES, type ButtonForm, variablesIn } from "./draft.ts";

interface ButtonFieldsProps {
  /** From 1. */
  readonly number: number;
  readonly button: ButtonForm;
  readonly problem: string | undefined;
  readonly onChange: (button: ButtonForm) => void;
  readonly onRemove: () => void;
}

const TARGETS = {
  URL: "create_button_url",
  PHONE_NUMBER: "create_button_phone",
  COPY_CODE: "create_button_code",
} as const;

const TEXT_LIMIT = 25;

/** One button of a template that is being made. */
export function ButtonFields({ number, button, problem, onChange, onRemove }: ButtonFieldsProps) {
  const { type, text, target, example } = button;
  const set = (change: Partial<ButtonForm>) => onChange({ ...button, ...change });
  return (
    <div class="button-fields">
      <div class="row">
        <select
          aria-label={words("create_button_type", { number })}
          value={type}
          onChange={({ currentTarget }) => {
            const known = BUTTON_TYPES.find((one) => one === currentTarget.value);
            if (known !== undefined) set({ type: known });
          }}
        >
          {BUTTON_TYPES.map((known) => (
            <option key={known} value={known}>
              {words(`button_${known}`)}
            </option>
          ))}
        </select>
        <button
          type="button"
          class="icon-button"
          aria-label={words("create_remove", { number })}
          onClick={onRemove}
        >
          <Icon name="trash" size={16} />
        </button>
      </div>
      {type !== "COPY_CODE" && (
        <Typed
          label={words("create_button_text", { number })}
          value={text}
          limit={TEXT_LIMIT}
          problem={problem}
          onInput={(typed) => set({ text: typed })}
        />
      )}
      {type !== "QUICK_REPLY" && (
        <Typed
          label={words(TARGETS[type], { number })}
          value={target}
          {...(type === "URL" && { hint: words("create_button_url_hint") })}
          {...(type === "COPY_CODE" && { problem })}
          onInput={(typed) => set({ target: typed })}
        />
      )}
      {type === "URL" && variablesIn(target).length > 0 && (
        <Typed
          label={words("create_button_example", { number })}
          value={example}
          onInput={(typed) => set({ example: typed })}
        />
      )}
    </div>
  );
}

interface TypedProps {
  readonly label: string;
  readonly value: string;
  readonly limit?: number;
  readonly hint?: string;
  readonly problem?: string | undefined;
  readonly onInput: (typed: string) => void;
}

function Typed({ label, value, limit, hint, problem, onInput }: TypedProps) {
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(control) => (
        <input
          {...control}
          type="text"
          value={value}
          {...(limit !== undefined && { maxLength: limit })}
          onInput={({ currentTarget }) => onInput(currentTarget.value)}
        />
      )}
    </Field>
  );
}
