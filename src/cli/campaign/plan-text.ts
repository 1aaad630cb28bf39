import type { Campaign } from "./rows.ts";

const SECONDS = { hour: 3_600, minute: 60 } as const;

/** A span in the unit in which people think of it. */
export function spanText(seconds: number): string {
  if (seconds < 2 * SECONDS.minute) return `${seconds} s`;
  if (seconds < 2 * SECONDS.hour) return `${Math.round(seconds / SECONDS.minute)} min`;
  return `${(seconds / SECONDS.hour).toFixed(1)} h`;
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

function whenText({ start_at: startAt, hours }: Campaign): string {
  const from =
    startAt !== null && startAt > new Date().toISOString() ? `from ${startAt}` : "at once";
  if (hours === null) return from;
  const days =
    hours.days === undefined ? "" : ` on ${hours.days.map((day) => DAYS[day]).join(", ")}`;
  return `${from}, between ${hours.from} and ${hours.to} (${hours.time_zone})${days}`;
}

function paceText({ rate_per_second: rate, figures }: Campaign): string {
  if (rate === null) return "as fast as its accounts allow";
  return `${rate} a second at most: ${spanText(Math.ceil(figures.queued / rate))} at least`;
}

/** A sum of money; "not known" where a price is missing. */
export function moneyText({ amount, currency }: Campaign["cost"]["estimated"]): string {
  if (amount === null) return "not known";
  return `${amount.toFixed(2)} ${currency}`;
}

function costText({ cost: { estimated } }: Campaign): string {
  const notes = estimated.notes.map(({ detail }) => `; ${detail}`).join("");
  return `${moneyText(estimated)}${notes}`;
}

/** What will go out when a campaign is started. */
export function planText(campaign: Campaign, message: string): string {
  const { name, channel, accounts, figures, warnings, category } = campaign;
  const shown = message.split("\n").map((line) => `    ${line}`);
  const facts = [
    ["campaign", `${name} (${campaign.id})`],
    [
      "to",
      `${figures.queued} people${figures.skipped > 0 ? `; ${figures.skipped} are left out` : ""}`,
    ],
    ["on", `${channel}, by ${accounts.join(", ")}`],
    ["when", whenText(campaign)],
    ["pace", paceText(campaign)],
    ["category", category ?? "not said"],
    ["cost", costText(campaign)],
    ["message", ""],
  ];
  const lines = facts.map(([label = "", value = ""]) => `${label.padEnd(9)} ${value}`.trimEnd());
  return [...lines, ...shown, ...warnings.map((warning) => `Note: ${warning}`)].join("\n");
}
