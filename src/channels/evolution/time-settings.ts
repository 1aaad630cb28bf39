import { z } from "zod";
import { wholeNumber } from "../../settings.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const timeZone = z.string().refine(isTimeZone, "must be a time zone such as America/Sao_Paulo");

/** The settings that have to do with time. */
export const timesSettings = {
  /** How long the bot is quiet after a person of ours answered from the phone; 0: it never is. */
  takeover_pause_ms: wholeNumber(0, 30 * DAY_MS).default(30 * MINUTE_MS),
  /**
   * Messages that are older when their webhook is made are not answered; 0: all are. Only where a webhook says when it was
   * made: with a JWT, or from version 2.4 on.
   */
  max_age_ms: wholeNumber(0, 30 * DAY_MS).default(0),
  /**
   * The zone of the Evolution server: it writes its local time as if it were UTC.
   * Source: Evolution API, Dockerfile, `ENV TZ=America/Sao_Paulo`.
   */
  server_time_zone: timeZone.default("America/Sao_Paulo"),
  /** Milliseconds between two messages of an instance on a paired phone. */
  gap_min_ms: wholeNumber(0, 600_000).default(800),
  gap_max_ms: wholeNumber(0, 600_000).default(2500),
  /** Messages a day of an instance that nobody asked for. */
  per_day: wholeNumber(1, 1_000_000).optional(),
  /** Hours of the day in which such messages may leave, such as `8-20`. */
  hours: z
    .string()
    .regex(/^([01]?\d|2[0-3])-([1-9]|1\d|2[0-4])$/, "must look like 8-20")
    .transform((text) => {
      const [from = 0, to = 24] = text.split("-").map(Number);
      return { from, to };
    })
    .refine(({ from, to }) => from < to, "must end after it begins")
    .optional(),
  hours_time_zone: timeZone.default("America/Sao_Paulo"),
};

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
