import { useState } from "preact/hooks";
import { common } from "../../i18n/common.ts";
import { people } from "../../i18n/people.ts";
import { post } from "../../shared/api.ts";
import { Action } from "../../shared/ui/action.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { Field } from "../../shared/ui/field.tsx";
import { say } from "../../shared/ui/toast.tsx";

const SCOPES = ["all", "marketing"] as const;

interface OptOutDialogProps {
  readonly contactId: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Records that somebody wants no messages. */
export function OptOutDialog({ contactId, onClose, onDone }: OptOutDialogProps) {
  const [scope, setScope] = useState<(typeof SCOPES)[number]>("all");
  const [reason, setReason] = useState("");
  const record = async () => {
    const said = reason.trim();
    await post(`/contacts/${contactId}/opt-out`, { scope, ...(said !== "" && { reason: said }) });
    say(people("opted_out"));
    onDone();
  };
  return (
    <Dialog
      title={people("opt_out_title")}
      onClose={onClose}
      actions={
        <>
          <button type="button" class="button" onClick={onClose}>
            {common("cancel")}
          </button>
          <Action tone="primary" run={record}>
            {people("opt_out")}
          </Action>
        </>
      }
    >
      <p>{people("opt_out_intro")}</p>
      <fieldset class="set-choices">
        <legend>{people("scope")}</legend>
        {SCOPES.map((one) => (
          <label key={one} class="set-choice">
            <input
              type="radio"
              name="opt-out-scope"
              checked={scope === one}
              onChange={() => setScope(one)}
            />
            <span>{people(`scope_${one}`)}</span>
          </label>
        ))}
      </fieldset>
      <Field label={people("reason")} hint={people("reason_hint")}>
        {(control) => (
          <input
            {...control}
            type="text"
            maxLength={200}
            value={reason}
            onInput={({ currentTarget }) => setReason(currentTarget.value)}
          />
        )}
      </Field>
    </Dialog>
  );
}
