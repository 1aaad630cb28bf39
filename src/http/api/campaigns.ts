import { z } from "zod";
import { checkChannels, checkMessage } from "../../campaigns/definition.ts";
import {
  CAMPAIGN_STATES,
  type CampaignChange,
  type CampaignRow,
  changeCampaign,
  deleteDraft,
  insertCampaign,
  listCampaignEvents,
  listCampaigns,
} from "../../db/campaigns.ts";
import { BridgeError } from "../../errors.ts";
import { contentOf, isOneContent, ONE_CONTENT } from "../../send-content.ts";
import {
  campaign,
  campaignDetail,
  campaignEvent,
  campaignPatch,
  type CampaignPatchRequest,
  newCampaign,
} from "./campaign-schemas.ts";
import { ownCampaign, showCampaign, showDetail } from "./campaign-view.ts";
import { owns } from "./caller.ts";
import { pageOf, readPage } from "./paging.ts";
import { nothing, paging, textFilter } from "./parameters.ts";
import { InvalidRequest } from "./request-problem.ts";
import type { ApiContext } from "./route.ts";
import { defineRoute } from "./route.ts";

const tag = "campaigns";

/** States in which a campaign may be changed; what it says, in a draft alone. */
const CHANGEABLE = ["draft", "scheduled", "paused"] as const;
const DRAFT = ["draft"] as const;

/** The channels the caller may send on. */
function channelsOf({ channels, caller }: ApiContext) {
  return new Map([...channels].filter(([name]) => owns(caller, name)));
}

/** What a request changes; a new message is checked. Throws `request_invalid` and `store_*`. */
async function changeOf(
  row: CampaignRow,
  body: CampaignPatchRequest,
  { db }: ApiContext,
): Promise<{ change: CampaignChange; isMessage: boolean }> {
  const { text, reply, template, values, language, category, ...rest } = body;
  const hasContent = [text, reply, template].some((one) => one !== undefined);
  if (hasContent && !isOneContent(body))
    throw new InvalidRequest([{ pointer: "", detail: ONE_CONTENT }]);
  const change: CampaignChange = {
    name: rest.name,
    ratePerSecond: rest.rate_per_second,
    hours: rest.hours,
    startAt: rest.start_at,
    guard: rest.guard,
  };
  const isMessage = hasContent || [values, language, category].some((one) => one !== undefined);
  if (!isMessage) return { change, isMessage };
  const said = {
    channel: row.channel,
    message: hasContent ? contentOf(body) : row.message,
    language: language === undefined ? row.language : language,
    category: category === undefined ? row.category : (category?.toUpperCase() ?? null),
  };
  const checked = await checkMessage(db, said);
  return { change: { ...change, ...checked, values, language: said.language }, isMessage };
}

/** One message to many people: how a campaign is defined and seen. */
export const campaignRoutes = [
  defineRoute({
    method: "get",
    path: "/campaigns",
    scope: "campaigns:read",
    summary: "Lists campaigns, newest first",
    tag,
    query: z.strictObject({
      channel: textFilter.optional(),
      state: z.enum(CAMPAIGN_STATES).optional(),
      ...paging,
    }),
    body: nothing,
    answer: pageOf(campaign).meta({ id: "CampaignPage" }),
    handle: async ({ query }, { db, caller }) => {
      const page = await readPage(
        "campaigns",
        query,
        (wanted) => listCampaigns(db, { ...query, channels: caller.channels }, wanted),
        (row) => ({ at: row.created_at, id: row.id }),
      );
      return { ...page, data: page.data.map(showCampaign) };
    },
  }),
  defineRoute({
    method: "post",
    path: "/campaigns",
    scope: "campaigns:write",
    summary: "Makes a campaign, as a draft; give it recipients, then start it",
    tag,
    status: 201,
    query: nothing,
    body: newCampaign,
    answer: campaignDetail,
    handle: async ({ body, newId, language }, deps) => {
      const accounts = checkChannels(channelsOf(deps), body);
      const checked = await checkMessage(deps.db, {
        channel: body.channel,
        message: contentOf(body),
        language: body.language ?? null,
        category: body.category?.toUpperCase() ?? null,
      });
      const row = await insertCampaign(deps.db, {
        id: newId("campaign"),
        channel: body.channel,
        accounts,
        name: body.name,
        ...checked,
        values: body.values,
        language: body.language ?? null,
        route: body.route,
        startAt: body.start_at ?? null,
        ratePerSecond: body.rate_per_second ?? null,
        hours: body.hours ?? null,
        guard: body.guard,
        defaultCountry: body.default_country ?? null,
        createdBy: deps.caller.actor,
      });
      if (row === undefined) throw new Error("a campaign was made and is not there");
      return showDetail(row, deps, language);
    },
  }),
  defineRoute({
    method: "get",
    path: "/campaigns/{id}",
    scope: "campaigns:read",
    summary: "Shows a campaign with its figures, failures and costs",
    tag,
    query: nothing,
    body: nothing,
    answer: campaignDetail,
    handle: async ({ id, language }, deps) =>
      showDetail(await ownCampaign(id, deps), deps, language),
  }),
  defineRoute({
    method: "patch",
    path: "/campaigns/{id}",
    scope: "campaigns:write",
    summary: "Changes a campaign that does not run; what it says, in a draft alone",
    tag,
    query: nothing,
    body: campaignPatch,
    answer: campaignDetail,
    handle: async ({ id, body, language }, deps) => {
      const row = await ownCampaign(id, deps);
      const { change, isMessage } = await changeOf(row, body, deps);
      const states = isMessage ? DRAFT : CHANGEABLE;
      const { actor } = deps.caller;
      const changed = await changeCampaign(deps.db, id, change, { actor, states });
      if (changed === undefined) {
        const what = isMessage
          ? "what a campaign says can be changed"
          : "a campaign can be changed";
        const when = `in these states alone: ${states.join(", ")}`;
        throw new BridgeError("request_conflict", `${what} ${when}`);
      }
      return showDetail(changed, deps, language);
    },
  }),
  defineRoute({
    method: "delete",
    path: "/campaigns/{id}",
    scope: "campaigns:write",
    summary: "Removes a draft with its recipients",
    tag,
    query: nothing,
    body: nothing,
    answer: z.strictObject({ id: z.guid() }).meta({ id: "DeletedCampaign" }),
    handle: async ({ id }, deps) => {
      await ownCampaign(id, deps);
      if (!(await deleteDraft(deps.db, id)))
        throw new BridgeError("request_conflict", "only a draft can be deleted; cancel it instead");
      return { id };
    },
  }),
  defineRoute({
    method: "get",
    path: "/campaigns/{id}/log",
    scope: "campaigns:read",
    summary: "Lists what happened to a campaign as a whole, newest first",
    tag,
    query: z.strictObject(paging),
    body: nothing,
    answer: pageOf(campaignEvent).meta({ id: "CampaignEventPage" }),
    handle: async ({ id, query }, deps) => {
      await ownCampaign(id, deps);
      return readPage(
        `campaigns/${id}/log`,
        query,
        (wanted) => listCampaignEvents(deps.db, id, wanted),
        (row) => ({ at: row.at, id: row.id }),
      );
    },
  }),
] as const;
