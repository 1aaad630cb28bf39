import type { EVENT_OUTCOMES } from "../../db/notification-events.ts";

/** What became of one event: as one of its rules has it, or known from before, or for no rule. */
export type EventOutcome = (typeof EVENT_OUTCOMES)[number] | "known" | "ignored";

/** Whether events can arrive. */
export type BrokerState = "connected" | "away";

/** What the consumer tells metrics and logs. No text quotes an event. */
export interface EventObserver {
  readonly broker: (state: BrokerState, error?: Error) => void;
  readonly notification: (outcome: EventOutcome) => void;
  readonly refused: (problems: readonly string[]) => void;
  readonly problem: (what: string, error: unknown) => void;
}
