import { z } from "zod";
import type { InboundMessage } from "../messages.ts";
import { inboundMessageSchema } from "./stored-message.ts";

/** An inbound message waiting for its turn. */
export interface InboxRow {
  readonly id: string;
  readonly messageId: string;
  readonly message: InboundMessage;
  readonly receivedAt: string;
  /** Milliseconds since it was received, by the database's clock, when it was claimed. */
  readonly ageMs?: number | undefined;
  /** Part of the answer was already committed before a crash: the turn must not be run again. */
  readonly emitted: boolean;
  /** An operator asked for the answer: the message's age is no reason to leave it. */
  readonly replayed?: boolean | undefined;
  /** Where its spans belong (W3C `traceparent`). */
  readonly trace?: string | null | undefined;
  /** Those that are answered together with it, oldest first; its text is then that of all. */
  readonly earlier?: readonly InboxRow[];
}

/** An outbound message that is not settled. */
export interface OutboxRow {
  readonly id: string;
  readonly status: "queued" | "sending" | "uncertain";
  /** This worker wrote it as being sent, under the lease that it still holds, and has its place in the pace: it may go. */
  readonly isMarked?: boolean;
  readonly payload: unknown;
  readonly needsWindow: boolean;
  readonly origin: string;
  readonly attempts: number;
  /** How many times the provider took it and reported later that it had failed. */
  readonly round: number;
  /** When it was put into the outbox, ISO 8601; the same whenever it is read. */
  readonly createdAt?: string | undefined;
  /** Milliseconds since it was written, by the database's clock. */
  readonly ageMs: number;
  /** Milliseconds since its outcome became unknown; null where it never did. */
  readonly uncertainMs: number | null;
  /** Our id of the message it answers. */
  readonly inReplyTo?: string | null | undefined;
  /** Where its spans belong (W3C `traceparent`). */
  readonly trace?: string | null | undefined;
  /** Characters of its text. */
  readonly chars?: number | undefined;
  /** Milliseconds since another message of the same answer was sent; null where none was. */
  readonly sinceMs?: number | null | undefined;
  /** What is done where the window is closed; null: it fails. */
  readonly outside?: OutsideRule | null | undefined;
}

const outsideRule = z.union([
  z.object({ wait: z.literal(true) }),
  z.object({ instead: z.object({ text: z.string() }) }),
]);

/** The template that is sent instead stays in the row. */
export type OutsideRule = z.output<typeof outsideRule>;

export const inboxRow = z.object({
  id: z.string(),
  messageId: z.string(),
  message: inboundMessageSchema,
  receivedAt: z.string(),
  ageMs: z.number().optional(),
  emitted: z.boolean(),
  replayed: z.boolean().optional(),
  trace: z.string().nullish(),
});

export const outboxRow = z.object({
  id: z.string(),
  status: z.enum(["queued", "sending", "uncertain"]),
  payload: z.unknown(),
  needsWindow: z.boolean(),
  origin: z.string(),
  attempts: z.number(),
  round: z.number(),
  createdAt: z.string().optional(),
  ageMs: z.number(),
  uncertainMs: z.number().nullable(),
  inReplyTo: z.string().nullish(),
  trace: z.string().nullish(),
  chars: z.number().optional(),
  sinceMs: z.number().nullish(),
  outside: outsideRule.nullish(),
});
