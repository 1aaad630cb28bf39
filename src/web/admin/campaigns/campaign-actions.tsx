import { useState } from "preact/hooks";
import { campaigns } from "../../i18n/campaigns.ts";
import { navigate } from "../../shared/router.ts";
import { may } from "../../shared/session.ts";
import { Icon } from "../../shared/ui/icon.tsx";
import { StepDialog } from "./step-dialog.tsx";
import { STEP_ICONS, type StepDone, type StepName, stepsFor } from "./steps.ts";
import type { Campaign } from "./types.ts";

interface CampaignActionsProps {
  readonly campaign: Pick<Campaign, "id" | "name" | "state">;
  readonly audience: number | undefined;
  /** In a row there is room for pictures alone; their names are told to whoever asks or listens. */
  readonly isSmall?: boolean;
  /** Called where something was done to this campaign. */
  readonly onChange: () => void;
}

/** What may be done with a campaign, each step confirmed. */
export function CampaignActions(props: CampaignActionsProps) {
  const { campaign, audience, isSmall = false, onChange } = props;
  const [step, setStep] = useState<StepName>();
  if (!may("campaigns:write")) return null;
  const finish = (taken: StepName, { campaign: made }: StepDone) => {
    setStep(undefined);
    if (taken === "clone" && made !== undefined) navigate(`/admin/campaigns/${made.id}/import`);
    else if (made === undefined) navigate("/admin/campaigns");
    onChange();
  };
  const edit = campaign.state === "draft" ? "action_edit" : "action_add";
  const steps = stepsFor(campaign.state, audience);
  const takesPeople = campaign.state !== "done" && campaign.state !== "cancelled";
  const nameOf = (action: string) => campaigns("action_of", { action, name: campaign.name });
  return (
    <div class="row campaign-actions">
      {steps.map((name) => {
        const word = campaigns(`action_${name}`);
        const isFirst = name === "start" || name === "pause" || name === "resume";
        return (
          <button
            key={name}
            type="button"
            class={isSmall ? "icon-button" : `button ${lookOf(name, isFirst)}`}
            {...(isSmall && { "aria-label": nameOf(word), title: word })}
            onClick={() => setStep(name)}
          >
            <Icon name={STEP_ICONS[name]} size={16} /> {isSmall ? null : word}
          </button>
        );
      })}
      {takesPeople && (
        <a
          class={isSmall ? "icon-button" : "button"}
          href={`/admin/campaigns/${campaign.id}/import`}
          {...(isSmall && { "aria-label": nameOf(campaigns(edit)), title: campaigns(edit) })}
        >
          <Icon name={campaign.state === "draft" ? "next" : "upload"} size={16} />{" "}
          {isSmall ? null : campaigns(edit)}
        </a>
      )}
      {/* What somebody else did meanwhile needs no asking any more. */}
      {step !== undefined && steps.includes(step) && (
        <StepDialog
          step={step}
          id={campaign.id}
          name={campaign.name}
          onClose={() => setStep(undefined)}
          onDone={(done) => finish(step, done)}
        />
      )}
    </div>
  );
}

function lookOf(step: StepName, isFirst: boolean): string {
  if (step === "cancel" || step === "delete") return "button-danger";
  return isFirst ? "button-primary" : "";
}
