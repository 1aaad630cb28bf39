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
import type { ApiContext } from "./route.ts";

/** A person with all identities and opt-outs. */
export const contact = contactRow
  .extend({
    identities: z.array(identityRow),
    opt_outs: z.array(optOutRow.meta({ id: "OptOut" })),
  })
  .meta({ id: "Contact" });

/** Reads a person in full. Throws `request_not_found` and `store_*`. */
export async function readContact(
  id: string,
  { db }: Pick<ApiContext, "db">,
): Promise<z.infer<typeof contact>> {
  const row = await findContact(db, id);
  if (row === undefined)
    throw new BridgeError("request_not_found", "there is no contact with this id");
  return {
    ...row,
    identities: await listIdentities(db, row.id),
    opt_outs: await listOptOuts(db, row.id),
  };
}
