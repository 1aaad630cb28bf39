import { useState } from "preact/hooks";
import { templates } from "../../i18n/templates.ts";
import { get } from "../../shared/api.ts";
import { useResource } from "../../shared/resource.ts";
import { Icon } from "../../shared/ui/icon.tsx";
import { Json } from "../../shared/ui/json.tsx";
import { Loaded } from "../../shared/ui/states.tsx";
import { Page } from "../page.tsx";
import { type TemplateValues, fillingOf, NO_VALUES } from "./fill.ts";
import { RemoveTemplate } from "./remove-template.tsx";
import { TemplateBubble } from "./template-bubble.tsx";
import { Facts, Usage } from "./template-facts.tsx";
import { valueCount } from "./template-words.tsx";
import { TestSend } from "./test-send.tsx";
import type { TemplateWithUsage } from "./types.ts";
import { ValuesForm } from "./values-form.tsx";

/** One template: how it looks, what it needs, how it fares, and a real test of it. */
export function TemplatePage({ id }: { readonly id: string }) {
  const read = useResource(`template ${id}`, (signal) =>
    get<TemplateWithUsage>(`/templates/${id}`, {}, signal),
  );
  return (
    <Page
      title={read.data?.name ?? templates("column_name")}
      intro={
        <a class="way-back" href="/admin/templates">
          <Icon name="back" size={16} /> {templates("back_to_list")}
        </a>
      }
      actions={
        read.data === undefined ? undefined : (
          <RemoveTemplate template={read.data} onDone={read.reload} />
        )
      }
    >
      <Loaded from={read}>{(template) => <Detail template={template} />}</Loaded>
    </Page>
  );
}

const isEmpty = ({ header, body, buttons, media }: TemplateValues): boolean =>
  [media, ...[header, body, buttons].flatMap((part) => Object.values(part))].every(
    (text) => text === "",
  );

function Detail({ template }: { readonly template: TemplateWithUsage }) {
  const [values, setValues] = useState(NO_VALUES);
  // Without a single value the server shows the provider's examples.
  const isBare = isEmpty(values);
  const filling = isBare ? {} : fillingOf(template, values);
  return (
    <div class="template-detail">
      <div class="stack">
        <section class="card stack" aria-labelledby="fill-title">
          <div class="row spread">
            <h2 id="fill-title">{templates("fill")}</h2>
            {!isBare && (
              <button
                type="button"
                class="button button-small"
                onClick={() => setValues(NO_VALUES)}
              >
                {templates("clear")}
              </button>
            )}
          </div>
          {valueCount(template) === 0 ? (
            <p class="hint">{templates("fill_none")}</p>
          ) : (
            <>
              <p class="hint">{templates("fill_hint")}</p>
              <ValuesForm template={template} values={values} onChange={setValues} />
            </>
          )}
        </section>
        <TestSend template={template} filling={fillingOf(template, values)} />
        <Facts template={template} />
        <Usage usage={template.usage} />
        <details class="card">
          <summary>{templates("components")}</summary>
          <Json value={template.components} label={templates("components")} />
        </details>
      </div>
      <aside class="template-aside" aria-label={templates("preview")}>
        <TemplateBubble id={template.id} name={template.name} question={filling} />
      </aside>
    </div>
  );
}
