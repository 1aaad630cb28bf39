import { z } from "zod";
import { type RecipientRow, recipientRow } from "../../db/campaign-recipients.ts";
import { type CampaignRow, findCampaign } from "../../db/campaigns.ts";
import { BridgeError } from "../../errors.ts";
import { mustOwn } from "./caller.ts";
import { type ErrorContext, errorReport, reportError } from "./error-report.ts";
import type { ApiContext } from "./route.ts";

/** Finds a campaign of the caller's. Throws `request_not_found` and `store_*`. */
export async function mustFindCampaign(
  id: string,
  { db, caller }: Pick<ApiContext, "db" | "caller">,
): Promise<CampaignRow> {
  const campaign = await findCampaign(db, id);
  if (campaign === undefined)
    throw new BridgeError("request_not_found", "there is no campaign with this id");
  mustOwn(caller, campaign.channel, "campaign");
  return campaign;
}

/** One recipient with what became of the message. */
export const recipient = recipientRow
  .omit({ place: true, identity: true })
  .extend({
    to: z.string().meta({ description: "The phone number with its `+`, or WhatsApp's user id." }),
    error: errorReport.nullable(),
  })
  .meta({ id: "Recipient" });

/** A person's number as people write it. */
function showIdentity({ kind, value }: RecipientRow["identity"]): string {
  return kind === "phone" && value !== "" ? `+${value}` : value;
}

/** Shows a recipient; why somebody was left out is shown as an error is. */
export function showRecipient(
  stored: RecipientRow,
  context: Omit<ErrorContext, "channel">,
): z.output<typeof recipient> {
  const { place: _, identity, ...row } = stored;
  const reason = row.skip_reason === null ? row.error : { reason: row.skip_reason };
  const error = reportError(reason, { ...context, channel: row.channel });
  return { ...row, to: showIdentity(identity), error };
}
