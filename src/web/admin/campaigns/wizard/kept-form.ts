import { EMPTY_MESSAGE, type MessageForm } from "./message-form.ts";

const KEY = "ponte-new-campaign";

/** Keeps what was typed for this tab; undefined forgets it. Where the browser keeps nothing, it lives as long as the page. */
export function keepForm(form: MessageForm | undefined): void {
  try {
    if (form === undefined) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, JSON.stringify(form));
  } catch {
    // Full or forbidden: nothing is lost that was promised.
  }
}

/** Nobody else writes there. */
const isForm = (kept: unknown): kept is Partial<MessageForm> =>
  typeof kept === "object" && kept !== null;

/** What was typed in this tab before. */
export function readForm(): MessageForm | undefined {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    return isForm(kept) ? { ...EMPTY_MESSAGE, ...kept } : undefined;
  } catch {
    return undefined;
  }
}
