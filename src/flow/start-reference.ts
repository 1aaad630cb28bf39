import { isReference } from "../links/reference.ts";
import type { Claimed } from "../db/mailbox.ts";
import type { InboundMessage } from "../messages.ts";
import type { Plan } from "./plan.ts";

/**
 * What a person arrived with, where that is news: the reference of a link, or the id of the advertisement that was tapped
 * where there was no reference before. An advertisement does not take the place of a poll somebody is in the middle of.
 */
export function startReferenceOf(
  plan: Plan,
  { referral }: Pick<InboundMessage, "referral">,
  { startReference }: Pick<Claimed, "startReference">,
): string | undefined {
  if (plan.kind !== "ask") return undefined;
  if (plan.command?.reference !== undefined) return plan.command.reference;
  if (startReference !== null) return undefined;
  const advertisement = referral?.sourceId;
  return advertisement !== undefined && isReference(advertisement) ? advertisement : undefined;
}
