import { useState } from "preact/hooks";
import { common } from "../../i18n/common.ts";
import { people } from "../../i18n/people.ts";
import { addressOf } from "../../shared/address.ts";
import { call } from "../../shared/api.ts";
import { navigate } from "../../shared/router.ts";
import { may } from "../../shared/session.ts";
import { Action } from "../../shared/ui/action.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { Field } from "../../shared/ui/field.tsx";
import { Icon } from "../../shared/ui/icon.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { say } from "../../shared/ui/toast.tsx";
import { IdentityName } from "./identity-name.tsx";
import type { Contact } from "./types.ts";

/** Everything kept on a person: taken out in one file, or erased. */
export function PersonRecord({ of: person }: { readonly of: Contact }) {
  const [isErasing, setErasing] = useState(false);
  return (
    <section class="card stack">
      <div>
        <h2>{people("record")}</h2>
        <p class="hint">{people("record_intro")}</p>
      </div>
      <div class="row">
        <a class="button" href={addressOf(`/contacts/${person.id}/export`)} download>
          <Icon name="download" size={16} /> {people("export")}
        </a>
        {may("contacts:write") && (
          <button type="button" class="button button-danger" onClick={() => setErasing(true)}>
            <Icon name="trash" size={16} /> {people("erase")}
          </button>
        )}
      </div>
      {isErasing && <EraseDialog of={person} onClose={() => setErasing(false)} />}
    </section>
  );
}

interface EraseDialogProps {
  readonly of: Contact;
  readonly onClose: () => void;
}

/** Asks for a word before somebody is erased for good. */
function EraseDialog({ of: person, onClose }: EraseDialogProps) {
  const [typed, setTyped] = useState("");
  const word = people("erase_word");
  const erase = async () => {
    await call("DELETE", `/contacts/${person.id}`);
    say(people("erased"));
    navigate("/admin/people", { replace: true });
  };
  return (
    <Dialog
      title={people("erase_title")}
      onClose={onClose}
      actions={
        <>
          <button type="button" class="button" onClick={onClose}>
            {common("cancel")}
          </button>
          <Action
            tone="danger"
            icon="trash"
            disabled={typed.trim().toLocaleUpperCase() !== word}
            run={erase}
          >
            {people("erase")}
          </Action>
        </>
      }
    >
      <p>
        <strong>
          <SafeText text={person.name ?? people("nameless")} max={200} />
        </strong>{" "}
        {person.identities.slice(0, 3).map((identity) => (
          <span key={`${identity.channel} ${identity.value}`} class="set-numbers">
            {" · "}
            <IdentityName {...identity} />
          </span>
        ))}
      </p>
      <p>{people("erase_intro")}</p>
      <Field label={people("erase_type", { word })}>
        {(control) => (
          <input
            {...control}
            type="text"
            autocomplete="off"
            spellcheck={false}
            value={typed}
            onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          />
        )}
      </Field>
    </Dialog>
  );
}
