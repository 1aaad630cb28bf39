import { useEffect } from "preact/hooks";
import { CAMPAIGN_STATES } from "./states.ts";
import { campaigns } from "../../i18n/campaigns.ts";
import { common } from "../../i18n/common.ts";
import { shell } from "../../i18n/shell.ts";
import { get } from "../../shared/api.ts";
import { useDetails } from "../../shared/details.ts";
import { onReturn } from "../../shared/live.ts";
import { usePages } from "../../shared/pages-of.ts";
import { query, setQuery } from "../../shared/router.ts";
import { may } from "../../shared/session.ts";
import { Action } from "../../shared/ui/action.tsx";
import { Icon } from "../../shared/ui/icon.tsx";
import { Empty, Failure, Loading, Stale } from "../../shared/ui/states.tsx";
import { Page } from "../page.tsx";
import { CampaignTable } from "./campaign-table.tsx";
import { useChannels } from "./channels.ts";
import type { Campaign, CampaignDetail } from "./types.ts";
import { useLiveCampaigns } from "./use-live.ts";

/** Rows read at a time: each one's figures are read too. */
const PAGE_ROWS = 25;

const readDetail = (id: string, signal: AbortSignal) =>
  get<CampaignDetail>(`/campaigns/${id}`, {}, signal);

/** All campaigns with how far they are; those that run move by themselves. */
export function CampaignsPage() {
  const state = query.value.get("state") ?? undefined;
  const channel = query.value.get("channel") ?? undefined;
  const list = usePages<Campaign>("/campaigns", { state, channel, limit: PAGE_ROWS });
  const details = useDetails(
    list.rows.map(({ id }) => id),
    readDetail,
  );
  const words = useLiveCampaigns((word) => {
    const row = list.rows.find(({ id }) => id === word.id);
    if (row?.state !== word.state) list.refresh();
  });
  const { refresh } = list;
  useEffect(() => onReturn(refresh), []);
  const figures = new Map([...details, ...words].map(([id, known]) => [id, known.figures]));
  const isFiltered = state !== undefined || channel !== undefined;
  return (
    <Page
      title={shell("campaigns")}
      intro={campaigns("intro")}
      actions={may("campaigns:write") ? <NewCampaignLink /> : undefined}
    >
      <Filters state={state} channel={channel} />
      {list.problem !== undefined && list.rows.length > 0 && (
        <Stale problem={list.problem} onRetry={list.refresh} />
      )}
      {list.rows.length === 0 ? (
        <Nothing list={list} isFiltered={isFiltered} />
      ) : (
        <CampaignTable rows={list.rows} figures={figures} onChange={list.refresh} />
      )}
      {list.rows.length > 0 && list.hasMore && (
        <div class="row">
          <Action run={() => Promise.resolve(list.more())} disabled={list.isLoading}>
            {common("more")}
          </Action>
        </div>
      )}
    </Page>
  );
}

function NewCampaignLink() {
  return (
    <a class="button button-primary" href="/admin/campaigns/new">
      <Icon name="plus" size={16} /> {campaigns("new_campaign")}
    </a>
  );
}

interface NothingProps {
  readonly list: Pick<ReturnType<typeof usePages>, "problem" | "isLoading" | "reset">;
  readonly isFiltered: boolean;
}

function Nothing({ list, isFiltered }: NothingProps) {
  if (list.problem !== undefined) return <Failure problem={list.problem} onRetry={list.reset} />;
  if (list.isLoading) return <Loading />;
  if (isFiltered) return <Empty title={common("nothing_found")} />;
  return (
    <Empty icon="campaigns" title={campaigns("empty_title")} detail={campaigns("empty_detail")}>
      {may("campaigns:write") && <NewCampaignLink />}
    </Empty>
  );
}

interface FiltersProps {
  readonly state: string | undefined;
  readonly channel: string | undefined;
}

function Filters({ state, channel }: FiltersProps) {
  const channels = useChannels();
  return (
    <div class="filters" role="search" aria-label={common("filter")}>
      <select
        aria-label={campaigns("filter_state")}
        value={state ?? ""}
        onChange={({ currentTarget }) => setQuery({ state: currentTarget.value })}
      >
        <option value="">{campaigns("any_state")}</option>
        {CAMPAIGN_STATES.map((known) => (
          <option key={known} value={known}>
            {campaigns(`state_${known}`)}
          </option>
        ))}
      </select>
      <select
        aria-label={campaigns("filter_channel")}
        value={channel ?? ""}
        onChange={({ currentTarget }) => setQuery({ channel: currentTarget.value })}
      >
        <option value="">{campaigns("any_channel")}</option>
        {(channels.data ?? []).map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
