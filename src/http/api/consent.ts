import { z } from "zod";
import { listConsentTargets } from "../../db/contacts-read.ts";
import { optIn, optOut } from "../../db/opt-outs.ts";
import { BridgeError } from "../../errors.ts";
import { storableText } from "../../storable.ts";
import { contact, mustFindContact, readContact } from "./contact-view.ts";
import { nothing, textFilter } from "./parameters.ts";
import type { ApiContext } from "./route.ts";
import { defineRoute } from "./route.ts";

const tag = "contacts";

const MAX_REASON = 200;

const consent = z
  .strictObject({
    channel: textFilter
      .optional()
      .meta({ description: "Every channel that the person has written to where absent." }),
    account: textFilter
      .optional()
      .meta({ description: "Every account that the person has written to where absent." }),
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

async function change(
  contactId: string,
  body: z.output<typeof consent>,
  isOut: boolean,
  deps: ApiContext,
): Promise<z.output<typeof contact>> {
  const { scope, reason, ...where } = body;
  await mustFindContact(contactId, deps);
  const { channels } = deps.caller;
  const targets = await listConsentTargets(deps.db, contactId, { ...where, channels });
  if (targets.length === 0)
    throw new BridgeError("request_conflict", "the person has no conversation there");
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
    for (const { channel, account, address } of targets) {
      const { identities } = address;
      await deps.announceConsent(channel, { account, identities, optedOut: isOut });
    }
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
