import { checkMessage } from "../../campaigns/definition.ts";
import { changeState, readStartable, resumeCampaign } from "../../db/campaign-life.ts";
import { type CampaignRow, findCampaign } from "../../db/campaigns.ts";
import { withdrawHalted } from "../../db/campaign-withdraw.ts";
import { BridgeError } from "../../errors.ts";
import { campaignDetail } from "./campaign-schemas.ts";
import { ownCampaign, showDetail } from "./campaign-view.ts";
import { nothing } from "./parameters.ts";
import type { ApiContext } from "./route.ts";
import { defineRoute } from "./route.ts";

const conflict = (detail: string) => new BridgeError("request_conflict", detail);

/** Throws why a campaign did not take a step: by now it is in a state that has none. */
async function refuseStep(id: string, verb: string, { db }: ApiContext): Promise<never> {
  const row = await findCampaign(db, id);
  throw conflict(`a campaign that is ${row?.state ?? "gone"} cannot be ${verb}`);
}

async function start(row: CampaignRow, deps: ApiContext): Promise<CampaignRow> {
  const { db, caller } = deps;
  // Of two who start it at the same moment, one does; the other is told.
  if (row.state === "draft" || row.state === "scheduled") {
    await checkMessage(db, row);
    const { hasOpen, isImporting } = await readStartable(db, row.id);
    if (isImporting) throw conflict("its recipients are still being read: start it after that");
    if (!hasOpen) throw conflict("it has no recipients to send to");
  }
  const why = { actor: caller.actor };
  const started =
    (await changeState(db, row.id, "schedule", why)) ??
    (await changeState(db, row.id, "start", why));
  return started ?? refuseStep(row.id, "started", deps);
}

/** Takes back at once what waits in the outbox. The step is taken: where this fails, the campaigns' watch does it in a moment. */
async function withdraw({ db, log }: ApiContext): Promise<void> {
  await withdrawHalted(db).catch((error: unknown) =>
    log.warn("messages of a campaign that was stopped are taken back later", { error }),
  );
}

async function pause(row: CampaignRow, deps: ApiContext): Promise<CampaignRow> {
  const why = { actor: deps.caller.actor, detail: { reason: "operator" } };
  const paused = await changeState(deps.db, row.id, "pause", why);
  if (paused === undefined) return refuseStep(row.id, "paused", deps);
  await withdraw(deps);
  return paused;
}

async function resume(row: CampaignRow, deps: ApiContext): Promise<CampaignRow> {
  if (row.state === "paused") await checkMessage(deps.db, row);
  const resumed = await resumeCampaign(deps.db, row.id, { actor: deps.caller.actor });
  return resumed ?? refuseStep(row.id, "resumed", deps);
}

async function cancel(row: CampaignRow, deps: ApiContext): Promise<CampaignRow> {
  const cancelled = await changeState(deps.db, row.id, "cancel", { actor: deps.caller.actor });
  if (cancelled === undefined) return refuseStep(row.id, "cancelled", deps);
  await withdraw(deps);
  return cancelled;
}

const step = (
  verb: "start" | "pause" | "resume" | "cancel",
  summary: string,
  take: (row: CampaignRow, deps: ApiContext) => Promise<CampaignRow>,
) =>
  defineRoute({
    method: "post",
    path: `/campaigns/{id}/${verb}`,
    scope: "campaigns:write",
    summary,
    tag: "campaigns",
    query: nothing,
    body: nothing,
    answer: campaignDetail,
    handle: async ({ id, language }, deps) =>
      showDetail(await take(await ownCampaign(id, deps), deps), deps, language),
  });

/** The steps of a campaign's life. */
export const campaignStepRoutes = [
  step("start", "Starts a campaign, or lets it wait for its time", start),
  step("pause", "Pauses a campaign: what was not sent yet is taken back", pause),
  step("resume", "Lets a paused campaign go on", resume),
  step("cancel", "Ends a campaign: who was not sent to is left out for good", cancel),
] as const;
