import { signal } from "@preact/signals";
import { common } from "../../i18n/common.ts";
import { ApiProblem } from "../api.ts";
import { Icon } from "./icon.tsx";

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly isBad: boolean;
}

const toasts = signal<readonly Toast[]>([]);
let count = 0;

const SHOWN_MS = 6_000;

function show(text: string, isBad: boolean): void {
  count += 1;
  const id = count;
  toasts.value = [...toasts.value.slice(-3), { id, text, isBad }];
  // What went wrong stays until it is closed.
  if (!isBad) setTimeout(() => dismiss(id), SHOWN_MS);
}

function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

/** Says that something was done. */
export const say = (text: string): void => show(text, false);

/**
 * Says that something could not be done. Anything but a refusal of the API is a mistake of ours and is thrown on. That a session
 * has ended is said by the sign-in above the page.
 */
export function complain(thrown: unknown): void {
  if (!(thrown instanceof ApiProblem)) throw thrown;
  if (thrown.status === 401) return;
  show(thrown.status === 0 ? common("offline_title") : thrown.message, true);
}

/** Where those words appear; read out as they come. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, text, isBad }) => (
        <div key={id} class={`toast ${isBad ? "toast-bad" : ""}`}>
          <Icon name={isBad ? "warning" : "check"} size={18} />
          <span>{text}</span>
          <button
            type="button"
            class="icon-button"
            aria-label={common("close")}
            onClick={() => dismiss(id)}
          >
            <Icon name="close" size={14} />
          </button>
        </div>
      ))}
    </div>
  );
}
