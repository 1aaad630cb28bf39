import { signal } from "@preact/signals";
import type { MadeCall } from "./wire.ts";

/** Calls that the simulated provider made for one thing that somebody did. */
export interface CallGroup {
  readonly id: number;
  readonly kind: "message" | "status";
  readonly channel: string;
  readonly phone: string;
  /** ISO 8601. */
  readonly at: string;
  readonly calls: readonly MadeCall[];
  /** Milliseconds after which they are made, where that is later. */
  readonly laterMs: number;
}

/** The last groups, newest first. */
export const callGroups = signal<readonly CallGroup[]>([]);

const KEPT = 30;

let count = 0;

export function noteCalls(group: Omit<CallGroup, "id" | "at">): void {
  count += 1;
  const noted = { ...group, id: count, at: new Date().toISOString() };
  callGroups.value = [noted, ...callGroups.peek()].slice(0, KEPT);
}

/** Whether the bridge took a call. */
export const isTaken = ({ status }: Pick<MadeCall, "status">): boolean =>
  status >= 200 && status < 300;
