import { useState } from "preact/hooks";
import { plan } from "../../../i18n/wizard-plan.ts";
import { call } from "../../../shared/api.ts";
import { formatNumber } from "../../../shared/format.ts";
import { navigate } from "../../../shared/router.ts";
import { Action } from "../../../shared/ui/action.tsx";
import { SafeText } from "../../../shared/ui/safe-text.tsx";
import { moneyOf } from "../costs.tsx";
import { MessagePreview } from "../message-preview.tsx";
import { StepDialog } from "../step-dialog.tsx";
import type { CampaignDetail } from "../types.ts";
import { PlanFields } from "./plan-fields.tsx";
import { changeOf, isPlanned, planOf } from "./plan-form.ts";
import { useSaving } from "./use-saving.ts";
import { WizardFoot } from "./wizard-foot.tsx";

interface StartStepProps {
  readonly campaign: CampaignDetail;
  readonly onSaved: (campaign: CampaignDetail) => void;
  readonly onBack: () => void;
}

/** When, how fast, one last look, and off it goes. */
export function StartStep({ campaign, onSaved, onBack }: StartStepProps) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const [form, setForm] = useState(() => planOf(campaign, zone));
  const [isAsking, setAsking] = useState(false);
  const saving = useSaving();
  const keep = async () => {
    const body = changeOf(form, campaign.guard);
    onSaved(await call<CampaignDetail>("PATCH", `/campaigns/${campaign.id}`, { body }));
  };
  const { audience } = campaign.figures;
  const to = `/admin/campaigns/${campaign.id}`;
  return (
    <>
      <div class="wizard-columns">
        <PlanFields form={form} zone={zone} onChange={setForm} problemAt={saving.problemAt} />
        <aside class="stack wizard-aside" aria-label={plan("summary")}>
          <section class="card stack-small" aria-labelledby="summary-title">
            <h2 id="summary-title">{plan("summary")}</h2>
            {audience === 0 && <p class="banner banner-warning">{plan("summary_none")}</p>}
            <dl class="fact-list">
              <div>
                <dt>{plan("summary_people")}</dt>
                <dd>{formatNumber(campaign.figures.queued)}</dd>
              </div>
              <div>
                <dt>{plan("summary_channel")}</dt>
                <dd>{campaign.channel}</dd>
              </div>
              <div>
                <dt>{plan("summary_cost")}</dt>
                <dd>{moneyOf(campaign.cost.estimated)}</dd>
              </div>
            </dl>
            {campaign.cost.estimated.notes.map(({ detail }) => (
              <p key={detail} class="hint">
                <SafeText text={detail} />
              </p>
            ))}
          </section>
          <MessagePreview
            channel={campaign.channel}
            message={campaign.message}
            values={campaign.values}
          />
        </aside>
      </div>
      <WizardFoot onBack={onBack} problem={saving.problem}>
        <Action
          disabled={!isPlanned(form)}
          run={() =>
            saving.save(async () => {
              await keep();
              navigate(to);
            })
          }
        >
          {plan("keep_draft")}
        </Action>
        <Action
          tone="primary"
          icon={form.isLater ? "clock" : "play"}
          disabled={audience === 0 || !isPlanned(form)}
          run={() =>
            saving.save(async () => {
              await keep();
              setAsking(true);
            })
          }
        >
          {plan(form.isLater ? "schedule" : "start")}
        </Action>
      </WizardFoot>
      {isAsking && (
        <StepDialog
          step="start"
          id={campaign.id}
          name={campaign.name}
          onClose={() => setAsking(false)}
          onDone={() => navigate(to)}
        />
      )}
    </>
  );
}
