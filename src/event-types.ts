/** What the operator's own systems can be told of, as the settings of a receiver name it. */
export const EVENT_TYPES = [
  "message.received",
  "session.started",
  "conversation.paused",
  "conversation.resumed",
  "conversation.handoff",
  "contact.opted_out",
  "contact.opted_in",
] as const;

export type EventType = (typeof EVENT_TYPES)[number];
