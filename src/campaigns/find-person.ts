import type { Queryable } from "../db/driver.ts";
import { findSendTarget, type SendTarget, type Wanted } from "../db/send-targets.ts";
import { BridgeError } from "../errors.ts";
import type { Address } from "../messages.ts";
import { readIdentity } from "../phone.ts";
import type { NamedChannel } from "./prepare-content.ts";
import { refuse } from "./unsendable.ts";

/** How a request names the person: one of the three. */
export interface PersonRequest {
  readonly account?: string | undefined;
  readonly to?: string | undefined;
  readonly contactId?: string | undefined;
  readonly conversationId?: string | undefined;
  /** The country in which a number without a country code is read. */
  readonly defaultCountry?: string | undefined;
}

/** Somebody who can be written to, whether they are known or not. */
export interface FoundPerson {
  readonly address: Address;
  readonly known: SendTarget["person"];
  /** The database's time of looking. */
  readonly now: string;
}

/**
 * Finds whom a request means. Somebody known is written to as the provider spells them, from the account they wrote to last
 * unless the request names one. Throws `UnsendableRequest`, `request_not_found` and `store_*`.
 */
export async function findPerson(
  db: Queryable,
  { name, channel }: NamedChannel,
  request: PersonRequest,
): Promise<FoundPerson> {
  const [first] = channel.accounts;
  const account = request.account ?? first;
  if (account === undefined || !channel.accounts.includes(account))
    return refuse(["account"], `the channel ${name} has no such account`);
  const wanted = readWanted(request);
  const accounts = request.account === undefined ? channel.accounts : [request.account];
  const { now, person: known } = await findSendTarget(db, name, accounts, wanted);
  if (known === null && !("identity" in wanted)) throw notKnown(wanted);
  const { conversation, identities } = known ?? { conversation: null, identities: [] };
  if ("conversationId" in wanted && conversation === null) throw notKnown(wanted);
  if (conversation !== null) return { address: conversation.address, known, now };
  const named = "identity" in wanted ? [wanted.identity] : [];
  return {
    address: { account, identities: identities.length > 0 ? identities : named },
    known,
    now,
  };
}

function readWanted({ to, contactId, conversationId, defaultCountry }: PersonRequest): Wanted {
  if (conversationId !== undefined) return { conversationId };
  if (contactId !== undefined) return { contactId };
  const read = readIdentity(to ?? "", defaultCountry);
  if (read.kind === "unreadable") return refuse(["to"], `the number ${read.problem}`);
  return { identity: read.identity };
}

function notKnown(wanted: Wanted): BridgeError {
  const what = "contactId" in wanted ? "contact" : "conversation";
  return new BridgeError("request_not_found", `there is no ${what} with this id on the channel`);
}
