/** A stretch of opening hours. One that ends before it begins goes on after midnight. */
export interface OpenStretch {
  /** Days on which it begins; 0 is Sunday. */
  readonly days: readonly number[];
  /** Minutes after midnight, by the clock on the wall. */
  readonly from: number;
  readonly to: number;
}

/** When people are there. */
export interface OpeningHours {
  /** Name of the IANA database, such as `America/Sao_Paulo`. */
  readonly timeZone: string;
  readonly open: readonly OpenStretch[];
  /** Days on which nothing opens: `2026-12-24`, or `12-25` for every year. */
  readonly holidays: readonly string[];
}

const DAY_MS = 86_400_000;
const DAY_MINUTES = 1_440;

/** Builds the question whether it is open at a moment. Throws a `RangeError` for an unknown time zone. */
export function createHours(hours: OpeningHours): (at: Date) => boolean {
  const holidays = new Set(hours.holidays);
  const clock = new Intl.DateTimeFormat("en-CA", {
    timeZone: hours.timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  const opensOn = ({ days }: OpenStretch, day: string): boolean =>
    days.includes(new Date(`${day}T00:00:00Z`).getUTCDay()) &&
    !holidays.has(day) &&
    !holidays.has(day.slice("2026-".length));
  return (at) => {
    const { day, minute } = wallTime(clock, at);
    const before = new Date(Date.parse(`${day}T00:00:00Z`) - DAY_MS).toISOString().slice(0, 10);
    return hours.open.some((stretch) => {
      const { from, to } = stretch;
      const isOvernight = to <= from;
      const lasts = minute >= from && minute < (isOvernight ? DAY_MINUTES : to);
      return (
        (lasts && opensOn(stretch, day)) || (isOvernight && minute < to && opensOn(stretch, before))
      );
    });
  };
}

function wallTime(clock: Intl.DateTimeFormat, at: Date): { day: string; minute: number } {
  const parts = new Map(clock.formatToParts(at).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? "";
  return {
    day: `${part("year")}-${part("month")}-${part("day")}`,
    minute: Number(part("hour")) * 60 + Number(part("minute")),
  };
}
