import { campaigns } from "../../i18n/campaigns.ts";
import { Tag, type Tone } from "../../shared/ui/tag.tsx";
import type { Campaign } from "./types.ts";

const TONES: Readonly<Record<Campaign["state"], Tone>> = {
  draft: "neutral",
  scheduled: "info",
  running: "info",
  paused: "warning",
  done: "good",
  cancelled: "neutral",
};

const ICONS = {
  draft: "templates",
  scheduled: "clock",
  paused: "pause",
  done: "check",
  cancelled: "stop",
} as const;

/** Where a campaign stands; something turns while it runs. */
export function StateTag({ state }: { readonly state: Campaign["state"] }) {
  return (
    <Tag tone={TONES[state]} {...(state !== "running" && { icon: ICONS[state] })}>
      {state === "running" && <span class="spinner spinner-small" aria-hidden="true" />}
      {campaigns(`state_${state}`)}
    </Tag>
  );
}

const REASONS = [
  "operator",
  "provider_alert",
  "pair_limit",
  "template_unusable",
  "account_restricted",
  "account_quality",
  "accounts_disconnected",
  "error_rate",
] as const;

/** Why a campaign is paused, in people's words; a word of a newer server as it is. */
export function reasonOf(word: string): string {
  const known = REASONS.find((one) => one === word);
  return known === undefined ? word : campaigns(`reason_${known}`);
}
