import { useState } from "preact/hooks";
import { common } from "../../i18n/common.ts";
import { setup } from "../../i18n/simulator-setup.ts";
import { Action } from "../../shared/ui/action.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { Icon } from "../../shared/ui/icon.tsx";
import { say } from "../../shared/ui/toast.tsx";
import { reset, type Seat } from "../state/desk.ts";
import { chooseMessage } from "../state/place.ts";
import { transcript } from "../state/transcript.ts";

/** Begins the conversation anew. */
export function ResetButton({ seat }: { readonly seat: Seat }) {
  const [isAsking, setAsking] = useState(false);
  const close = () => setAsking(false);
  const begin = async () => {
    await reset(seat);
    chooseMessage(undefined);
    say(setup("reset_done"));
    close();
  };
  return (
    <>
      <button
        type="button"
        class="button"
        disabled={transcript.value.conversation === undefined}
        onClick={() => setAsking(true)}
      >
        <Icon name="trash" size={16} /> {setup("reset")}
      </button>
      {isAsking && (
        <Dialog
          title={setup("reset")}
          onClose={close}
          actions={
            <>
              <button type="button" class="button" onClick={close}>
                {common("cancel")}
              </button>
              <Action tone="danger" icon="trash" run={begin}>
                {setup("reset")}
              </Action>
            </>
          }
        >
          <p>{setup("reset_why")}</p>
        </Dialog>
      )}
    </>
  );
}
