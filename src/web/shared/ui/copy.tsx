import { common } from "../../i18n/common.ts";
import { Icon } from "./icon.tsx";
import { say } from "./toast.tsx";

/** Copies a text; where the browser keeps that to itself (plain http), the text is selected by hand. */
export function Copy({ text, label }: { readonly text: string; readonly label?: string }) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label ?? common("copy")}
      title={label ?? common("copy")}
      disabled={navigator.clipboard === undefined}
      onClick={() => void navigator.clipboard.writeText(text).then(() => say(common("copied")))}
    >
      <Icon name="copy" size={16} />
    </button>
  );
}
