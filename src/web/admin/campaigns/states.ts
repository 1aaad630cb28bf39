import type { Campaign } from "./types.ts";

/** The states of a campaign in the order of its life. */
export const CAMPAIGN_STATES = [
  "draft",
  "scheduled",
  "running",
  "paused",
  "done",
  "cancelled",
] as const satisfies readonly Campaign["state"][];
