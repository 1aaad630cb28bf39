import { useState } from "preact/hooks";
import { people } from "../../i18n/people.ts";
import { call } from "../../shared/api.ts";
import { may } from "../../shared/session.ts";
import { Action } from "../../shared/ui/action.tsx";
import { Field } from "../../shared/ui/field.tsx";
import { Icon } from "../../shared/ui/icon.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { complain } from "../../shared/ui/toast.tsx";
import { readValue, writeValue } from "./property-value.ts";
import type { Contact } from "./types.ts";

interface PropertiesProps {
  readonly of: Contact;
  readonly onChanged: () => void;
}

/** What is remembered of a person, by name. */
export function Properties({ of: person, onChanged }: PropertiesProps) {
  const known = Object.entries(person.properties).toSorted(([a], [b]) => a.localeCompare(b));
  const change = async (name: string, value: unknown) => {
    // A property may have any name, so the change is a map without a prototype's names.
    const properties = Object.fromEntries([[name, value]]);
    await call("PATCH", `/contacts/${person.id}`, { body: { properties } });
    onChanged();
  };
  return (
    <section class="card stack">
      <div>
        <h2>{people("properties")}</h2>
        <p class="hint">{people("properties_intro")}</p>
      </div>
      {known.length === 0 ? (
        <p class="hint">{people("properties_none")}</p>
      ) : (
        <dl class="set-properties">
          {known.map(([name, value]) => (
            <div key={name}>
              <dt>
                <SafeText text={name} max={200} />
              </dt>
              <dd>
                <SafeText text={writeValue(value)} max={500} />
                {may("contacts:write") && (
                  <button
                    type="button"
                    class="icon-button"
                    aria-label={people("property_forget", { name })}
                    title={people("property_forget", { name })}
                    onClick={() => void change(name, null).catch(complain)}
                  >
                    <Icon name="trash" size={16} />
                  </button>
                )}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {may("contacts:write") && <NewProperty onSet={change} />}
    </section>
  );
}

interface NewPropertyProps {
  readonly onSet: (name: string, value: unknown) => Promise<void>;
}

function NewProperty({ onSet }: NewPropertyProps) {
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  const set = async () => {
    await onSet(name.trim(), readValue(value));
    setName("");
    setValue("");
  };
  return (
    <div class="new-property">
      <Field label={people("property_name")}>
        {(control) => (
          <input
            {...control}
            type="text"
            maxLength={128}
            value={name}
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
        )}
      </Field>
      <Field label={people("property_value")} hint={people("property_value_hint")}>
        {(control) => (
          <input
            {...control}
            type="text"
            value={value}
            onInput={({ currentTarget }) => setValue(currentTarget.value)}
          />
        )}
      </Field>
      <Action disabled={name.trim() === "" || value === ""} run={set}>
        {people("property_set")}
      </Action>
    </div>
  );
}
