import { z } from "zod";
import { wholeNumber } from "../settings.ts";

const HOUR_MS = 3_600_000;

/** Templates that providers keep. */
export const templateSettings = z.strictObject({
  /** Age at which the templates of a channel are listed again; 0 leaves that to the operator. */
  syncEveryMs: wholeNumber(0, 30 * 24 * HOUR_MS).default(6 * HOUR_MS),
});
