import { useEffect, useMemo, useState } from "preact/hooks";
import { wizard } from "../../../i18n/wizard.ts";
import { post } from "../../../shared/api.ts";
import { navigate } from "../../../shared/router.ts";
import { Loaded } from "../../../shared/ui/states.tsx";
import { Page } from "../../page.tsx";
import { useChannels } from "../channels.ts";
import type { CampaignDetail, Channel } from "../types.ts";
import { keepForm, readForm } from "./kept-form.ts";
import { EMPTY_MESSAGE, type MessageForm, newCampaignOf } from "./message-form.ts";
import { isSaid, MessageStep } from "./message-step.tsx";
import { Stepper, WIZARD_STEPS } from "./stepper.tsx";
import { useSaving } from "./use-saving.ts";
import { WizardFoot } from "./wizard-foot.tsx";

/** The first step of a campaign that is not there yet. What is typed outlives a reload. */
export function NewCampaign() {
  const channels = useChannels();
  return (
    <Page title={wizard("title_new")}>
      <Stepper
        steps={WIZARD_STEPS}
        now="message"
        isOpen={(step) => step === "message"}
        onGo={() => undefined}
      />
      <Loaded from={channels}>{(data) => <FirstStep channels={data} />}</Loaded>
    </Page>
  );
}

/** What was typed before, or an empty form on the first channel with templates. */
function firstForm(channels: readonly Channel[]): MessageForm {
  const kept = readForm();
  if (kept !== undefined && channels.some(({ name }) => name === kept.channel)) return kept;
  const first = channels.find(({ has_templates: has }) => has) ?? channels[0];
  const kind = first?.has_templates === true ? "template" : "text";
  return { ...EMPTY_MESSAGE, channel: first?.name ?? "", kind };
}

function FirstStep({ channels }: { readonly channels: readonly Channel[] }) {
  const [form, setForm] = useState(() => firstForm(channels));
  useEffect(() => keepForm(form), [form]);
  const saving = useSaving();
  const body = newCampaignOf(form);
  const key = useMemo(() => crypto.randomUUID(), [JSON.stringify(body)]);
  const next = () =>
    saving.save(async () => {
      const made = await post<CampaignDetail>("/campaigns", body, { idempotencyKey: key });
      keepForm(undefined);
      navigate(`/admin/campaigns/${made.id}/import?step=list`, { replace: true });
      scrollTo(0, 0);
    });
  return (
    <>
      <MessageStep
        form={form}
        channels={channels}
        onChange={setForm}
        problemAt={saving.problemAt}
        isLocked={false}
      />
      <WizardFoot next={next} isReady={isSaid(form)} problem={saving.problem} />
    </>
  );
}
