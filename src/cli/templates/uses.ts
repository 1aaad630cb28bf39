import { z } from "zod";
import { contentOf as contentOfRule } from "../../campaigns/events/rule-content.ts";
import type { NotificationRule } from "../../campaigns/events/rule-schema.ts";
import {
  routeRung,
  sendContent,
  type RouteRung,
  type TemplateRequest,
} from "../../send-content.ts";
import type { ApiClient } from "../api.ts";
import { campaign, listedCampaign } from "../campaign/rows.ts";

/** A place that sends a template. */
export interface TemplateUse {
  readonly where: string;
  readonly channel: string;
  readonly request: TemplateRequest;
}

function ofRoute(where: string, route: readonly RouteRung[]): TemplateUse[] {
  return route.flatMap(({ channel, template }, index) =>
    template === undefined
      ? []
      : [{ where: `${where}, route ${index + 1}`, channel, request: template }],
  );
}

/** The languages in which a rule may send its template: its own, and those it has words for. */
function languagesOf({ template, languages }: NotificationRule): readonly (string | undefined)[] {
  return [...new Set([template?.language, ...Object.values(languages ?? {})])].filter(
    (language) => language !== undefined || template?.language === undefined,
  );
}

/** The templates that a rule for events sends; what comes from the event is a placeholder. */
export function usesOfRule(rule: NotificationRule): TemplateUse[] {
  const { name, channel, outside_window: outside, route } = rule;
  const where = `rule ${name}`;
  const content = contentOfRule(rule);
  const own =
    "template" in content
      ? languagesOf(rule).map((language) => ({
          where,
          channel,
          request: { ...content.template, language },
        }))
      : [];
  const instead =
    typeof outside === "object"
      ? [{ where: `${where}, outside the window`, channel, request: outside.template }]
      : [];
  return [...own, ...instead, ...ofRoute(where, route)];
}

/** What is still to be sent by a campaign in one of these states. */
const UNFINISHED = ["draft", "scheduled", "running", "paused"];

const routed = campaign.extend({ route: z.array(routeRung) });

/** The templates that campaigns are still to send. */
export async function readCampaignUses(api: ApiClient): Promise<TemplateUse[]> {
  const uses: TemplateUse[] = [];
  for await (const { id, state } of api.list("/campaigns", listedCampaign)) {
    if (!UNFINISHED.includes(state)) continue;
    const { name, channel, message, route } = await api.get(`/campaigns/${id}`, routed);
    const where = `campaign ${name} (${state})`;
    const content = sendContent.safeParse(message).data;
    if (content !== undefined && "template" in content)
      uses.push({ where, channel, request: content.template });
    uses.push(...ofRoute(where, route));
  }
  return uses;
}
