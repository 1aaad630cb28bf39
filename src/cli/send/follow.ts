import { setTimeout as sleep } from "node:timers/promises";
import type { z } from "zod";
import { routedMessage } from "../../http/api/message-schemas.ts";
import type { ApiClient } from "../api.ts";

export type FollowedMessage = z.output<typeof routedMessage>;

/** How often the bridge is asked, milliseconds. */
const ASK_MS = 300;

/** What ends the waiting: it arrived, or it never will. */
const ENDS: ReadonlySet<string> = new Set(["delivered", "read", "failed"]);

export interface Follow {
  readonly api: Pick<ApiClient, "get">;
  readonly ids: readonly string[];
  /** Milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Told of every change of a message. */
  readonly onChange: (message: FollowedMessage) => void;
}

/** Follows messages until each arrived or failed, or the time is over; gives them as they are then. */
export async function follow(options: Follow): Promise<readonly FollowedMessage[]> {
  const { api, ids, timeoutMs, signal, onChange } = options;
  const end = performance.now() + timeoutMs;
  const seen = new Map<string, string>();
  for (;;) {
    const messages: FollowedMessage[] = [];
    for (const id of ids) messages.push(await api.get(`/messages/${id}`, routedMessage));
    for (const message of messages) {
      if (seen.get(message.id) === message.outcome) continue;
      seen.set(message.id, message.outcome);
      onChange(message);
    }
    if (messages.every(isOver) || performance.now() >= end) return messages;
    await sleep(ASK_MS, undefined, { signal });
  }
}

/** Whether nothing more is waited for. A message that another channel took over is followed there. */
export function isOver({ outcome }: Pick<FollowedMessage, "outcome">): boolean {
  return ENDS.has(outcome);
}

const TICKS: Readonly<Record<string, string>> = {
  queued: "…",
  sending: "…",
  uncertain: "?",
  sent: "✓",
  delivered: "✓✓",
  read: "✓✓",
  failed: "✗",
};

/** The ticks of a status, as a phone shows them, and its word. */
export function ticksOf(status: string): string {
  return `${TICKS[status] ?? "·"} ${status}`;
}
