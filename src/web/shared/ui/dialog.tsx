import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { common } from "../../i18n/common.ts";
import { Icon } from "./icon.tsx";
import { SafeText } from "./safe-text.tsx";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** "sheet" slides up from the bottom, as on a phone; "side" comes from the side and leaves room for what lies beneath. */
  readonly shape?: "box" | "sheet" | "side";
  readonly actions?: ComponentChildren;
}

/** A dialog above the page: the browser itself keeps the focus inside, and Escape closes it. */
export function Dialog({ title, onClose, children, shape = "box", actions }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const shown = dialog.current;
    if (shown?.open === false) shown.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`dialog dialog-${shape}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div class="dialog-inside">
        <header class="dialog-head">
          <h2 id={titleId}>
            <SafeText text={title} max={200} />
          </h2>
          <button type="button" class="icon-button" aria-label={common("close")} onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        <div class="dialog-body">{children}</div>
        {actions !== undefined && <footer class="dialog-actions">{actions}</footer>}
      </div>
    </dialog>
  );
}
