import type { Message } from "../../shared/api-types.ts";
import type { News } from "../../shared/live.ts";
import type { MessageStatus } from "../../shared/ui/tick.tsx";

/** One line of what happens: a message with what became of it last, or a campaign. */
export interface Happening {
  readonly id: string;
  readonly kind: "in" | "out" | "campaign";
  readonly channel: string;
  /** A message's status, or a campaign's state. */
  readonly status: string;
  readonly at: string;
  /** Where it can be seen. */
  readonly href: string;
}

/** Lines that are shown. */
export const SHOWN = 20;

const STATUSES: readonly MessageStatus[] = [
  "received",
  "queued",
  "sending",
  "uncertain",
  "sent",
  "delivered",
  "read",
  "failed",
];

export function readStatus(word: string): MessageStatus | undefined {
  return STATUSES.find((known) => known === word);
}

const placeOf = (conversationId: string) =>
  `/admin/conversations/${encodeURIComponent(conversationId)}`;

/** What a listed message tells. */
export function fromMessage(
  message: Pick<
    Message,
    "id" | "conversation_id" | "channel" | "direction" | "status" | "created_at"
  >,
): Happening {
  return {
    id: message.id,
    kind: message.direction,
    channel: message.channel,
    status: message.status,
    at: message.created_at,
    href: placeOf(message.conversation_id),
  };
}

const textOf = (value: unknown) => (typeof value === "string" ? value : "");

/** What news tell. A campaign's news carry no time: they are told as they happen. */
export function fromNews(news: News, now: string): Happening {
  if (news.kind === "campaign") {
    return {
      id: news.id,
      kind: "campaign",
      channel: textOf(news["channel"]),
      status: textOf(news["state"]),
      at: now,
      href: `/admin/campaigns/${encodeURIComponent(news.id)}`,
    };
  }
  return {
    id: news.id,
    kind: news.direction,
    channel: news.channel,
    status: news.status,
    at: news.changed_at,
    href: placeOf(news.conversation_id),
  };
}

/** Puts new lines on top; each message and campaign stands there once, as it was told last. */
export function addHappenings(
  known: readonly Happening[],
  fresh: readonly Happening[],
): readonly Happening[] {
  const latest = new Map<string, Happening>();
  for (const one of [...known, ...fresh]) {
    const before = latest.get(one.id);
    // A page that was read late must not undo what was told meanwhile.
    if (before === undefined || one.at >= before.at) latest.set(one.id, one);
  }
  return [...latest.values()].toSorted((a, b) => (a.at < b.at ? 1 : -1)).slice(0, SHOWN);
}
