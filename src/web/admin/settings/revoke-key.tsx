import { common } from "../../i18n/common.ts";
import { settings } from "../../i18n/settings.ts";
import { call } from "../../shared/api.ts";
import { Action } from "../../shared/ui/action.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { say } from "../../shared/ui/toast.tsx";
import type { Key } from "./types.ts";

interface RevokeKeyProps {
  readonly of: Key;
  readonly onClose: () => void;
  readonly onRevoked: () => void;
}

/** Asks before a key is ended. */
export function RevokeKey({ of: key, onClose, onRevoked }: RevokeKeyProps) {
  const revoke = async () => {
    await call("DELETE", `/keys/${encodeURIComponent(key.id)}`);
    say(settings("revoked"));
    onRevoked();
    onClose();
  };
  return (
    <Dialog
      title={settings("revoke_title")}
      onClose={onClose}
      actions={
        <>
          <button type="button" class="button" onClick={onClose}>
            {common("cancel")}
          </button>
          <Action tone="danger" icon="trash" run={revoke}>
            {settings("revoke")}
          </Action>
        </>
      }
    >
      <p>
        <strong>
          <SafeText text={key.name} max={200} />
        </strong>{" "}
        <code>{key.id}</code>
      </p>
      <p>{settings("revoke_intro")}</p>
    </Dialog>
  );
}
