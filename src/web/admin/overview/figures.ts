import type { z } from "zod";
import type { overview } from "../../../http/api/stats-overview.ts";

export type Overview = z.output<typeof overview>;
export type Hour = Overview["hours"][number];

/** Messages of a span of time. */
export interface Span {
  /** When it begins and ends, ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly in: number;
  readonly out: number;
  readonly failed: number;
}

const HOUR_MS = 3_600_000;

/** Joins hours into spans of `size` hours; the last one may be shorter. */
export function joinHours(hours: readonly Hour[], size: number): readonly Span[] {
  const spans: Span[] = [];
  for (let start = 0; start < hours.length; start += size) {
    const part = hours.slice(start, start + size);
    const [first, last] = [part[0], part.at(-1)];
    if (first === undefined || last === undefined) continue;
    const sum = (key: "in" | "out" | "failed") =>
      part.reduce((total, hour) => total + hour[key], 0);
    const to = new Date(Date.parse(last.at) + HOUR_MS).toISOString();
    spans.push({ from: first.at, to, in: sum("in"), out: sum("out"), failed: sum("failed") });
  }
  return spans;
}

/** The parts of a stacked bar, each with its end counted from the bottom: received, sent, failed. */
export function stack({ in: received, out, failed }: Span): readonly [number, number, number] {
  // A message counts as sent in the hour it was asked for, and as failed in the hour it was given up.
  const well = Math.max(0, out - failed);
  return [received, received + well, received + well + failed];
}

/** Whether nothing at all has happened: then there is something to explain instead of zeros. */
export function isUntouched({ messages, hours, queue, dead_letters: dead }: Overview): boolean {
  const { today, yesterday } = messages;
  const all = [today, yesterday, ...hours].flatMap((span) => [span.in, span.out, span.failed]);
  return [...all, queue.inbound, queue.outbound, dead].every((count) => count === 0);
}

/** How much of all answers each backend gave, 0 to 1. */
export function sharesOf(backends: Overview["backends"]): readonly {
  readonly backend: string | null;
  readonly answers: number;
  readonly share: number;
}[] {
  const total = backends.reduce((sum, { answers }) => sum + answers, 0);
  return backends.map((one) => ({ ...one, share: total === 0 ? 0 : one.answers / total }));
}
