import { z } from "zod";
import type { ChannelEvent, Identity } from "../../../messages.ts";
import { anything, optionalText, word } from "./fields.ts";
import { readIdentities, readIdentity } from "./identities.ts";

const systemSchema = z.object({
  type: optionalText,
  wa_id: anything,
  user_id: anything,
  parent_user_id: anything,
  previous_user_id: anything,
  /** Names of older webhooks: the new number, and the one before. */
  new_wa_id: anything,
  customer: anything,
});

type System = z.output<typeof systemSchema>;

/** System messages that rename a person, by their present and their older names. */
const RENAMES: ReadonlySet<string> = new Set([
  "user_changed_number",
  "user_changed_user_id",
  "customer_changed_number",
]);

/** Reads a system message: a person's new number or user id. It is never something the person said. */
export function readSystemMessage(
  raw: unknown,
  account: string,
  externalId: string,
  senders: readonly Identity[],
): ChannelEvent {
  const system = systemSchema.safeParse(raw).data;
  const what = `system message ${word(system?.type)}`;
  if (system?.type === undefined || !RENAMES.has(system.type)) {
    return { kind: "unsupported", account, what };
  }
  const previous = previousOf(system, senders);
  const current = currentOf(system);
  if (previous === undefined || current.length === 0) return { kind: "unsupported", account, what };
  return { kind: "identity", account, externalId, previous, current };
}

function previousOf(system: System, senders: readonly Identity[]): Identity | undefined {
  if (system.type !== "user_changed_user_id") return readIdentity(system.customer) ?? senders[0];
  const userId = senders.find(({ kind }) => kind === "bsuid");
  return readIdentity(system.previous_user_id) ?? userId ?? senders[0];
}

function currentOf(system: System): Identity[] {
  return readIdentities([system.wa_id ?? system.new_wa_id, system.user_id, system.parent_user_id]);
}
