import { holdForWindow, replaceByTemplate } from "../db/held-messages.ts";
import { readStanding } from "../db/outbox.ts";
import { type Delivery, DONE, giveUp, type Step } from "./delivery.ts";

/** How long a message waits for the person to write. */
export const MAX_WAIT_MS = 7 * 86_400_000;

/** What goes on in place of the message. */
export type AfterClosedWindow = Delivery | { readonly kind: "instead"; readonly payload: unknown };

/**
 * Acts on a window that is closed when a message is to be sent, as whoever asked for it said: it waits, a template goes out
 * instead, or it fails and the next channel of its route takes over. One that may have arrived is left to a person.
 */
export async function meetClosedWindow(step: Step): Promise<AfterClosedWindow> {
  const { deps, row } = step;
  // Of a message that a template has replaced, the parts were claimed together with it.
  if ((await readStanding(deps.db, row.id)) === "settled") return DONE;
  if (row.status !== "queued")
    return giveUp(step, "channel_uncertain", "the window closed before anybody knew its fate");
  const { outside } = row;
  if (outside !== null && outside !== undefined) {
    if ("wait" in outside) {
      await holdForWindow(deps.db, row.id, MAX_WAIT_MS);
      return DONE;
    }
    const payload = await replaceByTemplate(deps.db, row.id);
    return payload === undefined ? DONE : { kind: "instead", payload };
  }
  await giveUp(step, "channel_window_closed", "the customer-service window is closed");
  await deps.fallBack(row.id, { class: "drop", windowClosed: true });
  return DONE;
}
