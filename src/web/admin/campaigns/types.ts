import type { z } from "zod";
import type { ImportPreview } from "../../../campaigns/import/preview.ts";
import type { ReportLine } from "../../../db/campaign-import-lines.ts";
import type {
  campaign,
  campaignDetail,
  campaignEvent,
  newCampaign,
} from "../../../http/api/campaign-schemas.ts";
import type { channel } from "../../../http/api/channels.ts";
import type { importSummary } from "../../../http/api/recipient-import.ts";
import type { recipient } from "../../../http/api/recipient-view.ts";

export type Campaign = z.output<typeof campaign>;
export type CampaignDetail = z.output<typeof campaignDetail>;
export type CampaignEvent = z.output<typeof campaignEvent>;
export type NewCampaign = z.input<typeof newCampaign>;
export type CampaignHours = NonNullable<CampaignDetail["hours"]>;
export type Figures = CampaignDetail["figures"];
export type Failure = CampaignDetail["failures"][number];
export type Cost = CampaignDetail["cost"]["actual"];
export type Recipient = z.output<typeof recipient>;
export type RecipientStatus = Recipient["status"];
export type Channel = z.output<typeof channel>;
export type Import = z.output<typeof importSummary>;
export type ImportResult = Import & { readonly problems: readonly ReportLine[] };
export type { ImportPreview };
