import { z } from "zod";
import { actualCost, estimateCost } from "../../campaigns/costs.ts";
import { secondsLeft } from "../../campaigns/eta.ts";
import {
  campaignFigures,
  type CampaignFigures,
  failuresOf,
  readCampaignFigures,
} from "../../db/campaign-figures.ts";
import type { CampaignRow } from "../../db/campaigns.ts";
import { findCategory, readCampaignBilling, readServiceMessages } from "../../db/costs.ts";
import { costView, showCost } from "./cost-view.ts";
import type { ApiDependencies, Language } from "./dependencies.ts";
import { findHint } from "./error-report.ts";

/** The figures of a campaign as the API shows them. */
const figuresView = campaignFigures.meta({ id: "CampaignFigures" });

const failureView = z
  .strictObject({
    code: z.string().nullable().meta({ description: "The provider's code." }),
    reason: z.string().nullable().meta({ description: "Our error code." }),
    title: z.string().nullable(),
    count: z.int(),
    last_at: z.iso.datetime().nullable(),
    hint: z.string().nullable().meta({ description: "What an operator can do about it." }),
  })
  .meta({ id: "CampaignFailure" });

/** What a campaign has come to; members of a campaign's detail. */
export const campaignReport = {
  figures: figuresView,
  eta_seconds: z
    .int()
    .nullable()
    .meta({ description: "Until the last recipient is sent to; null where nobody can say." }),
  failures: z.array(failureView),
  cost: z
    .strictObject({ estimated: costView, actual: costView })
    .meta({ id: "CampaignCost", description: "Of those still to be sent, and of those sent." }),
};

type ReportedCampaign = Pick<
  CampaignRow,
  "id" | "channel" | "accounts" | "message" | "category" | "rate_per_second"
>;

type ReportTools = Pick<ApiDependencies, "db" | "channels" | "hint" | "costs">;

/** What one message of the campaign is billed as; null where its provider has not said. */
async function categoryOf(campaign: ReportedCampaign, { db }: ReportTools): Promise<string | null> {
  if (!("template" in campaign.message)) return "service";
  if (campaign.category !== null) return campaign.category.toLowerCase();
  return findCategory(db, campaign.channel, campaign.message.template.name);
}

async function readCosts(campaign: ReportedCampaign, queued: number, tools: ReportTools) {
  const { db, costs } = tools;
  const category = await categoryOf(campaign, tools);
  const billed = await readCampaignBilling(db, campaign.id);
  const used = billed.filter((row) => row.category === "service");
  const planned = campaign.accounts.map((account) => ({ channel: campaign.channel, account }));
  const thisMonth = new Date().toISOString().slice(0, 7);
  const readMonth = (month: string) =>
    readServiceMessages(
      db,
      used.filter((row) => row.month === month),
      month,
    );
  const service = await Promise.all([...new Set(used.map(({ month }) => month))].map(readMonth));
  return {
    estimated: estimateCost(costs, {
      channel: campaign.channel,
      category,
      count: queued,
      service: category === "service" ? await readServiceMessages(db, planned, thisMonth) : [],
    }),
    actual: actualCost(costs, billed, service.flat()),
  };
}

/** Reads what a campaign has come to, with hints and notes in the caller's language. Throws `store_*`. */
export async function readCampaignReport(
  campaign: ReportedCampaign,
  tools: ReportTools,
  language: Language,
): Promise<{ [Key in keyof typeof campaignReport]: z.output<(typeof campaignReport)[Key]> }> {
  const figures = await readFigures(campaign.id, tools);
  const failures = await failuresOf(tools.db, campaign.id);
  const cost = await readCosts(campaign, figures.queued, tools);
  return {
    figures,
    eta_seconds: secondsLeft({
      queued: figures.queued,
      sentPerMinute: figures.sent_per_minute,
      ratePerSecond: campaign.rate_per_second ?? undefined,
    }),
    failures: failures.map(({ channel, ...failure }) => ({
      ...failure,
      hint: findHint(failure, { channel, language, deps: tools }),
    })),
    cost: {
      estimated: showCost(cost.estimated, language),
      actual: showCost(cost.actual, language),
    },
  };
}

async function readFigures(id: string, { db }: ReportTools): Promise<CampaignFigures> {
  const figures = (await readCampaignFigures(db, [id])).get(id);
  if (figures === undefined) throw new Error("a campaign was asked for and not counted");
  return figures;
}
