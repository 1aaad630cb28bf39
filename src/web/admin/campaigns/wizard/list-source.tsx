import { useRef, useState } from "preact/hooks";
import { wizard } from "../../../i18n/wizard.ts";
import { formatBytes } from "../../../shared/format.ts";
import { Field } from "../../../shared/ui/field.tsx";
import { Icon } from "../../../shared/ui/icon.tsx";
import { SafeText } from "../../../shared/ui/safe-text.tsx";
import { EMPTY_LIST, type ListForm } from "./list-form.ts";

interface ListSourceProps {
  readonly form: ListForm;
  readonly onChange: (form: ListForm) => void;
}

/** Where the list comes from: a file that is dropped or chosen, or lines that are pasted. */
export function ListSource({ form, onChange }: ListSourceProps) {
  return (
    <fieldset class="plain-fieldset stack-small">
      <legend>{wizard("source")}</legend>
      <div class="option-cards">
        {(["file", "paste"] as const).map((source) => (
          <label key={source} class="option-card">
            <input
              type="radio"
              name="source"
              checked={form.source === source}
              onChange={() => onChange({ ...form, source })}
            />
            <strong>{wizard(`source_${source}`)}</strong>
          </label>
        ))}
      </div>
      {form.source === "file" ? (
        <DropZone form={form} onChange={onChange} />
      ) : (
        <Field label={wizard("paste_label")} hint={wizard("paste_hint")}>
          {(control) => (
            <textarea
              {...control}
              class="paste"
              rows={8}
              spellcheck={false}
              value={form.pasted}
              onInput={({ currentTarget }) => onChange({ ...form, pasted: currentTarget.value })}
            />
          )}
        </Field>
      )}
    </fieldset>
  );
}

function DropZone({ form, onChange }: ListSourceProps) {
  const [isOver, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const { country } = form;
  const take = (file: File | null | undefined) => {
    // Another file has other columns: how it is to be read is found out anew.
    if (file !== null && file !== undefined) onChange({ ...EMPTY_LIST, country, file });
  };
  return (
    <div
      class={`drop-zone ${isOver ? "drop-zone-over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer?.files[0]);
      }}
    >
      <Icon name="upload" size={28} />
      {form.file === undefined ? (
        <p>
          <strong>{wizard("drop")}</strong> <span class="hint">{wizard("drop_or")}</span>
        </p>
      ) : (
        <p>
          <strong>
            <SafeText text={form.file.name} max={200} />
          </strong>{" "}
          <span class="hint">{formatBytes(form.file.size)}</span>
        </p>
      )}
      <input
        ref={input}
        type="file"
        class="visually-hidden"
        tabIndex={-1}
        aria-label={wizard("choose_file")}
        accept=".csv,.txt,.tsv,text/csv,text/plain"
        onChange={({ currentTarget }) => {
          take(currentTarget.files?.[0]);
          // The same file may be chosen again after it was changed.
          currentTarget.value = "";
        }}
      />
      <button type="button" class="button" onClick={() => input.current?.click()}>
        {wizard(form.file === undefined ? "choose_file" : "file_other")}
      </button>
      <span class="hint">{wizard("file_hint")}</span>
    </div>
  );
}
