import { useEffect, useRef, useState } from "preact/hooks";
import { report } from "../../i18n/campaign-report.ts";
import { campaigns } from "../../i18n/campaigns.ts";
import { shell } from "../../i18n/shell.ts";
import { get } from "../../shared/api.ts";
import { formatDateTime, formatRelative } from "../../shared/format.ts";
import { language } from "../../shared/language.ts";
import { query, setQuery } from "../../shared/router.ts";
import { useResource } from "../../shared/resource.ts";
import { Icon } from "../../shared/ui/icon.tsx";
import { now } from "../../shared/ui/now.ts";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Loaded } from "../../shared/ui/states.tsx";
import { Tabs } from "../../shared/ui/tabs.tsx";
import { Page } from "../page.tsx";
import { CampaignActions } from "./campaign-actions.tsx";
import { Costs } from "./costs.tsx";
import { Definition } from "./definition.tsx";
import { Failures } from "./failures.tsx";
import { Funnel } from "./funnel.tsx";
import { Imports } from "./imports.tsx";
import { type ReadCampaign, withWord } from "./live-campaign.ts";
import { Log } from "./log.tsx";
import { ProgressCard } from "./progress-card.tsx";
import { Recipients } from "./recipients.tsx";
import { reasonOf, StateTag } from "./state-tag.tsx";
import type { CampaignDetail } from "./types.ts";
import { useLiveCampaigns } from "./use-live.ts";

/** States that a campaign can leave by itself or by somebody else's hand. */
const MOVES = ["scheduled", "running", "paused"] as const;

/** How long after a change of the figures all else is read again, and how often without any while it moves, milliseconds. */
const FOLLOW_MS = 2_000;
const POLL_MS = 15_000;

/** One campaign, moving as it moves. */
export function CampaignPage({ id }: { readonly id?: string }) {
  return id === undefined ? null : <OneCampaign key={id} id={id} />;
}

function OneCampaign({ id }: { readonly id: string }) {
  const [round, setRound] = useState(0);
  const [isMoving, setMoving] = useState(false);
  const read = useResource(
    `campaign ${id} ${language.value}`,
    async (signal): Promise<ReadCampaign> => {
      const at = Date.now();
      return { at, campaign: await get<CampaignDetail>(`/campaigns/${id}`, {}, signal) };
    },
    // Should the stream tell nothing.
    isMoving ? { pollMs: POLL_MS } : {},
  );
  const { reload } = read;
  const word = useLiveCampaigns().get(id);
  const campaign = read.data === undefined ? undefined : withWord(read.data, word);
  const told = JSON.stringify([campaign?.state, campaign?.figures]);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const again = () => {
    clearTimeout(timer.current);
    timer.current = undefined;
    reload();
    setRound((count) => count + 1);
  };
  useEffect(() => {
    // The lists below and what the stream does not tell follow the figures, but not each of their steps.
    if (campaign !== undefined) timer.current ??= setTimeout(again, FOLLOW_MS);
  }, [told]);
  useEffect(() => setMoving(MOVES.some((state) => state === campaign?.state)), [campaign?.state]);
  return (
    <Page
      title={campaign?.name ?? shell("campaigns")}
      intro={<Intro campaign={campaign} />}
      actions={
        campaign === undefined ? undefined : (
          <CampaignActions
            campaign={campaign}
            audience={campaign.figures.audience}
            onChange={again}
          />
        )
      }
    >
      <Loaded from={{ ...read, data: campaign }}>
        {(data) => <Report campaign={data} round={round} onChange={again} />}
      </Loaded>
    </Page>
  );
}

function Intro({ campaign }: { readonly campaign: CampaignDetail | undefined }) {
  return (
    <span class="row">
      <a class="way-back" href="/admin/campaigns">
        <Icon name="back" size={16} /> {campaigns("back_to_list")}
      </a>
      {campaign !== undefined && <StateTag state={campaign.state} />}
    </span>
  );
}

interface ReportProps {
  readonly campaign: CampaignDetail;
  readonly round: number;
  readonly onChange: () => void;
}

function Report({ campaign, round, onChange }: ReportProps) {
  return (
    <>
      <Banners campaign={campaign} />
      <div class="campaign-columns">
        <div class="stack campaign-main">
          <ProgressCard campaign={campaign} />
          <Funnel figures={campaign.figures} id={campaign.id} />
          <Failures failures={campaign.failures} id={campaign.id} />
        </div>
        <div class="stack">
          <Definition campaign={campaign} />
          <Costs cost={campaign.cost} />
        </div>
      </div>
      <Parts campaign={campaign} round={round} onChange={onChange} />
    </>
  );
}

/** Why a campaign is paused with what to do, when it starts, and what may be wrong with its message. */
function Banners({ campaign }: { readonly campaign: CampaignDetail }) {
  const { pause, state, start_at: startAt, warnings } = campaign;
  const relative = (at: string) => formatRelative(at, now.value);
  return (
    <>
      {pause !== null && state === "paused" && (
        <section class="banner banner-warning" role="status">
          <Icon name="pause" />
          <span>
            <strong>{campaigns("paused_title", { reason: reasonOf(pause.reason) })}</strong>{" "}
            {campaigns("paused_since", { when: relative(pause.at) })} {pause.hint}
          </span>
        </section>
      )}
      {state === "scheduled" && startAt !== null && (
        <p class="banner banner-info">
          <Icon name="clock" />
          <span>
            {campaigns("waits_for_start", {
              when: relative(startAt),
              date: formatDateTime(startAt),
            })}
          </span>
        </p>
      )}
      {warnings.length > 0 && (
        <div class="banner banner-warning">
          <Icon name="warning" />
          <span>
            <strong>{campaigns("warnings_title")}</strong>{" "}
            {warnings.map((text) => (
              <SafeText key={text} text={`${text} `} max={500} />
            ))}
          </span>
        </div>
      )}
    </>
  );
}

const TABS = ["recipients", "imports", "log"] as const;

function Parts({ campaign, round, onChange }: ReportProps) {
  const asked = query.value.get("tab");
  const chosen = TABS.find((known) => known === asked) ?? "recipients";
  const status = query.value.get("status");
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Whoever chose a number above wants to see the people behind it.
    if (status !== null) place.current?.scrollIntoView({ block: "start" });
  }, [status]);
  const isOpen = campaign.state !== "done" && campaign.state !== "cancelled";
  return (
    <div ref={place} class="campaign-parts">
      <Tabs
        label={report("tabs_label")}
        tabs={TABS.map((tab) => ({ id: tab, label: report(`tab_${tab}`) }))}
        chosen={chosen}
        onChoose={(tab) => setQuery({ tab: tab === "recipients" ? undefined : tab })}
      >
        {chosen === "recipients" && (
          <Recipients id={campaign.id} round={round} isOpen={isOpen} onChange={onChange} />
        )}
        {chosen === "imports" && <Imports id={campaign.id} round={round} />}
        {chosen === "log" && (
          <Log key={`${campaign.state} ${campaign.updated_at}`} id={campaign.id} />
        )}
      </Tabs>
    </div>
  );
}
