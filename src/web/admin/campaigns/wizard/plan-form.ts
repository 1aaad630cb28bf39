import type { CampaignDetail, CampaignHours } from "../types.ts";

/** When and how fast, as it is typed. */
export interface PlanForm {
  readonly isLater: boolean;
  /** As a `datetime-local` control writes it, by the reader's own clock. */
  readonly at: string;
  /** Messages a second; "" for as fast as the accounts allow. */
  readonly rate: string;
  readonly hasHours: boolean;
  readonly hours: Omit<CampaignHours, "days"> & { readonly days: readonly number[] };
  /** Percent of failures from which it pauses; "" for what the settings say. */
  readonly errorPercent: string;
}

/** The part of a campaign that may be changed while it does not run. */
export interface PlanChange {
  readonly start_at: string | null;
  readonly rate_per_second: number | null;
  readonly hours: CampaignHours | null;
  readonly guard: { readonly error_rate?: number; readonly sample?: number };
}

const ALL_DAYS = [0, 1, 2, 3, 4, 5, 6];

/** The days on which people work. */
const WORK_DAYS = [1, 2, 3, 4, 5];

const pad = (part: number): string => String(part).padStart(2, "0");

/** A moment as a `datetime-local` control takes it. */
export function localTime(moment: Date): string {
  const day = `${moment.getFullYear()}-${pad(moment.getMonth() + 1)}-${pad(moment.getDate())}`;
  return `${day}T${pad(moment.getHours())}:${pad(moment.getMinutes())}`;
}

/** The form of what a campaign has; hours that it has not are proposed, by the reader's own clock. */
export function planOf(
  campaign: Pick<CampaignDetail, "start_at" | "rate_per_second" | "hours" | "guard">,
  zone: string,
): PlanForm {
  const { start_at: startAt, rate_per_second: rate, hours, guard } = campaign;
  return {
    isLater: startAt !== null,
    at: startAt === null ? "" : localTime(new Date(startAt)),
    rate: rate === null ? "" : String(rate),
    hasHours: hours !== null,
    hours:
      hours === null
        ? { from: "09:00", to: "18:00", time_zone: zone, days: WORK_DAYS }
        : { ...hours, days: hours.days ?? ALL_DAYS },
    errorPercent:
      guard.error_rate === undefined ? "" : String(Math.round(guard.error_rate * 1_000) / 10),
  };
}

/** A number as it was typed, with a point or a comma; undefined where it is none or not positive. */
function numberOf(text: string): number | undefined {
  const value = Number(text.trim().replace(",", "."));
  return text.trim() !== "" && Number.isFinite(value) && value > 0 ? value : undefined;
}

/** Writes what was typed as the API takes it. */
export function changeOf(form: PlanForm, guard: CampaignDetail["guard"]): PlanChange {
  const moment = form.isLater ? new Date(form.at) : undefined;
  const isMoment = moment !== undefined && !Number.isNaN(moment.getTime());
  const percent = numberOf(form.errorPercent);
  const { days } = form.hours;
  const isDaily = days.length === ALL_DAYS.length;
  const { from, to, time_zone: zone } = form.hours;
  return {
    start_at: isMoment ? moment.toISOString() : null,
    rate_per_second: numberOf(form.rate) ?? null,
    hours: form.hasHours
      ? { from, to, time_zone: zone, ...(!isDaily && { days: [...days] }) }
      : null,
    guard: {
      ...(guard.sample !== undefined && { sample: guard.sample }),
      ...(percent !== undefined && { error_rate: percent / 100 }),
    },
  };
}

/** Whether it can be handed in: a time where one is wanted, a day where hours are. */
export function isPlanned({ isLater, at, hasHours, hours }: PlanForm): boolean {
  return (!isLater || at !== "") && (!hasHours || hours.days.length > 0);
}
