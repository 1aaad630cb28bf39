import { useState } from "preact/hooks";
import { common } from "../../../i18n/common.ts";
import { Action } from "../../../shared/ui/action.tsx";
import { Dialog } from "../../../shared/ui/dialog.tsx";

interface ConfirmButtonProps {
  readonly label: string;
  /** What will happen. */
  readonly detail: string;
  readonly tone?: "plain" | "danger";
  /** Has to be typed first, where it cannot be taken back. */
  readonly word?: { readonly text: string; readonly label: string };
  readonly run: () => Promise<void>;
}

/** A button for what should not happen by accident. */
export function ConfirmButton({ label, detail, tone = "plain", word, run }: ConfirmButtonProps) {
  const [isAsking, setAsking] = useState(false);
  const [typed, setTyped] = useState("");
  const close = () => {
    setAsking(false);
    setTyped("");
  };
  const isTyped = word === undefined || typed.trim().toUpperCase() === word.text.toUpperCase();
  return (
    <>
      <button
        type="button"
        class={`button button-small ${tone === "danger" ? "button-danger" : ""}`}
        aria-haspopup="dialog"
        onClick={() => setAsking(true)}
      >
        {label}
      </button>
      {isAsking && (
        <Dialog
          title={label}
          onClose={close}
          actions={
            <>
              <button type="button" class="button" onClick={close}>
                {common("cancel")}
              </button>
              <Action
                tone={tone === "danger" ? "danger" : "primary"}
                disabled={!isTyped}
                run={async () => {
                  await run();
                  close();
                }}
              >
                {label}
              </Action>
            </>
          }
        >
          <p>{detail}</p>
          {word !== undefined && (
            <label class="field">
              <span>{word.label}</span>
              <input
                type="text"
                autocomplete="off"
                spellcheck={false}
                value={typed}
                onInput={({ currentTarget }) => setTyped(currentTarget.value)}
              />
            </label>
          )}
        </Dialog>
      )}
    </>
  );
}
