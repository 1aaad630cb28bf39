import { z } from "zod";
import { recordAudit } from "../../db/audit.ts";
import { changeContact } from "../../db/remembered.ts";
import { changesIn, namedValues, refuseUnchanged } from "./changes.ts";
import { contact, mustFindContact, readContact } from "./contact-view.ts";
import { nothing } from "./parameters.ts";
import { defineRoute } from "./route.ts";

const tag = "contacts";

/** What an operator may say of a person. */
export const contactChange = z
  .strictObject({
    name: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .refine((text) => !text.includes("\u0000") && text.isWellFormed(), "is no usable text")
      .nullable()
      .optional()
      .meta({ description: "Stays although the provider says another; null lets the provider." }),
    language: z
      .string()
      .max(35)
      .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, "not a language tag such as pt-BR")
      .nullable()
      .optional()
      .meta({ description: "Holds in every conversation of the person, until another is shown." }),
    properties: namedValues
      .default({})
      .meta({ description: "Set by name; null forgets one, and those not named stay." }),
  })
  .meta({ id: "ContactChange" });

/** The people behind the identities. */
export const contactRoutes = [
  defineRoute({
    method: "get",
    path: "/contacts/{id}",
    scope: "contacts:read",
    summary: "Shows a person with all identities and opt-outs",
    tag,
    query: nothing,
    body: nothing,
    answer: contact,
    handle: (input, deps) => readContact(input.id, deps),
  }),
  defineRoute({
    method: "patch",
    path: "/contacts/{id}",
    scope: "contacts:write",
    summary: "Changes a person's name, language and properties",
    tag,
    query: nothing,
    body: contactChange,
    answer: contact,
    writesAudit: true,
    handle: async ({ id, body }, deps) => {
      await mustFindContact(id, deps);
      const properties = changesIn(body.properties);
      refuseUnchanged(await changeContact(deps.db, id, { ...body, properties }), "contact");
      const changed = Object.keys(body).toSorted();
      const { actor, tenant } = deps.caller;
      const entry = { actor, tenant, action: "contact_change", subject: id, detail: { changed } };
      await recordAudit(deps.db, entry);
      return readContact(id, deps);
    },
  }),
] as const;
