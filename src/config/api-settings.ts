import { z } from "zod";
import { wholeNumber } from "../settings.ts";

/** The REST API. */
export const apiSettings = z.strictObject({
  /** Requests a minute of one key that has no limit of its own. */
  perMinute: wholeNumber(1, 1_000_000).default(600),
});
