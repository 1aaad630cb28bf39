import { useMemo } from "preact/hooks";
import { campaigns } from "../../i18n/campaigns.ts";
import { common } from "../../i18n/common.ts";
import { get } from "../../shared/api.ts";
import { useResource } from "../../shared/resource.ts";
import { Action } from "../../shared/ui/action.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { now } from "../../shared/ui/now.ts";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Loaded } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";
import { explainStep, STEP_ICONS, type StepDone, type StepName, takeStep } from "./steps.ts";
import type { CampaignDetail } from "./types.ts";

interface StepDialogProps {
  readonly step: StepName;
  readonly id: string;
  readonly name: string;
  readonly onClose: () => void;
  readonly onDone: (done: StepDone) => void;
}

const isGrave = (step: StepName): boolean => step === "cancel" || step === "delete";

/** Says what a step will do, of figures read at this moment, and does it once somebody agrees. */
export function StepDialog({ step, id, name, onClose, onDone }: StepDialogProps) {
  const key = useMemo(() => crypto.randomUUID(), []);
  const read = useResource(`step ${id}`, (signal) =>
    get<CampaignDetail>(`/campaigns/${id}`, {}, signal),
  );
  const { data } = read;
  const run = async () => {
    if (data === undefined) return;
    const done = await takeStep(step, data, key);
    say(done.said);
    onDone(done);
  };
  return (
    <Dialog
      title={campaigns(`confirm_${step}_title`)}
      onClose={onClose}
      actions={
        <>
          <button type="button" class="button" onClick={onClose}>
            {step === "delete" ? campaigns("keep") : common("back")}
          </button>
          <Action
            tone={isGrave(step) ? "danger" : "primary"}
            icon={STEP_ICONS[step]}
            disabled={data === undefined}
            run={run}
          >
            {campaigns(`action_${step}`)}
          </Action>
        </>
      }
    >
      <strong>
        <SafeText text={name} />
      </strong>
      <Loaded from={read}>
        {(campaign) => (
          <div class="stack-small">
            {explainStep(step, campaign, now.value).map((line) => (
              <p key={line}>{line}</p>
            ))}
          </div>
        )}
      </Loaded>
    </Dialog>
  );
}
