import type { Query } from "../../shared/address.ts";

export const AUDIT_FILTERS = ["actor", "action", "subject", "since", "until"] as const;

export type AuditFilterName = (typeof AUDIT_FILTERS)[number];

/** The beginning of a day of the reader's own clock, so many days later; undefined where the address holds no day. */
function dayStart(text: string | null, later: number): string | undefined {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text ?? "");
  if (found === null) return undefined;
  const [, year, month, day] = found.map(Number);
  const date = new Date(year ?? 0, (month ?? 1) - 1, (day ?? 1) + later);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** What the API is asked for by the address: days of the address are whole days, the last one included. */
export function auditQuery(address: URLSearchParams): Query {
  const since = dayStart(address.get("since"), 0);
  const until = dayStart(address.get("until"), 1);
  const texts = (["actor", "action", "subject"] as const).flatMap((name) => {
    const text = address.get(name)?.trim() ?? "";
    return text === "" ? [] : [[name, text] as const];
  });
  return {
    ...Object.fromEntries(texts),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
}
