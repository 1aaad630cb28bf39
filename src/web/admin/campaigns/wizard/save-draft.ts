import { call, post } from "../../../shared/api.ts";
import type { CampaignDetail, NewCampaign } from "../types.ts";
import { contentOf, isBeyondForm, type MessageForm, newCampaignOf } from "./message-form.ts";

const same = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** Whether a draft has to be made anew: what it is sent on cannot be changed. */
export function needsNew(campaign: CampaignDetail, form: MessageForm): boolean {
  const accounts = form.accounts.length === 0 ? campaign.accounts : form.accounts;
  return campaign.channel !== form.channel || !same(campaign.accounts, accounts);
}

/** What of a draft is to be changed; undefined where nothing is. A message of a program's stays as it is. */
export function changeOf(
  campaign: CampaignDetail,
  form: MessageForm,
): Pick<NewCampaign, "text" | "template"> | { readonly name: string } | undefined {
  const content = isBeyondForm(campaign, form) ? {} : contentOf(form);
  const isNewMessage = Object.keys(content).length > 0 && !same(content, campaign.message);
  const isNewName = form.name.trim() !== campaign.name;
  if (!isNewMessage && !isNewName) return undefined;
  return { ...(isNewName && { name: form.name }), ...(isNewMessage && content) };
}

/**
 * Saves what was typed of a draft; answers with the campaign that stands for it now, which is another one where it is sent
 * on another channel. `key` names the making of that one. Throws an `ApiProblem`.
 */
export async function saveDraft(
  campaign: CampaignDetail,
  form: MessageForm,
  key: string,
): Promise<CampaignDetail> {
  if (needsNew(campaign, form)) {
    const options = { idempotencyKey: key };
    const made = await post<CampaignDetail>("/campaigns", newCampaignOf(form), options);
    await call("DELETE", `/campaigns/${campaign.id}`);
    return made;
  }
  const body = changeOf(campaign, form);
  if (body === undefined) return campaign;
  return call<CampaignDetail>("PATCH", `/campaigns/${campaign.id}`, { body });
}
