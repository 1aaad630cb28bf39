import { useState } from "preact/hooks";
import { simulator } from "../../i18n/simulator.ts";
import { setup } from "../../i18n/simulator-setup.ts";
import { get, type PageOf, post } from "../../shared/api.ts";
import { useResource } from "../../shared/resource.ts";
import { may } from "../../shared/session.ts";
import { Action } from "../../shared/ui/action.tsx";
import { Field } from "../../shared/ui/field.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Loaded } from "../../shared/ui/states.tsx";
import type { Template } from "../state/wire.ts";
import { bodyOf, requestOf } from "./template-request.ts";

interface TemplateFormProps {
  readonly channel: string;
  readonly write: (template: Readonly<Record<string, unknown>>) => Promise<void>;
}

/** Chooses a template of the line and fills it. */
export function TemplateForm({ channel, write }: TemplateFormProps) {
  const read = useResource(`templates ${channel}`, (signal) =>
    get<PageOf<Template>>("/templates", { channel, limit: 100 }, signal),
  );
  const sync = async () => {
    await post("/templates/sync", { channel, force: true });
    read.reload();
  };
  return (
    <Loaded from={read}>
      {({ data }) =>
        data.length === 0 ? (
          <>
            <p class="hint">{setup("templates_none")}</p>
            {may("templates:write") && (
              <Action small icon="reload" run={sync}>
                {setup("templates_read")}
              </Action>
            )}
          </>
        ) : (
          <Filling templates={data} write={write} />
        )
      }
    </Loaded>
  );
}

interface FillingProps extends Pick<TemplateFormProps, "write"> {
  readonly templates: readonly Template[];
}

function Filling({ templates, write }: FillingProps) {
  const [id, setId] = useState(templates[0]?.id ?? "");
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const chosen = templates.find((known) => known.id === id) ?? templates[0];
  if (chosen === undefined) return null;
  const names = chosen.variables.body;
  return (
    <>
      <Field label={setup("write_template")}>
        {(control) => (
          <select
            {...control}
            value={chosen.id}
            onChange={({ currentTarget }) => {
              setId(currentTarget.value);
              setValues({});
            }}
          >
            {templates.map(({ id: known, name, language, status }) => (
              <option key={known} value={known}>
                {name} · {language}
                {status === "APPROVED" ? "" : ` · ${status}`}
              </option>
            ))}
          </select>
        )}
      </Field>
      <blockquote class="template-body">
        <SafeText text={bodyOf(chosen.components)} />
      </blockquote>
      {names.map((name) => (
        <Field key={name} label={setup("parameter", { name })}>
          {(control) => (
            <input
              {...control}
              maxLength={1_024}
              value={values[name] ?? ""}
              onInput={({ currentTarget }) => setValues({ ...values, [name]: currentTarget.value })}
            />
          )}
        </Field>
      ))}
      <Action icon="send" run={() => write(requestOf(chosen, values))}>
        {simulator("send")}
      </Action>
    </>
  );
}
