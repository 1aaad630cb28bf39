/** The time ranges that can be chosen; "own" goes from one given time to another. */
export const RANGES = ["all", "1h", "24h", "7d", "30d", "own"] as const;

export type Range = (typeof RANGES)[number];

const HOUR_MS = 3_600_000;

const LENGTHS: Readonly<Partial<Record<Range, number>>> = {
  "1h": HOUR_MS,
  "24h": 24 * HOUR_MS,
  "7d": 168 * HOUR_MS,
  "30d": 720 * HOUR_MS,
};

/** What the API is asked for; empty where any time will do. */
export interface Period {
  readonly since?: string;
  readonly until?: string;
}

/** Whether a text of the address is a time that the API takes. */
function readTime(text: string | null): string | undefined {
  // JavaScript would take "-5" for a day in May.
  const isDated = text !== null && /^\d{4}-\d\d-\d\dT/.test(text);
  const ms = isDated ? Date.parse(text) : Number.NaN;
  const isTaken = ms >= 0 && ms < Date.parse("9999-12-31T00:00:00Z");
  return isTaken ? new Date(ms).toISOString() : undefined;
}

export function readRange(values: URLSearchParams): Range {
  const named = RANGES.find((known) => known === values.get("range"));
  if (named !== undefined) return named;
  return values.has("since") || values.has("until") ? "own" : "all";
}

/** Reads the period of an address, `now` in milliseconds. */
export function readPeriod(values: URLSearchParams, now: number): Period {
  const range = readRange(values);
  const length = LENGTHS[range];
  if (length !== undefined) return { since: new Date(now - length).toISOString() };
  if (range === "all") return {};
  const since = readTime(values.get("since"));
  const until = readTime(values.get("until"));
  return { ...(since !== undefined && { since }), ...(until !== undefined && { until }) };
}

/** Writes a time as the browser's own field for it does: local, to the minute. "" for none. */
export function toLocal(iso: string | null): string {
  const time = readTime(iso);
  if (time === undefined) return "";
  const date = new Date(time);
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** Reads such a field. */
export function fromLocal(text: string): string | undefined {
  return readTime(text);
}
