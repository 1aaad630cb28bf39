import { z } from "zod";
import { allowedOrigin, flag, list, wholeNumber } from "../../settings.ts";
import type { Variable } from "../../settings.ts";

/** Settings of the channel for web clients, in the shape of Rasa's REST channel. */
export const restSettings = z.strictObject({
  /** Asked of every caller, as `?token=` or as a bearer; everyone may call where there is none. */
  token: z.string().min(1).optional(),
  /** Origins a browser may call from, such as `https://example.org`; `*` is any. None unless set. */
  allowed_origins: list(allowedOrigin()).default([]),
  /** Whether a blank line in a text starts a new item, as Rasa does. */
  split_text: flag().default(true),
  /** Longest wait for the end of a turn, milliseconds; what came until then is the answer. */
  wait_ms: wholeNumber(1_000, 3_600_000).default(100_000),
  /** Requests per minute of one address and sender. */
  requests_per_minute: wholeNumber(1, 1_000_000).default(120),
  /** Requests per minute of one address; a web server that speaks for many people needs a high one. */
  requests_per_minute_address: wholeNumber(1, 10_000_000).default(6_000),
});

export const restVariables: readonly Variable[] = [
  { name: "REST_CHANNEL_TOKEN", setting: "token", secret: true },
  { name: "REST_ALLOWED_ORIGINS", setting: "allowed_origins" },
];
