import { useRef, useState } from "preact/hooks";
import { common } from "../../i18n/common.ts";
import { settings } from "../../i18n/settings.ts";
import { ApiProblem, post } from "../../shared/api.ts";
import { newRequestKey } from "../../shared/request-key.ts";
import { Action } from "../../shared/ui/action.tsx";
import { Copy } from "../../shared/ui/copy.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { EMPTY_DRAFT, isComplete, type KeyDraft, requestOf } from "./key-rights.ts";
import { KeyForm } from "./key-form.tsx";
import type { MadeKey } from "./types.ts";

interface NewKeyProps {
  readonly onClose: () => void;
  readonly onMade: () => void;
}

/** Makes a key and shows it, once. */
export function NewKey({ onClose, onMade }: NewKeyProps) {
  const [draft, setDraft] = useState<KeyDraft>(EMPTY_DRAFT);
  const [problem, setProblem] = useState<ApiProblem>();
  const [made, setMade] = useState<MadeKey>();
  const name = useRef(newRequestKey());
  const make = async () => {
    try {
      const body = requestOf(draft, Date.now());
      setMade(await post<MadeKey>("/keys", body, { idempotencyKey: name.current }));
      onMade();
    } catch (thrown) {
      if (!(thrown instanceof ApiProblem)) throw thrown;
      // What was refused is another request once it is mended; what got no answer is still the same one.
      if (thrown.status !== 0) name.current = newRequestKey();
      if (thrown.errors.length === 0) throw thrown;
      setProblem(thrown);
    }
  };
  if (made !== undefined) return <Made of={made} onClose={onClose} />;
  return (
    <Dialog
      title={settings("new_key")}
      onClose={onClose}
      actions={
        <>
          <button type="button" class="button" onClick={onClose}>
            {common("cancel")}
          </button>
          <Action tone="primary" icon="key" disabled={!isComplete(draft)} run={make}>
            {settings("make_key")}
          </Action>
        </>
      }
    >
      <KeyForm draft={draft} onChange={setDraft} problem={problem} />
    </Dialog>
  );
}

function Made({ of: key, onClose }: { readonly of: MadeKey; readonly onClose: () => void }) {
  return (
    <Dialog
      title={settings("made_title")}
      onClose={onClose}
      actions={
        <button type="button" class="button button-primary" onClick={onClose}>
          {settings("made_done")}
        </button>
      }
    >
      <p role="status">{settings("made_intro")}</p>
      <div class="made-key">
        <input
          type="text"
          readOnly
          aria-label={settings("made_key")}
          value={key.key}
          onFocus={({ currentTarget }) => currentTarget.select()}
        />
        <Copy text={key.key} />
      </div>
    </Dialog>
  );
}
