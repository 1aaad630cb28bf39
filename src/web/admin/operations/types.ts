import type { z } from "zod";
import type { backendTrialAnswer } from "../../../http/api/backend-try.ts";
import type { backend } from "../../../http/api/backends.ts";
import type { pairing } from "../../../http/api/channel-connect.ts";
import type { channel } from "../../../http/api/channels.ts";
import type { deadLetter, replayAnswer } from "../../../http/api/dead-letters.ts";
import type { eventDetail } from "../../../http/api/event-body.ts";
import type { eventRow } from "../../../db/events-read.ts";
import type { notificationEventRow } from "../../../db/notification-events.ts";
import type { outgoingEventRow } from "../../../db/outgoing-events-read.ts";

// What the API answers, by its own schemas.

export type Backend = z.output<typeof backend>;
export type TrialAnswer = z.output<typeof backendTrialAnswer>;
export type Channel = z.output<typeof channel>;
export type Health = Channel["health"][number];
export type Pairing = z.output<typeof pairing>;
export type EventRow = z.output<typeof eventRow>;
export type EventDetail = z.output<typeof eventDetail>;
export type OutgoingEvent = z.output<typeof outgoingEventRow>;
export type NotificationEvent = z.output<typeof notificationEventRow>;
export type DeadLetter = z.output<typeof deadLetter>;
export type Plan = Omit<z.output<typeof replayAnswer>, "replayed">;

/** What came of sending a webhook through again. */
export interface EventReplay {
  readonly id: string;
  readonly state: "stored" | "quarantined";
  readonly reason: string | null;
  readonly event_count: number;
}
