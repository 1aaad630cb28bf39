import { useMemo } from "preact/hooks";
import { wizard } from "../../../i18n/wizard.ts";
import { navigate } from "../../../shared/router.ts";
import type { Template } from "../../templates/types.ts";
import { useTemplatesNamed } from "../message-preview.tsx";
import type { CampaignDetail, Channel, ImportResult } from "../types.ts";
import { CheckStep } from "./check-step.tsx";
import { ImportStep } from "./import-step.tsx";
import type { ListForm } from "./list-form.ts";
import { useListHead } from "./list-head.ts";
import { isListReady, ListStep } from "./list-step.tsx";
import { isBeyondForm, type MessageForm } from "./message-form.ts";
import { isSaid, MessageStep } from "./message-step.tsx";
import { saveDraft } from "./save-draft.ts";
import { StartStep } from "./start-step.tsx";
import type { WizardStep } from "./stepper.tsx";
import { useSaving } from "./use-saving.ts";
import { WizardFoot } from "./wizard-foot.tsx";

interface WizardPanelProps {
  readonly step: WizardStep;
  readonly campaign: CampaignDetail;
  readonly onCampaign: (campaign: CampaignDetail) => void;
  readonly message: MessageForm;
  readonly onMessage: (message: MessageForm) => void;
  readonly list: ListForm;
  readonly onList: (list: ListForm) => void;
  /** Told once message and list are as the server has to see them. */
  readonly onReady: () => void;
  readonly result: ImportResult | undefined;
  readonly onResult: (result: ImportResult) => void;
  readonly isBusy: boolean;
  readonly onBusy: (isBusy: boolean) => void;
  readonly templates: readonly Template[];
  readonly channels: readonly Channel[];
  readonly onGo: (step: WizardStep) => void;
}

/** One step of the way with the ways on and back. */
export function WizardPanel(props: WizardPanelProps) {
  const { step, campaign, message, onMessage, list, onList, onGo } = props;
  const saving = useSaving();
  const head = useListHead(list);
  const chosen = message.kind === "template" ? message.template?.name : undefined;
  const templates = useTemplatesNamed(campaign.channel, chosen);
  const isDraft = campaign.state === "draft";
  const written = JSON.stringify([message.channel, message]);
  const key = useMemo(() => crypto.randomUUID(), [written]);
  const save = (then: WizardStep) => () =>
    saving.save(async () => {
      if (isDraft) {
        const saved = await saveDraft(campaign, message, key);
        if (saved.id !== campaign.id) {
          navigate(`/admin/campaigns/${saved.id}/import?step=list`, { replace: true });
          return;
        }
        props.onCampaign(saved);
      }
      if (then === "check") props.onReady();
      onGo(then);
    });
  switch (step) {
    case "message":
      return (
        <>
          <MessageStep
            form={message}
            channels={props.channels}
            onChange={onMessage}
            problemAt={saving.problemAt}
            isLocked={campaign.figures.audience > 0}
          />
          <WizardFoot next={save("list")} isReady={isSaid(message)} problem={saving.problem} />
        </>
      );
    case "list":
      return (
        <>
          <ListStep
            list={list}
            head={head}
            onList={onList}
            message={message}
            onMessage={isDraft && !isBeyondForm(campaign, message) ? onMessage : undefined}
            known={Object.keys(campaign.values)}
          />
          <WizardFoot
            onBack={isDraft ? () => onGo("message") : undefined}
            next={save("check")}
            isReady={isListReady(list, head)}
            problem={saving.problem}
          />
        </>
      );
    case "check":
      return (
        <>
          <CheckStep
            id={campaign.id}
            list={list}
            templates={templates.data ?? props.templates}
            version={campaign.updated_at}
          />
          <WizardFoot onBack={() => onGo("list")} next={() => Promise.resolve(onGo("import"))} />
        </>
      );
    case "import":
      return (
        <>
          <ImportStep
            campaign={campaign}
            list={list}
            result={props.result}
            onResult={props.onResult}
            onAnother={() => {
              onList({ ...list, file: undefined, pasted: "" });
              onGo("list");
            }}
            onBusy={props.onBusy}
          />
          {!props.isBusy && <ImportFoot {...props} isDraft={isDraft} />}
        </>
      );
    case "start":
      return (
        <StartStep campaign={campaign} onSaved={props.onCampaign} onBack={() => onGo("list")} />
      );
  }
}

interface ImportFootProps extends WizardPanelProps {
  readonly isDraft: boolean;
}

function ImportFoot({ result, isDraft, campaign, onGo }: ImportFootProps) {
  if (result === undefined) return <WizardFoot onBack={() => onGo("check")} />;
  if (isDraft) return <WizardFoot next={() => Promise.resolve(onGo("start"))} />;
  return (
    <WizardFoot>
      <a class="button button-primary" href={`/admin/campaigns/${campaign.id}`}>
        {wizard("to_campaign")}
      </a>
    </WizardFoot>
  );
}
