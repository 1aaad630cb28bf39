import { z } from "zod";
import { wholeNumber } from "../settings.ts";

const price = z.coerce.number().min(0);

/** As providers write it, in lower case. */
const category = z.string().regex(/^[a-z_]+$/, "must be a category in lower case");

/** What messages cost, for estimates: providers bill, we only count. */
export const costSettings = z.strictObject({
  /** ISO 4217. */
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, "must be a currency such as BRL")
    .default("USD"),
  /** Price of a message by channel and category (`marketing`, `utility`, `authentication`, `service`). */
  prices: z.record(z.string(), z.record(category, price)).default({}),
  /** Service messages of a number and month that cost nothing. Source: Cloud API pricing, October 2026. */
  freeServiceMessages: wholeNumber(0, 1_000_000_000).default(1_000),
});
