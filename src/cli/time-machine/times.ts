import { z } from "zod";
import { CliError, EXIT } from "../failure.ts";

const UNITS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const written = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);

/** Reads `2026-11-01`, `2026-11-01T12:00:00Z`, or how long ago: `90m`, `24h`, `7d`, `2w`. Throws a `CliError`. */
export function readTime(text: string, now: Date): string {
  const [, count, unit = ""] = /^(\d{1,5})([mhdw])$/.exec(text) ?? [];
  if (count !== undefined)
    return new Date(now.getTime() - Number(count) * (UNITS[unit] ?? 0)).toISOString();
  const parsed = written.safeParse(text);
  if (parsed.success) return new Date(parsed.data).toISOString();
  throw new CliError(`${text} is no time`, {
    code: EXIT.usage,
    advice: "write 2026-11-01, 2026-11-01T12:00:00Z, or how long ago: 90m, 24h, 7d",
  });
}
