import type { ComponentChildren } from "preact";
import { common } from "../../i18n/common.ts";
import { useOneAtATime } from "../one-at-a-time.ts";
import { Icon, type IconName } from "./icon.tsx";
import { complain } from "./toast.tsx";

interface ActionProps {
  readonly children: ComponentChildren;
  readonly icon?: IconName;
  readonly tone?: "plain" | "primary" | "danger";
  readonly small?: boolean;
  readonly disabled?: boolean;
  readonly title?: string;
  /** Does it; while it runs the button says so and cannot be pressed again. What the API refuses is said aloud. */
  readonly run: () => Promise<unknown>;
}

/** A button for something that the server does. */
export function Action(props: ActionProps) {
  const { children, icon, tone = "plain", small = false, disabled = false, title, run } = props;
  const { isBusy, run: runOnce } = useOneAtATime();
  const start = async () => {
    try {
      await runOnce(run);
    } catch (thrown) {
      complain(thrown);
    }
  };
  const look = tone === "plain" ? "" : `button-${tone}`;
  return (
    <button
      type="button"
      class={`button ${look} ${small ? "button-small" : ""}`}
      disabled={disabled || isBusy}
      aria-busy={isBusy}
      title={title}
      onClick={() => void start()}
    >
      {isBusy ? (
        <span class="spinner" aria-hidden="true" />
      ) : (
        icon !== undefined && <Icon name={icon} size={16} />
      )}
      {isBusy ? <span class="visually-hidden">{common("working")}</span> : null}
      {children}
    </button>
  );
}
