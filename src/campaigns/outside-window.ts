import type { OutsideWindow, SendFacts } from "../db/outbound.ts";
import type { OutgoingRow } from "../db/turns.ts";
import { BridgeError } from "../errors.ts";
import { MAX_WAIT_MS } from "../flow/closed-window.ts";
import type { Note } from "../messages.ts";
import { refuse } from "./unsendable.ts";

const DAY_MS = 86_400_000;

/** How far ahead a message may be planned. */
const MAX_AHEAD_MS = 366 * DAY_MS;

export interface TimingRequest {
  readonly sendAt: string | undefined;
  /** The database's time. */
  readonly now: string;
  /** Whether the provider would take the message now. */
  readonly isOpen: boolean;
  /** What was asked for where it would not; undefined: to fail. */
  readonly outside: OutsideWindow | undefined;
  /** Whether a further channel takes over where the window is closed. */
  readonly hasRung: boolean;
}

/** When a message goes out, and what goes out. */
export interface Timing {
  readonly held?: SendFacts["held"];
  /** Kept with the message: the window may have closed by the time it is sent. */
  readonly outsideWindow?: OutsideWindow;
  /** What is sent instead of the message, now. */
  readonly instead?: OutgoingRow;
  readonly notes: readonly Note[];
}

const later = (now: string, ms: number): string => new Date(Date.parse(now) + ms).toISOString();

/**
 * Decides when a message goes out. One that is planned is judged by the window of its own time. Throws
 * `channel_window_closed`, and `UnsendableRequest` for a time that is too far away.
 */
export function decideTiming({ sendAt, now, isOpen, outside, hasRung }: TimingRequest): Timing {
  const kept = outside === undefined ? {} : { outsideWindow: outside };
  const aheadMs = sendAt === undefined ? 0 : Date.parse(sendAt) - Date.parse(now);
  if (aheadMs > MAX_AHEAD_MS) return refuse(["send_at"], "must not be more than a year ahead");
  if (sendAt !== undefined && aheadMs > 0)
    return { ...kept, held: { for: "schedule", until: sendAt }, notes: [] };
  if (isOpen) return { ...kept, notes: [] };
  if (outside !== undefined && "wait" in outside) {
    const held = { for: "window", until: later(now, MAX_WAIT_MS) } as const;
    return { ...kept, held, notes: [note("window_wait", "the message waits for the person")] };
  }
  if (outside !== undefined)
    return {
      instead: outside.instead,
      notes: [note("window_template", "the template is sent instead")],
    };
  if (hasRung) return { notes: [note("window_route", "the next channel of the route takes over")] };
  throw new BridgeError(
    "channel_window_closed",
    "the person has not written within the provider's window: send a template, or say in outside_window what to do",
  );
}

function note(code: string, what: string): Note {
  return { code, detail: `The customer-service window is closed: ${what}.` };
}
