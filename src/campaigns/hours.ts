import { createHours } from "../answers/hours.ts";
import type { CampaignHours } from "../db/campaigns.ts";

const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6] as const;

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

/** Whether a campaign may send at a moment; without hours it always may. Throws a `RangeError` for an unknown time zone. */
export function isInHours(hours: CampaignHours | null, at: Date): boolean {
  if (hours === null) return true;
  const { from, to, time_zone: timeZone, days = EVERY_DAY } = hours;
  const stretch = { days, from: minutesOf(from), to: minutesOf(to) };
  return createHours({ timeZone, open: [stretch], holidays: [] })(at);
}
