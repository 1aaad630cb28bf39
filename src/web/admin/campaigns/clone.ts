import type { CampaignDetail } from "./types.ts";

/** Characters of a name. */
const MAX_NAME = 200;

/** What makes a draft of the same message, accounts and pace as a campaign; who it goes to and when is asked anew. */
export function cloneOf(campaign: CampaignDetail, name: string): Readonly<Record<string, unknown>> {
  const { message, route, hours, language, category, default_country: country } = campaign;
  return {
    channel: campaign.channel,
    accounts: campaign.accounts,
    name: Array.from(name).slice(0, MAX_NAME).join(""),
    ...message,
    values: campaign.values,
    guard: campaign.guard,
    route,
    ...(language !== null && { language }),
    ...(isCategory(category) && { category }),
    ...(campaign.rate_per_second !== null && { rate_per_second: campaign.rate_per_second }),
    ...(hours !== null && { hours }),
    ...(country !== null && { default_country: country }),
  };
}

const CATEGORIES = ["marketing", "utility", "authentication", "service"] as const;

function isCategory(word: string | null): word is (typeof CATEGORIES)[number] {
  return CATEGORIES.some((known) => known === word);
}
