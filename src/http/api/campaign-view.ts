import type { z } from "zod";
import { openPlaceholders } from "../../campaigns/definition.ts";
import { contentIn } from "../../campaigns/personal-content.ts";
import { type CampaignRow, findCampaign, findLastPause } from "../../db/campaigns.ts";
import { BridgeError } from "../../errors.ts";
import { readCampaignReport } from "./campaign-report.ts";
import type { campaign, campaignDetail } from "./campaign-schemas.ts";
import { mustOwn } from "./caller.ts";
import type { Language } from "./dependencies.ts";
import { pauseHint } from "./pause-hints.ts";
import type { ApiContext } from "./route.ts";

/** Shows a campaign in a list. */
export function showCampaign(row: CampaignRow): z.output<typeof campaign> {
  return {
    id: row.id,
    channel: row.channel,
    accounts: row.accounts,
    name: row.name,
    state: row.state,
    state_reason: row.state_reason,
    category: row.category?.toLowerCase() ?? null,
    rate_per_second: row.rate_per_second,
    start_at: row.start_at,
    created_at: row.created_at,
    created_by: row.created_by,
    updated_at: row.updated_at,
    started_at: row.started_at,
    paused_at: row.paused_at,
    finished_at: row.finished_at,
  };
}

/** Finds a campaign of the caller; throws `request_not_found` and `store_*`. */
export async function ownCampaign(
  id: string,
  { db, caller }: Pick<ApiContext, "db" | "caller">,
): Promise<CampaignRow> {
  const row = await findCampaign(db, id);
  if (row === undefined)
    throw new BridgeError("request_not_found", "there is no campaign with this id");
  mustOwn(caller, row.channel, "campaign");
  return row;
}

async function readPause(row: CampaignRow, deps: ApiContext, language: Language) {
  if (row.state !== "paused" || row.state_reason === null) return null;
  const pause = await findLastPause(deps.db, row.id);
  if (pause === undefined) return null;
  const { reason: _reason, ...detail } = pause.detail;
  const reason = row.state_reason;
  return { at: pause.at, reason, detail, hint: pauseHint(reason, language) };
}

async function readWarnings(row: CampaignRow, { db }: ApiContext): Promise<string[]> {
  if (row.state === "done" || row.state === "cancelled") return [];
  const content = await contentIn(db, row, undefined);
  return [...(content.kind === "ok" ? content.warnings : content.problems)];
}

/** Shows a campaign with what it has come to, hints in the caller's language. Throws `store_*`. */
export async function showDetail(
  row: CampaignRow,
  deps: ApiContext,
  language: Language,
): Promise<z.output<typeof campaignDetail>> {
  const { message, values, hours, guard } = row;
  return {
    ...showCampaign(row),
    message: { ...message },
    placeholders: openPlaceholders(message, values),
    values,
    language: row.language,
    route: row.route.map((rung) => ({ ...rung })),
    hours,
    guard,
    default_country: row.default_country,
    warnings: await readWarnings(row, deps),
    pause: await readPause(row, deps, language),
    ...(await readCampaignReport(row, deps, language)),
  };
}
