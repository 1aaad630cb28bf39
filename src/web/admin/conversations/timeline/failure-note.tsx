import type { ComponentChildren } from "preact";
import { conversations } from "../../../i18n/conversations.ts";
import { Icon } from "../../../shared/ui/icon.tsx";
import { SafeText } from "../../../shared/ui/safe-text.tsx";
import type { ErrorReport } from "../types.ts";

interface FailureNoteProps {
  readonly error: ErrorReport | null;
  /** What can be done about it here. */
  readonly children?: ComponentChildren;
}

/** Why a message did not arrive, in words, and what an operator can do about it. */
export function FailureNote({ error, children }: FailureNoteProps) {
  const said = error?.details ?? error?.title ?? error?.reason;
  return (
    <div class="message-failure">
      <Icon name="warning" size={18} />
      <div>
        <strong>{conversations("failed")}</strong>{" "}
        {said === null || said === undefined ? (
          conversations("failed_unknown")
        ) : (
          <SafeText text={said} max={600} />
        )}
        {typeof error?.code === "string" && (
          <>
            {" "}
            <code>
              <SafeText text={error.code} max={80} />
            </code>
          </>
        )}
        {typeof error?.hint === "string" && <p>{error.hint}</p>}
      </div>
      {children}
    </div>
  );
}
