import { campaigns } from "../../i18n/campaigns.ts";
import { call, post } from "../../shared/api.ts";
import { formatDateTime } from "../../shared/format.ts";
import type { IconName } from "../../shared/ui/icon.tsx";
import { cloneOf } from "./clone.ts";
import { reasonOf } from "./state-tag.tsx";
import type { Campaign, CampaignDetail } from "./types.ts";

/** What somebody can do with a campaign as a whole. */
export const STEPS = ["start", "pause", "resume", "cancel", "clone", "delete"] as const;

export type StepName = (typeof STEPS)[number];

export const STEP_ICONS: Readonly<Record<StepName, IconName>> = {
  start: "play",
  pause: "pause",
  resume: "play",
  cancel: "stop",
  clone: "copy",
  delete: "trash",
};

const BY_STATE: Readonly<Record<Campaign["state"], readonly StepName[]>> = {
  draft: ["start", "clone", "delete"],
  scheduled: ["pause", "cancel", "clone"],
  running: ["pause", "cancel", "clone"],
  paused: ["resume", "cancel", "clone"],
  done: ["clone"],
  cancelled: ["clone"],
};

/** What the state of a campaign allows; nobody starts one whose list is known to be empty. */
export function stepsFor(
  state: Campaign["state"],
  audience: number | undefined,
): readonly StepName[] {
  return BY_STATE[state].filter((step) => step !== "start" || audience !== 0);
}

/** Whether a campaign would only wait for its time if it was started now. */
const isLater = (at: string | null, now: number): at is string =>
  at !== null && Date.parse(at) > now;

/** What will happen, before it does: one sentence on how many people, one on what to mind. */
export function explainStep(
  step: StepName,
  { start_at: startAt, state_reason: reason, figures }: CampaignDetail,
  now: number,
): readonly string[] {
  const waiting = figures.queued;
  switch (step) {
    case "start":
      return [
        isLater(startAt, now)
          ? campaigns.count("confirm_start_later", waiting, { when: formatDateTime(startAt) })
          : campaigns.count("confirm_start", waiting),
        campaigns("confirm_start_more"),
      ];
    case "pause":
      return [campaigns.count("confirm_pause", waiting), campaigns("confirm_pause_more")];
    case "resume":
      return [
        campaigns.count("confirm_resume", waiting),
        campaigns("confirm_resume_more", { reason: reasonOf(reason ?? "operator") }),
      ];
    case "cancel":
      return [campaigns.count("confirm_cancel", waiting), campaigns("confirm_cancel_more")];
    case "clone":
      return [campaigns("confirm_clone_more")];
    case "delete":
      return [campaigns("confirm_delete_more")];
  }
}

/** What was done, and where to go then: the campaign of the step, or the one that it made. */
export interface StepDone {
  readonly said: string;
  /** Undefined where the campaign is gone. */
  readonly campaign: CampaignDetail | undefined;
}

/** Does it. `key` names the request, so that a repetition is not done twice. Throws an `ApiProblem`. */
export async function takeStep(
  step: StepName,
  campaign: CampaignDetail,
  key: string,
): Promise<StepDone> {
  if (step === "delete") {
    await call("DELETE", `/campaigns/${campaign.id}`);
    return { said: campaigns("said_delete"), campaign: undefined };
  }
  const options = { idempotencyKey: key };
  if (step === "clone") {
    const draft = cloneOf(campaign, campaigns("clone_name", { name: campaign.name }));
    const made = await post<CampaignDetail>("/campaigns", draft, options);
    return { said: campaigns("said_clone"), campaign: made };
  }
  const taken = await post<CampaignDetail>(`/campaigns/${campaign.id}/${step}`, {}, options);
  const isWaiting = step === "start" && taken.state === "scheduled";
  return { said: campaigns(isWaiting ? "said_schedule" : `said_${step}`), campaign: taken };
}
