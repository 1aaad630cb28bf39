/** What the operator's own systems can be told of, as the settings of a receiver name it. */
export const EVENT_TYPES = [
  "message.received",
  "session.started",
  "conversation.paused",
  "conversation.resumed",
  "conversation.handoff",
  "contact.opted_out",
  "contact.opted_in",
  "message.sent",
  "message.delivered",
  "message.read",
  "message.failed",
  "message.uncertain",
  "campaign.started",
  "campaign.paused",
  "campaign.resumed",
  "campaign.finished",
  "campaign.cancelled",
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** What is told for every single message that goes out: only receivers that name it get it. */
const FREQUENT: ReadonlySet<EventType> = new Set([
  "message.sent",
  "message.delivered",
  "message.read",
  "message.failed",
  "message.uncertain",
]);

/** What a receiver is told that names no types. */
export const USUAL_EVENT_TYPES: readonly EventType[] = EVENT_TYPES.filter(
  (type) => !FREQUENT.has(type),
);
