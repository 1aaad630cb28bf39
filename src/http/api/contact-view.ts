import { z } from "zod";
import {
  contactRow,
  findContact,
  identityRow,
  listIdentities,
  listOptOuts,
  optOutRow,
} from "../../db/contacts-read.ts";
import { BridgeError } from "../../errors.ts";
import { owns } from "./caller.ts";
import type { ApiContext } from "./route.ts";

/** A person with all identities and opt-outs. */
export const contact = contactRow
  .extend({
    identities: z.array(identityRow),
    opt_outs: z.array(optOutRow.meta({ id: "OptOut" })),
  })
  .meta({ id: "Contact" });

/** Finds a person of the caller's, with what the caller's channels call them. Throws `request_not_found` and `store_*`. */
export async function mustFindContact(
  id: string,
  { db, caller }: Pick<ApiContext, "db" | "caller">,
) {
  const row = await findContact(db, id);
  const known = row === undefined ? [] : await listIdentities(db, row.id);
  const identities = known.filter(({ channel }) => owns(caller, channel));
  const isOwn = identities.length > 0 || caller.channels === undefined;
  if (row === undefined || !isOwn)
    throw new BridgeError("request_not_found", "there is no contact with this id");
  return { row, identities };
}

/** Reads a person in full. Throws `request_not_found` and `store_*`. */
export async function readContact(
  id: string,
  { db, caller }: Pick<ApiContext, "db" | "caller">,
): Promise<z.infer<typeof contact>> {
  const { row, identities } = await mustFindContact(id, { db, caller });
  const optOuts = await listOptOuts(db, row.id);
  return {
    ...row,
    identities,
    opt_outs: optOuts.filter(({ channel }) => owns(caller, channel)),
  };
}
