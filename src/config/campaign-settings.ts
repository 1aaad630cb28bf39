import { z } from "zod";
import { wholeNumber } from "../settings.ts";

const DAY_MS = 86_400_000;

/** Messages to many people. */
export const campaignSettings = z.strictObject({
  /** Share of an account's speed that bulk messages may take, so that answers find room. */
  bulkShare: z.coerce.number().gt(0).max(1).default(0.8),
  /** Pause between two looks for recipients while a campaign runs. */
  tickMs: wholeNumber(5, 10_000).default(50),
  /** Recipients of one campaign at most. */
  maxRecipients: wholeNumber(1, 100_000_000).default(5_000_000),
  /** Share of failed messages from which a campaign pauses by itself, and of how many at least. */
  errorRate: z.coerce.number().gt(0).max(1).default(0.2),
  errorSample: wholeNumber(1, 1_000_000).default(50),
  /** The time over which that share is taken. */
  errorWindowMs: wholeNumber(1_000, DAY_MS).default(300_000),
});
