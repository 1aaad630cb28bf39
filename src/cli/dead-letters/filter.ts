import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { z } from "zod";
import { DEAD_LETTER_KINDS } from "../../db/dead-letters.ts";
import { CliError, EXIT } from "../failure.ts";

const collect = (value: string, all: readonly string[] = []): readonly string[] => [...all, value];

/** Which dead letters are meant, as options of a command. */
export function addFilterOptions(command: CommandUnknownOpts): void {
  command
    .addOption(new Option("--kind <kind>", "where it was given up").choices(DEAD_LETTER_KINDS))
    .option("--channel <channel>", "those of one channel")
    .option("--reason <code>", "those with one error code, such as answer_unreachable")
    .option("--code <code>", "those with one code of the provider")
    .option("--since <time>", "given up from then on, such as 2026-11-01T00:00:00Z, or 2h, 3d ago")
    .option("--until <time>", "given up before then");
}

/** Ids instead of a filter, where a command takes either. */
export function addIdOption(command: CommandUnknownOpts): void {
  command.option("--id <id>", "this one; may be repeated, and goes with no filter", collect);
}

const filterOptions = z.object({
  kind: z.enum(DEAD_LETTER_KINDS).optional(),
  channel: z.string().optional(),
  reason: z.string().optional(),
  code: z.string().optional(),
  since: z.string().optional(),
  until: z.string().optional(),
  id: z.array(z.string()).optional(),
});

/** A filter in the API's words. */
export type Filter = Readonly<Record<string, string | undefined>>;

/** Which dead letters are meant: those named, or all that a filter finds; `{}` finds every one. */
export type Choice = { readonly ids: readonly string[] } | { readonly filter: Filter };

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const time = z.iso.datetime({ offset: true });

/** A time as it is, or how long ago it was: `2h`. Throws a usage error for what is neither. */
function readTime(option: string, text: string | undefined, now: number): string | undefined {
  const [, count, unit] = /^(\d+)([mhd])$/.exec(text ?? "") ?? [];
  if (count !== undefined && (unit === "m" || unit === "h" || unit === "d"))
    return new Date(now - Number(count) * UNITS[unit]).toISOString();
  if (text === undefined || time.safeParse(text).success) return text;
  throw new CliError(`--${option} ${text} is no time`, {
    code: EXIT.usage,
    advice: "write it as 2026-11-01T00:00:00Z, or as 30m, 2h or 3d ago",
  });
}

/** Reads the filter of a command. */
export function readFilter(given: unknown): Filter {
  const { id: _, since, until, ...rest } = filterOptions.parse(given);
  const now = Date.now();
  const all = {
    ...rest,
    since: readTime("since", since, now),
    until: readTime("until", until, now),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** Reads ids or a filter; throws a usage error for both at once. */
export function readChoice(given: unknown): Choice {
  const { id: ids } = filterOptions.parse(given);
  const filter = readFilter(given);
  if (ids === undefined) return { filter };
  if (Object.keys(filter).length === 0) return { ids: [...new Set(ids)] };
  throw new CliError("--id names dead letters, and a filter finds them: give one of the two", {
    code: EXIT.usage,
  });
}
