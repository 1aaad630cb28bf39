import { z } from "zod";
import { readJson } from "../provider-answer.ts";

const MINUTE_MS = 60_000;

/** Share of an allowance, in percent, from which we leave the provider alone for a while. */
const NEARLY_ALL = 90;

/** The longest rest taken from a header: a wrong one must not stop us for days. */
const LONGEST_REST_MS = 24 * 60 * MINUTE_MS;

const percent = z.number().catch(0);

const usage = z.object({
  call_count: percent,
  total_cputime: percent,
  total_time: percent,
  /** Minutes. */
  estimated_time_to_regain_access: percent,
});

const byBusiness = z.record(z.string(), z.array(usage));

/**
 * Reads from the headers of an answer how long calls about an account should rest, in milliseconds: 0 while there is room.
 * Source: Graph API reference, rate limiting, headers.
 */
export function restAfter(headers: Readonly<Record<string, string>>): number {
  const business = byBusiness.safeParse(readJson(headers["x-business-use-case-usage"] ?? "")).data;
  const app = usage.safeParse(readJson(headers["x-app-usage"] ?? "")).data;
  const all = [...Object.values(business ?? {}).flat(), ...(app === undefined ? [] : [app])];
  return Math.min(Math.max(0, ...all.map(restOf)), LONGEST_REST_MS);
}

function restOf(one: z.output<typeof usage>): number {
  const minutes = one.estimated_time_to_regain_access;
  if (minutes > 0) return minutes * MINUTE_MS;
  const most = Math.max(one.call_count, one.total_cputime, one.total_time);
  return most >= NEARLY_ALL ? MINUTE_MS : 0;
}
