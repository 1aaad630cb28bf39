import { useEffect, useState } from "preact/hooks";
import { wizard } from "../../../i18n/wizard.ts";
import { get } from "../../../shared/api.ts";
import { useResource } from "../../../shared/resource.ts";
import { navigate, query } from "../../../shared/router.ts";
import { Icon } from "../../../shared/ui/icon.tsx";
import { Empty, Failure, Loading } from "../../../shared/ui/states.tsx";
import { Page } from "../../page.tsx";
import type { Template } from "../../templates/types.ts";
import { useChannels } from "../channels.ts";
import { findTemplate, useTemplatesNamed } from "../message-preview.tsx";
import { readMessage } from "../message.ts";
import { StepDialog } from "../step-dialog.tsx";
import type { CampaignDetail, ImportResult } from "../types.ts";
import type { ListForm } from "./list-form.ts";
import { formOf, type MessageForm } from "./message-form.ts";
import { Stepper, WIZARD_STEPS, type WizardStep } from "./stepper.tsx";
import { WizardPanel } from "./wizard-panel.tsx";

interface WizardProps {
  readonly id: string;
  readonly list: ListForm;
  readonly onList: (list: ListForm) => void;
}

/** The way of a campaign that is there already: a draft from its message to its start, any other from a list to its import. */
export function Wizard({ id, list, onList }: WizardProps) {
  const read = useResource(`wizard ${id}`, (signal) =>
    get<CampaignDetail>(`/campaigns/${id}`, {}, signal),
  );
  const channels = useChannels();
  const said = read.data === undefined ? undefined : readMessage(read.data.message);
  const templates = useTemplatesNamed(
    read.data?.channel ?? "",
    said?.kind === "template" ? said.name : undefined,
  );
  const [title, setTitle] = useState<string>();
  const problem = read.problem ?? channels.problem ?? templates.problem;
  const isThere =
    read.data !== undefined && channels.data !== undefined && templates.data !== undefined;
  return (
    <Page title={title ?? wizard("title_new")} intro={<BackLink id={id} />}>
      {isThere && read.data !== undefined ? (
        <Way
          first={read.data}
          reload={read.reload}
          fresh={read.data}
          templates={templates.data ?? []}
          channels={channels.data ?? []}
          list={list}
          onList={onList}
          onTitle={setTitle}
        />
      ) : problem === undefined ? (
        <Loading />
      ) : (
        <Failure problem={problem} onRetry={read.reload} />
      )}
    </Page>
  );
}

function BackLink({ id }: { readonly id: string }) {
  return (
    <a class="way-back" href={`/admin/campaigns/${id}`}>
      <Icon name="back" size={16} /> {wizard("to_campaign")}
    </a>
  );
}

interface WayProps extends Omit<WizardProps, "id"> {
  readonly first: CampaignDetail;
  /** As the server told it last. */
  readonly fresh: CampaignDetail;
  readonly reload: () => void;
  readonly templates: readonly Template[];
  readonly channels: NonNullable<ReturnType<typeof useChannels>["data"]>;
  readonly onTitle: (title: string) => void;
}

/** Steps that a campaign has which is no draft any more. */
const LATER_STEPS: readonly WizardStep[] = ["list", "check", "import"];

const TAKES_PEOPLE = ["draft", "scheduled", "running", "paused"];

function Way({ first, fresh, reload, templates, channels, list, onList, onTitle }: WayProps) {
  const [campaign, setCampaign] = useState(first);
  useEffect(() => setCampaign(fresh), [fresh]);
  const [message, setMessage] = useState<MessageForm>(() => {
    const said = readMessage(first.message);
    return formOf(first, said.kind === "template" ? findTemplate(templates, said) : undefined);
  });
  const [result, setResult] = useState<ImportResult>();
  const [isReady, setReady] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [isLeaving, setLeaving] = useState(false);
  const { id, name, state } = campaign;
  useEffect(
    () => onTitle(wizard(state === "draft" ? "title_draft" : "title_add", { name })),
    [name, state],
  );
  const steps = state === "draft" ? WIZARD_STEPS : LATER_STEPS;
  const isOpen = (step: WizardStep): boolean =>
    !isBusy &&
    (step === "message" ||
      step === "list" ||
      step === "start" ||
      (step === "import" && result !== undefined) ||
      isReady);
  const asked = steps.find((known) => known === query.value.get("step"));
  const step = asked !== undefined && (isBusy || isOpen(asked)) ? asked : "list";
  const go = (to: WizardStep) => {
    if (to === "start") reload();
    navigate(`/admin/campaigns/${id}/import?step=${to}`);
  };
  if (!TAKES_PEOPLE.includes(state)) return <Empty icon="campaigns" title={wizard("over")} />;
  return (
    <>
      <Stepper steps={steps} now={step} isOpen={isOpen} onGo={go} />
      <WizardPanel
        step={step}
        campaign={campaign}
        onCampaign={setCampaign}
        message={message}
        onMessage={setMessage}
        list={list}
        onList={(changed) => {
          onList(changed);
          setResult(undefined);
          setReady(false);
        }}
        onReady={() => setReady(true)}
        result={result}
        onResult={setResult}
        onBusy={setBusy}
        isBusy={isBusy}
        templates={templates}
        channels={channels}
        onGo={go}
      />
      {state === "draft" && !isBusy && (
        <div class="row">
          <button
            type="button"
            class="link-button link-button-bad"
            onClick={() => setLeaving(true)}
          >
            {wizard("discard")}
          </button>
        </div>
      )}
      {isLeaving && (
        <StepDialog
          step="delete"
          id={id}
          name={name}
          onClose={() => setLeaving(false)}
          onDone={() => navigate("/admin/campaigns")}
        />
      )}
    </>
  );
}
