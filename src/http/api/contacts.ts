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
import { nothing } from "./parameters.ts";
import { defineRoute } from "./route.ts";

const contact = contactRow
  .extend({
    identities: z.array(identityRow),
    opt_outs: z.array(optOutRow.meta({ id: "OptOut" })),
  })
  .meta({ id: "Contact" });

/** The people behind the identities. */
export const contactRoutes = [
  defineRoute({
    method: "get",
    path: "/contacts/{id}",
    summary: "Shows a person with all identities and opt-outs",
    tag: "contacts",
    query: nothing,
    body: nothing,
    answer: contact,
    handle: async (input, { db }) => {
      const row = await findContact(db, input.id);
      if (row === undefined)
        throw new BridgeError("request_not_found", "there is no contact with this id");
      return {
        ...row,
        identities: await listIdentities(db, row.id),
        opt_outs: await listOptOuts(db, row.id),
      };
    },
  }),
] as const;
