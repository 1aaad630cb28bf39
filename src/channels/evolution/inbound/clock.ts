import { decodeJwt } from "jose/jwt/decode";
import type { WebhookRequest } from "../../channel.ts";
import { readTime } from "../../whatsapp/inbound/fields.ts";
import { bearerOf } from "../authenticate.ts";

/** The time of an event when nothing tells it. Reading a webhook never looks at the clock. */
const NO_TIME = "1970-01-01T00:00:00.000Z";

/** When a webhook was made. */
export interface Clock {
  readonly at: string;
  /** Whether that is known to the second, or only as well as the server knows its time zone. */
  readonly isExact: boolean;
}

/**
 * Finds when a webhook was made: from a header of version 2.4, from the token it is signed with, else from the envelope,
 * whose time is that of the server's wall clock with a false `Z`. A stored webhook has no headers.
 * Source: Evolution API, webhook controller, `X-Timestamp`, and channel service, `date_time`.
 */
export function clockOf(
  request: Pick<WebhookRequest, "headers" | "isAuthenticated"> | undefined,
  dateTime: unknown,
  timeZone: string,
): Clock {
  const told = readTime(request?.headers["x-timestamp"]) ?? mintedAt(request);
  if (told !== undefined) return { at: told, isExact: true };
  return { at: wallTime(dateTime, timeZone) ?? NO_TIME, isExact: false };
}

function mintedAt(
  request: Pick<WebhookRequest, "headers" | "isAuthenticated"> | undefined,
): string | undefined {
  const token = bearerOf(request?.headers["authorization"]);
  if (token === undefined || request?.isAuthenticated !== true) return undefined;
  return readTime(decodeJwt(token).iat);
}

function wallTime(raw: unknown, timeZone: string): string | undefined {
  const wall = typeof raw === "string" ? Date.parse(raw) : NaN;
  const isSane = readTime(wall) !== undefined;
  if (!isSane) return undefined;
  const guess = wall - offsetAt(wall, timeZone);
  // Once more with the time so found: a change of clocks may lie between.
  return readTime(wall - offsetAt(guess, timeZone));
}

/** Milliseconds by which the clocks of a zone are ahead of UTC. */
function offsetAt(ms: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat("sv", {
    timeZone,
    dateStyle: "short",
    timeStyle: "medium",
  });
  const shown = Date.parse(`${format.format(ms).replace(" ", "T")}Z`);
  return Math.round((shown - ms) / 60_000) * 60_000;
}
