import { useState } from "preact/hooks";
import { common } from "../../../i18n/common.ts";
import { conversations } from "../../../i18n/conversations.ts";
import { query, setQuery } from "../../../shared/router.ts";
import { Dialog } from "../../../shared/ui/dialog.tsx";
import { Field } from "../../../shared/ui/field.tsx";
import { dayOf } from "./merge.ts";

/** Asks for the day from which on somebody wants to read. */
export function DayDialog({ onClose }: { readonly onClose: () => void }) {
  const today = dayOf(new Date().toISOString());
  const [day, setDay] = useState(query.value.get("day") ?? today);
  const go = (to: string | undefined) => {
    setQuery({ day: to, message: undefined });
    onClose();
  };
  return (
    <Dialog title={conversations("jump_to_day")} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (day !== "") go(day);
        }}
      >
        <Field label={conversations("day")}>
          {(control) => (
            <input
              {...control}
              type="date"
              required
              max={today}
              value={day}
              onInput={({ currentTarget }) => setDay(currentTarget.value)}
            />
          )}
        </Field>
        <div class="row">
          <button type="submit" class="button button-primary" disabled={day === ""}>
            {conversations("go")}
          </button>
          <button type="button" class="button" onClick={() => go(undefined)}>
            {conversations("to_end")}
          </button>
          <button type="button" class="button" onClick={onClose}>
            {common("cancel")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
