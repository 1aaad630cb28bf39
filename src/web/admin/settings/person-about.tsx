import { useState } from "preact/hooks";
import { common } from "../../i18n/common.ts";
import { people } from "../../i18n/people.ts";
import { ApiProblem, call } from "../../shared/api.ts";
import { Action } from "../../shared/ui/action.tsx";
import { Field } from "../../shared/ui/field.tsx";
import { say } from "../../shared/ui/toast.tsx";
import type { Contact } from "./types.ts";

interface PersonPartProps {
  readonly of: Contact;
  readonly onChanged: () => void;
}

const orNull = (text: string) => (text.trim() === "" ? null : text.trim());

/** Name and language of a person, to be changed. */
export function PersonAbout({ of: person, onChanged }: PersonPartProps) {
  const [name, setName] = useState(person.name ?? "");
  const [language, setLanguage] = useState(person.language ?? "");
  const [problem, setProblem] = useState<ApiProblem>();
  const wrong = (field: string) =>
    problem?.errors.find(({ pointer }) => pointer === `/${field}`)?.detail;
  const change = {
    ...(orNull(name) !== person.name && { name: orNull(name) }),
    ...(orNull(language) !== person.language && { language: orNull(language) }),
  };
  const save = async () => {
    try {
      await call("PATCH", `/contacts/${person.id}`, { body: change });
      setProblem(undefined);
      say(people("saved"));
      onChanged();
    } catch (thrown) {
      if (!(thrown instanceof ApiProblem) || thrown.errors.length === 0) throw thrown;
      setProblem(thrown);
    }
  };
  return (
    <section class="card stack">
      <h2>{people("about")}</h2>
      <Field label={people("name")} hint={people("name_hint")} problem={wrong("name")}>
        {(control) => (
          <input
            {...control}
            type="text"
            dir="auto"
            maxLength={200}
            value={name}
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
        )}
      </Field>
      <Field label={people("language")} hint={people("language_hint")} problem={wrong("language")}>
        {(control) => (
          <input
            {...control}
            type="text"
            maxLength={35}
            spellcheck={false}
            value={language}
            onInput={({ currentTarget }) => setLanguage(currentTarget.value)}
          />
        )}
      </Field>
      <div class="row">
        <Action tone="primary" disabled={Object.keys(change).length === 0} run={save}>
          {common("save")}
        </Action>
      </div>
    </section>
  );
}
