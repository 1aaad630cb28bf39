import { language } from "../../shared/language.ts";

const HOUR_MS = 3_600_000;

export const hourOf = (at: string) => ({
  from: at,
  to: new Date(Date.parse(at) + HOUR_MS).toISOString(),
});

/** A span of time in words, in the person's own time zone. */
export function formatPeriod({ from, to }: { readonly from: string; readonly to: string }): string {
  const style = {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  } as const;
  return new Intl.DateTimeFormat(language.value, style).formatRange(new Date(from), new Date(to));
}

/** A moment below a chart, given in seconds: the hour, or over a week the day. */
export function formatAxis(moment: number, isWeek: boolean): string {
  const hour =
    language.value === "en"
      ? ({ hour: "numeric" } as const)
      : ({ hour: "2-digit", minute: "2-digit" } as const);
  const style = isWeek ? ({ weekday: "short", day: "numeric" } as const) : hour;
  return new Intl.DateTimeFormat(language.value, style).format(new Date(moment * 1_000));
}
