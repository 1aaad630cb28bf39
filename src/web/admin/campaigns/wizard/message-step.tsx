import { wizard } from "../../../i18n/wizard.ts";
import { Field } from "../../../shared/ui/field.tsx";
import { Empty } from "../../../shared/ui/states.tsx";
import { ValuesForm } from "../../templates/values-form.tsx";
import { MessagePreview } from "../message-preview.tsx";
import type { Channel } from "../types.ts";
import { contentOf, firstValues, type MessageForm } from "./message-form.ts";
import { TemplatePicker } from "./template-picker.tsx";

interface MessageStepProps {
  readonly form: MessageForm;
  readonly channels: readonly Channel[];
  readonly onChange: (form: MessageForm) => void;
  readonly problemAt: (pointer: string) => string | undefined;
  /** Whether people are on the list already, so that the channel stays. */
  readonly isLocked: boolean;
}

/** What is said, from where. */
export function MessageStep(props: MessageStepProps) {
  const { form, channels, onChange } = props;
  const channel = channels.find(({ name }) => name === form.channel);
  const set = (change: Partial<MessageForm>) => onChange({ ...form, ...change });
  if (channels.length === 0) return <Empty icon="channels" title={wizard("channel_none")} />;
  const hasMessage = form.kind === "text" ? form.text !== "" : form.template !== undefined;
  return (
    <div class="wizard-columns">
      <div class="card stack">
        <NameAndChannel {...props} />
        {channel !== undefined && channel.accounts.length > 1 && (
          <Accounts {...props} accounts={channel.accounts} />
        )}
        {channel?.has_templates === true && (
          <fieldset class="plain-fieldset">
            <legend>{wizard("kind")}</legend>
            <div class="option-cards">
              {(["template", "text"] as const).map((kind) => (
                <label key={kind} class="option-card">
                  <input
                    type="radio"
                    name="kind"
                    checked={form.kind === kind}
                    onChange={() => set({ kind })}
                  />
                  <span>
                    <strong>{wizard(`kind_${kind}`)}</strong>
                    <span class="hint">{wizard(`kind_${kind}_hint`)}</span>
                  </span>
                </label>
              ))}
            </div>
          </fieldset>
        )}
        {form.kind === "template" && channel?.has_templates === true ? (
          <TemplatePicker
            key={channel.name}
            channel={channel.name}
            chosen={form.template}
            onChoose={(template) => set({ template, values: firstValues(template) })}
          />
        ) : (
          <TextField {...props} windowHours={channel?.window_hours ?? null} />
        )}
        {form.kind === "template" && form.template !== undefined && (
          <fieldset class="plain-fieldset stack-small">
            <legend>{wizard("values")}</legend>
            <p class="hint">{wizard("values_hint")}</p>
            <ValuesForm
              template={form.template}
              values={form.values}
              onChange={(values) => set({ values })}
            />
          </fieldset>
        )}
      </div>
      <aside class="wizard-aside" aria-label={wizard("preview")}>
        {hasMessage ? (
          <MessagePreview channel={form.channel} message={contentOf(form)} />
        ) : (
          <p class="hint">{wizard(form.kind === "template" ? "template_choose" : "text_hint")}</p>
        )}
      </aside>
    </div>
  );
}

function NameAndChannel({ form, channels, onChange, problemAt, isLocked }: MessageStepProps) {
  const choose = (channel: string) => {
    const found = channels.find(({ name }) => name === channel);
    const kind = found?.has_templates === true ? form.kind : "text";
    onChange({ ...form, channel, accounts: [], template: undefined, kind });
  };
  return (
    <div class="field-grid">
      <Field label={wizard("name")} hint={wizard("name_hint")} problem={problemAt("/name")}>
        {(control) => (
          <input
            {...control}
            type="text"
            required
            maxLength={200}
            value={form.name}
            onInput={({ currentTarget }) => onChange({ ...form, name: currentTarget.value })}
          />
        )}
      </Field>
      <Field
        label={wizard("channel")}
        hint={isLocked ? wizard("channel_locked") : undefined}
        problem={problemAt("/channel")}
      >
        {(control) => (
          <select
            {...control}
            disabled={isLocked}
            value={form.channel}
            onChange={({ currentTarget }) => choose(currentTarget.value)}
          >
            {channels.map(({ name, type }) => (
              <option key={name} value={name}>
                {name === type ? name : `${name} (${type})`}
              </option>
            ))}
          </select>
        )}
      </Field>
    </div>
  );
}

interface AccountsProps extends MessageStepProps {
  readonly accounts: readonly string[];
}

function Accounts({ form, onChange, accounts, isLocked }: AccountsProps) {
  const toggle = (account: string, isOn: boolean) =>
    onChange({
      ...form,
      accounts: accounts.filter((one) => (one === account ? isOn : form.accounts.includes(one))),
    });
  return (
    <fieldset class="plain-fieldset" disabled={isLocked}>
      <legend>{wizard("accounts")}</legend>
      <p class="hint">{wizard("accounts_hint")}</p>
      <div class="option-cards">
        {accounts.map((account) => (
          <label key={account} class="option-card">
            <input
              type="checkbox"
              checked={form.accounts.includes(account)}
              onChange={({ currentTarget }) => toggle(account, currentTarget.checked)}
            />
            <span>{account}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface TextFieldProps extends MessageStepProps {
  readonly windowHours: number | null;
}

function TextField({ form, onChange, problemAt, windowHours }: TextFieldProps) {
  return (
    <>
      <Field label={wizard("text")} hint={wizard("text_hint")} problem={problemAt("/text")}>
        {(control) => (
          <textarea
            {...control}
            rows={6}
            value={form.text}
            onInput={({ currentTarget }) => onChange({ ...form, text: currentTarget.value })}
          />
        )}
      </Field>
      {windowHours !== null && (
        <p class="banner banner-info">{wizard("window_hint", { hours: windowHours })}</p>
      )}
    </>
  );
}

/** Whether there is enough of a message to ask the server. */
export function isSaid({ name, channel, kind, template, text }: MessageForm): boolean {
  if (name.trim() === "" || channel === "") return false;
  return kind === "text" ? text.trim() !== "" : template !== undefined;
}
