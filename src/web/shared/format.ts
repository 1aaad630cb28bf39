import { language } from "./language.ts";

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

export function formatNumber(value: number, digits = 0): string {
  return new Intl.NumberFormat(language.value, { maximumFractionDigits: digits }).format(value);
}

/** A share of 0 to 1 as a percentage. */
export function formatShare(value: number | null): string {
  if (value === null) return "–";
  const style = { style: "percent", maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(language.value, style).format(value);
}

/** Milliseconds as people read them. */
export function formatMs(value: number | null): string {
  if (value === null) return "–";
  if (value < 1_000) return `${formatNumber(value)} ms`;
  return `${formatNumber(value / 1_000, 1)} s`;
}

/** Seconds as the two largest units. */
export function formatSpan(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < MINUTE_S) return `${whole} s`;
  if (whole < HOUR_S) return `${Math.floor(whole / MINUTE_S)} min`;
  if (whole < DAY_S)
    return `${Math.floor(whole / HOUR_S)} h ${Math.floor((whole % HOUR_S) / MINUTE_S)} min`;
  return `${Math.floor(whole / DAY_S)} d ${Math.floor((whole % DAY_S) / HOUR_S)} h`;
}

export function formatTime(iso: string): string {
  return new Intl.DateTimeFormat(language.value, { timeStyle: "short" }).format(new Date(iso));
}

export function formatDay(iso: string): string {
  return new Intl.DateTimeFormat(language.value, { dateStyle: "full" }).format(new Date(iso));
}

export function formatDateTime(iso: string): string {
  const style = { dateStyle: "short", timeStyle: "medium" } as const;
  return new Intl.DateTimeFormat(language.value, style).format(new Date(iso));
}

/** How long ago, or in how long, in the largest unit that fits. */
export function formatRelative(iso: string, now: number): string {
  const seconds = Math.round((Date.parse(iso) - now) / 1_000);
  const relative = new Intl.RelativeTimeFormat(language.value, { numeric: "auto", style: "short" });
  const size = Math.abs(seconds);
  if (size < MINUTE_S) return relative.format(seconds, "second");
  if (size < HOUR_S) return relative.format(Math.round(seconds / MINUTE_S), "minute");
  if (size < DAY_S) return relative.format(Math.round(seconds / HOUR_S), "hour");
  return relative.format(Math.round(seconds / DAY_S), "day");
}

const UNITS = ["B", "kB", "MB", "GB"] as const;

export function formatBytes(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1_000 && unit < UNITS.length - 1) {
    size /= 1_000;
    unit += 1;
  }
  return `${formatNumber(size, unit === 0 ? 0 : 1)} ${UNITS[unit] ?? ""}`;
}
