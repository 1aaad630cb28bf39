import { signal } from "@preact/signals";

/** Something that happened beside the messages, told between them. */
export type Event =
  | { readonly kind: "refused"; readonly status: number }
  | { readonly kind: "repeated"; readonly times: number }
  | { readonly kind: "later"; readonly seconds: number }
  | { readonly kind: "clock"; readonly hours: number };

export interface Notice {
  readonly id: number;
  readonly channel: string;
  readonly phone: string;
  /** ISO 8601. */
  readonly at: string;
  readonly event: Event;
}

export const notices = signal<readonly Notice[]>([]);

const KEPT = 100;

let count = 0;

export function notice(channel: string, phone: string, event: Event): void {
  count += 1;
  const told = { id: count, channel, phone, at: new Date().toISOString(), event };
  notices.value = [...notices.peek(), told].slice(-KEPT);
}

export function forgetNotices(channel: string, phone: string): void {
  notices.value = notices.peek().filter((told) => told.channel !== channel || told.phone !== phone);
}
