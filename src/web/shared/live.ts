import { signal } from "@preact/signals";
import { addressOf } from "./address.ts";
import { isExpired } from "./session.ts";

/** News of a message: what it is and what has become of it, never what was said. */
export interface MessageNews {
  readonly kind: "inbound" | "message";
  readonly id: string;
  readonly conversation_id: string;
  readonly channel: string;
  readonly direction: "in" | "out";
  readonly status: string;
  readonly changed_at: string;
  readonly campaign_id: string | null;
}

/** News of a campaign: its id and, beside it, its figures as the stream tells them. */
export interface CampaignNews {
  readonly kind: "campaign";
  readonly id: string;
  readonly [figure: string]: unknown;
}

export type News = MessageNews | CampaignNews;

/** Whether news arrive. "lost": the connection broke and is being made again; what is on the page may be old. */
export const liveState = signal<"off" | "connecting" | "open" | "lost">("off");

const listeners = new Set<(news: News) => void>();
/** Told once a lost connection is back without knowing what was missed: what is shown should be read again. */
const returns = new Set<() => void>();

/** Milliseconds between two attempts to come back; doubled up to the longest. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

let source: EventSource | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let pauseMs = FIRST_PAUSE_MS;

function tell(kind: News["kind"], event: MessageEvent<string>): void {
  const news: News = { ...JSON.parse(event.data), kind };
  for (const listener of listeners) listener(news);
}

function open(): void {
  const wasLost = liveState.peek() === "lost";
  if (!wasLost) liveState.value = "connecting";
  const opened = new EventSource(addressOf("/events/stream"));
  source = opened;
  for (const kind of ["inbound", "message", "campaign"] as const)
    opened.addEventListener(kind, (event: MessageEvent<string>) => tell(kind, event));
  opened.addEventListener("open", () => {
    const wasAway = liveState.peek() === "lost";
    pauseMs = FIRST_PAUSE_MS;
    liveState.value = "open";
    if (wasAway) for (const listener of returns) listener();
  });
  opened.addEventListener("error", () => {
    liveState.value = "lost";
    // The browser comes back by itself after a break, but gives up where it was refused.
    if (opened.readyState !== EventSource.CLOSED || source !== opened) return;
    timer = setTimeout(open, pauseMs);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  });
}

/** Begins to listen; one connection serves the whole page. */
export function startLive(): void {
  stopLive();
  open();
}

export function stopLive(): void {
  clearTimeout(timer);
  source?.close();
  source = undefined;
  liveState.value = "off";
}

/** Hears of everything that happens; returns how to stop. */
export function onNews(listener: (news: News) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Hears that news may have been missed; returns how to stop. */
export function onReturn(listener: () => void): () => void {
  returns.add(listener);
  return () => returns.delete(listener);
}

/** Whether a session's end broke the connection: the next one takes it up again, whoever listens at that moment. */
let isToReturn = false;

isExpired.subscribe((expired) => {
  if (expired) {
    isToReturn = source !== undefined;
    stopLive();
  } else if (isToReturn) {
    isToReturn = false;
    startLive();
    for (const listener of returns) listener();
  }
});
