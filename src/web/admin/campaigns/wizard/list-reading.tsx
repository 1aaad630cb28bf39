import { useMemo } from "preact/hooks";
import { wizard } from "../../../i18n/wizard.ts";
import { language } from "../../../shared/language.ts";
import { Field } from "../../../shared/ui/field.tsx";
import { SafeText } from "../../../shared/ui/safe-text.tsx";
import { listCountries } from "./countries.ts";
import { DELIMITER_NAMES, ENCODINGS } from "./csv-head.ts";
import type { ListForm } from "./list-form.ts";
import type { ListHead } from "./list-head.ts";

interface ListReadingProps {
  readonly form: ListForm;
  readonly head: ListHead;
  readonly onChange: (form: ListForm) => void;
}

/** How the list is read: what was found, and what somebody says instead. */
export function ListReading(props: ListReadingProps) {
  const { form, head, onChange } = props;
  const set = (change: Partial<ListForm>) => onChange({ ...form, ...change });
  return (
    <div class="stack">
      <div class="field-grid">
        <Field label={wizard("delimiter")}>
          {(control) => (
            <select
              {...control}
              value={form.delimiter ?? ""}
              onChange={({ currentTarget }) =>
                set({ delimiter: DELIMITER_NAMES.find((one) => one === currentTarget.value) })
              }
            >
              <option value="">
                {wizard("automatic", { found: wizard(`delimiter_${head.delimiter}`) })}
              </option>
              {DELIMITER_NAMES.map((name) => (
                <option key={name} value={name}>
                  {wizard(`delimiter_${name}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        {form.source === "file" && (
          <Field label={wizard("encoding")}>
            {(control) => (
              <select
                {...control}
                value={form.encoding ?? ""}
                onChange={({ currentTarget }) =>
                  set({ encoding: ENCODINGS.find((one) => one === currentTarget.value) })
                }
              >
                <option value="">{wizard("automatic", { found: head.encoding })}</option>
                {ENCODINGS.map((name) => (
                  <option key={name} value={name}>
                    {name}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        <Country {...props} />
      </div>
      <label class="row">
        <input
          type="checkbox"
          checked={form.hasHeader}
          onChange={({ currentTarget }) =>
            set({ hasHeader: currentTarget.checked, to: "", name: "", language: "" })
          }
        />
        {wizard("header")}
      </label>
      <Columns {...props} />
      <Sample head={head} />
    </div>
  );
}

function Country({ form, onChange }: ListReadingProps) {
  const countries = useMemo(listCountries, [language.value]);
  return (
    <Field label={wizard("country")}>
      {(control) => (
        <select
          {...control}
          value={form.country}
          onChange={({ currentTarget }) => onChange({ ...form, country: currentTarget.value })}
        >
          <option value="">{wizard("country_none")}</option>
          {countries.map(({ code, name }) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

const KEYS = ["to", "name", "language"] as const;

function Columns({ form, head, onChange }: ListReadingProps) {
  const isMissing = form.to === "" && head.guessed.to === undefined;
  return (
    <fieldset class="plain-fieldset">
      <legend>{wizard("columns")}</legend>
      <div class="field-grid">
        {KEYS.map((key) => {
          const found = head.guessed[key];
          return (
            <Field
              key={key}
              label={wizard(`column_${key}`)}
              problem={key === "to" && isMissing ? wizard("column_missing") : undefined}
            >
              {(control) => (
                <select
                  {...control}
                  value={form[key]}
                  onChange={({ currentTarget }) =>
                    onChange({ ...form, [key]: currentTarget.value })
                  }
                >
                  <option value="">
                    {found === undefined
                      ? wizard("automatic_none")
                      : wizard("automatic", { found })}
                  </option>
                  {head.titles
                    .filter((title) => title !== "")
                    .map((title) => (
                      <option key={title} value={title}>
                        {title}
                      </option>
                    ))}
                </select>
              )}
            </Field>
          );
        })}
      </div>
    </fieldset>
  );
}

/** Characters of a cell that are shown. */
const CELL = 60;

function Sample({ head }: { readonly head: ListHead }) {
  return (
    <div class="table-box sample" tabIndex={0} role="region" aria-label={wizard("sample")}>
      <table class="plain-table">
        <caption class="visually-hidden">{wizard("sample")}</caption>
        <thead>
          <tr>
            {head.titles.map((title, index) => (
              <th key={index} scope="col">
                <SafeText text={title === "" ? "–" : title.slice(0, CELL)} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {head.rows.map((row, index) => (
            <tr key={index}>
              {head.titles.map((_title, cell) => (
                <td key={cell}>
                  <SafeText text={(row[cell] ?? "").slice(0, CELL)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
