import { z } from "zod";
import { listConsentTargets, listIdentities } from "../../db/contacts-read.ts";
import { optIn, optOut } from "../../db/opt-outs.ts";
import { BridgeError } from "../../errors.ts";
import type { Identity } from "../../messages.ts";
import { storableText } from "../../storable.ts";
import { contact, mustFindContact, readContact } from "./contact-view.ts";
import { nothing, textFilter } from "./parameters.ts";
import type { ApiContext } from "./route.ts";
import { defineRoute } from "./route.ts";

const tag = "contacts";

const MAX_REASON = 200;

const consent = z
  .strictObject({
    channel: textFilter.optional().meta({
      description:
        "Every channel that the person has written to, or else is known on, where absent.",
    }),
    account: textFilter.optional().meta({
      description:
        "Every account that the person has written to, or else every one of these channels, where absent.",
    }),
    scope: z
      .enum(["all", "marketing"])
      .default("all")
      .meta({ description: "`marketing` keeps promotions away; the bot goes on answering." }),
    reason: z
      .string()
      .max(MAX_REASON)
      .transform(storableText)
      .optional()
      .meta({ description: "Kept in the audit log." }),
  })
  .meta({ id: "ConsentChange" });

/** Where a change of consent counts: an account, and who the person is there. */
interface Target {
  readonly channel: string;
  readonly account: string;
  readonly identities: readonly Identity[];
}

type Where = Pick<z.output<typeof consent>, "channel" | "account">;

/** The accounts of channels on which a person is known: somebody may say no before the first message. */
async function listAccountsOf(
  contactId: string,
  where: Where,
  { db, channels, caller }: ApiContext,
): Promise<readonly Target[]> {
  const known = Map.groupBy(await listIdentities(db, contactId), ({ channel }) => channel);
  return [...known].flatMap(([channel, rows]) => {
    const isMeant = (where.channel ?? channel) === channel;
    if (!isMeant || caller.channels?.includes(channel) === false) return [];
    const identities = rows.map(({ kind, value }) => ({ kind, value }));
    return (channels.get(channel)?.channel.accounts ?? [])
      .filter((account) => (where.account ?? account) === account)
      .map((account) => ({ channel, account, identities }));
  });
}

/** The accounts that a person has conversations with, else those that could reach them. */
async function listTargets(
  contactId: string,
  where: Where,
  deps: ApiContext,
): Promise<readonly Target[]> {
  const { channels } = deps.caller;
  const spoken = await listConsentTargets(deps.db, contactId, { ...where, channels });
  if (spoken.length === 0) return listAccountsOf(contactId, where, deps);
  return spoken.map(({ address, ...target }) => ({ ...target, identities: address.identities }));
}

async function change(
  contactId: string,
  body: z.output<typeof consent>,
  isOut: boolean,
  deps: ApiContext,
): Promise<z.output<typeof contact>> {
  const { scope, reason, ...where } = body;
  await mustFindContact(contactId, deps);
  const targets = await listTargets(contactId, where, deps);
  if (targets.length === 0)
    throw new BridgeError("request_conflict", "the person is not known there");
  for (const { channel, account } of targets) {
    const { actor, tenant } = deps.caller;
    const said = { contactId, channel, account, scope, method: "api", actor };
    const row = {
      ...said,
      ...(tenant !== undefined && { tenant }),
      ...(reason !== undefined && { reason }),
    };
    await (isOut ? optOut(deps.db, row) : optIn(deps.db, row));
  }
  if (scope === "all")
    for (const { channel, account, identities } of targets)
      await deps.announceConsent(channel, { account, identities, optedOut: isOut });
  return readContact(contactId, deps);
}

/** Whether a person wants our messages. */
export const consentRoutes = [
  defineRoute({
    method: "post",
    path: "/contacts/{id}/opt-out",
    scope: "contacts:write",
    summary: "Records that a person wants no messages, or no promotions",
    tag,
    query: nothing,
    body: consent,
    answer: contact,
    writesAudit: true,
    handle: (input, deps) => change(input.id, input.body, true, deps),
  }),
  defineRoute({
    method: "post",
    path: "/contacts/{id}/opt-in",
    scope: "contacts:write",
    summary: "Records that a person wants them again",
    tag,
    query: nothing,
    body: consent,
    answer: contact,
    writesAudit: true,
    handle: (input, deps) => change(input.id, input.body, false, deps),
  }),
] as const;
