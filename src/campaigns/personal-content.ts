import type { LeasedRecipient } from "../db/campaign-release.ts";
import type { CampaignRow } from "../db/campaigns.ts";
import type { Queryable } from "../db/driver.ts";
import { findTemplates } from "../db/templates.ts";
import {
  contentOf,
  fillContent,
  type RouteRung,
  type SendContent,
  type TemplateRequest,
} from "../send-content.ts";
import { resolveTemplate } from "./templates/resolve.ts";

/** A campaign's content in one language, or why it cannot be sent in it. */
export type CampaignContent =
  | {
      readonly kind: "ok";
      readonly content: SendContent;
      readonly category: string | null;
      readonly warnings: readonly string[];
    }
  | {
      readonly kind: "refused";
      readonly problems: readonly string[];
      /** Whether that is the template's fault; else it is not there in the one person's language. */
      readonly isTemplates: boolean;
    };

/**
 * The content of a campaign in a language, its own where undefined, with placeholders; a template is checked. Throws
 * `store_*`.
 */
export async function contentIn(
  db: Queryable,
  campaign: Pick<CampaignRow, "channel" | "message" | "language" | "category">,
  language: string | undefined,
): Promise<CampaignContent> {
  const { message, channel, category } = campaign;
  if (!("template" in message)) return { kind: "ok", content: message, category, warnings: [] };
  const wanted = language ?? message.template.language ?? campaign.language ?? undefined;
  const request = { ...message.template, ...(wanted !== undefined && { language: wanted }) };
  const resolved = await resolveTemplate(db, channel, request);
  if (resolved.kind === "refused") {
    const isTemplates = language === undefined || (await isThere(db, channel, request));
    return { ...resolved, isTemplates };
  }
  return {
    kind: "ok",
    content: { template: resolved.request },
    category: resolved.category?.toUpperCase() ?? category,
    warnings: resolved.warnings,
  };
}

/** Whether the provider lists a template in the very language asked for, or in none that it names. */
async function isThere(db: Queryable, channel: string, request: TemplateRequest): Promise<boolean> {
  const languages = ["", request.language?.replace("-", "_")];
  const rows = await findTemplates(db, channel, request.name);
  return rows.some((row) => row.gone_at === null && languages.includes(row.language));
}

/** What replaces the placeholders for one person: the campaign's own values, theirs, and their name. */
export function valuesOf(
  campaign: Pick<CampaignRow, "values" | "message">,
  recipient: Pick<LeasedRecipient, "name" | "params">,
): Readonly<Record<string, string>> {
  const values: Record<string, string> = { ...campaign.values };
  if (recipient.name !== null) values["name"] = recipient.name;
  for (const [key, value] of Object.entries(recipient.params))
    if (typeof value === "string" || typeof value === "number") values[key] = String(value);
  if (!("template" in campaign.message)) return values;
  // A provider takes no empty parameter: nothing is as good as missing.
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== ""));
}

/** The rest of the way with the person's values; a rung that lacks one is left out, for it could not be sent. */
export function fillRoute(
  route: readonly RouteRung[],
  values: Readonly<Record<string, string>>,
): readonly RouteRung[] {
  return route.flatMap((rung) => {
    const { text, reply, template, ...rest } = rung;
    if (text === undefined && reply === undefined && template === undefined) return [rung];
    const { content, missing } = fillContent(contentOf({ text, reply, template }), values);
    return missing.length > 0 ? [] : [{ ...rest, ...content }];
  });
}
