import { useState } from "preact/hooks";
import { conversations } from "../../../i18n/conversations.ts";
import { get, type PageOf } from "../../../shared/api.ts";
import type { ConversationDetail } from "../../../shared/api-types.ts";
import { useResource } from "../../../shared/resource.ts";
import { Field } from "../../../shared/ui/field.tsx";
import { Icon } from "../../../shared/ui/icon.tsx";
import { Loaded } from "../../../shared/ui/states.tsx";
import type { Template } from "../types.ts";
import { SendProblem } from "./send-problem.tsx";
import { TemplatePreviewBox } from "./template-preview-box.tsx";
import { fillTemplate, type Need, needsOf } from "./template-request.ts";
import { useSend } from "./use-send.ts";

interface TemplateComposerProps {
  readonly conversation: ConversationDetail;
  readonly onSent: () => void;
}

/** Templates that are read to choose from: what the API gives at once. */
const MOST = 200;

/** A template chosen, filled, looked at and sent: what the provider takes outside the window. */
export function TemplateComposer({ conversation, onSent }: TemplateComposerProps) {
  const { channel } = conversation;
  const templates = useResource(`templates:${channel}`, async (signal) => {
    const page = await get<PageOf<Template>>("/templates", { channel, limit: MOST }, signal);
    return page.data
      .filter(({ is_sendable: isSendable, gone_at: gone }) => isSendable && gone === null)
      .toSorted((one, other) => one.name.localeCompare(other.name));
  });
  const [chosen, setChosen] = useState<string>();
  return (
    <div class="composer-template">
      <Loaded from={templates}>
        {(all) =>
          all.length === 0 ? (
            <p class="hint">{conversations("no_templates")}</p>
          ) : (
            <>
              <Field label={conversations("choose_template")}>
                {(control) => (
                  <select
                    {...control}
                    value={chosen ?? ""}
                    onChange={({ currentTarget }) => setChosen(currentTarget.value)}
                  >
                    <option value="">{conversations("choose_template_first")}</option>
                    {all.map(({ id, name, language }) => (
                      <option key={id} value={id}>
                        {language === "" ? name : `${name} · ${language}`}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
              {all
                .filter(({ id }) => id === chosen)
                .map((template) => (
                  <TemplateForm
                    key={template.id}
                    conversation={conversation}
                    template={template}
                    onSent={() => {
                      setChosen(undefined);
                      onSent();
                    }}
                  />
                ))}
            </>
          )
        }
      </Loaded>
    </div>
  );
}

interface TemplateFormProps extends TemplateComposerProps {
  readonly template: Template;
}

function labelOf({ place, label }: Need): string {
  if (place === "file") return conversations("value_file");
  if (place === "button") return conversations("value_button", { name: label });
  return conversations(place === "header" ? "value_header" : "value_body", { name: label });
}

function TemplateForm({ conversation, template, onSent }: TemplateFormProps) {
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const { isBusy, problem, send, forget } = useSend(conversation.id);
  const needs = needsOf(template);
  const isFilled = needs.every(({ id }) => (values[id] ?? "").trim() !== "");
  const submit = async () => {
    const { name, language } = template;
    const filled = fillTemplate(template, values);
    const request = { name, ...(language !== "" && { language }), ...filled };
    if (await send({ template: request })) onSent();
  };
  return (
    <form
      class="composer-fields"
      onSubmit={(event) => {
        event.preventDefault();
        if (isFilled) void submit();
      }}
    >
      <div class="composer-values">
        {needs.map((need) => (
          <Field key={need.id} label={labelOf(need)}>
            {(control) => (
              <input
                {...control}
                type="text"
                maxLength={1_024}
                required
                value={values[need.id] ?? ""}
                onInput={({ currentTarget }) => {
                  forget();
                  setValues({ ...values, [need.id]: currentTarget.value });
                }}
              />
            )}
          </Field>
        ))}
        <SendProblem problem={problem} />
        <button
          type="submit"
          class="button button-primary"
          aria-busy={isBusy}
          disabled={isBusy || !isFilled}
        >
          {isBusy ? <span class="spinner" aria-hidden="true" /> : <Icon name="send" size={16} />}
          {conversations("send_template")}
        </button>
      </div>
      <TemplatePreviewBox template={template} values={values} />
    </form>
  );
}
