import { z } from "zod";
import { listContacts, listedContact } from "../../db/contacts-list.ts";
import { changeContact } from "../../db/remembered.ts";
import { BridgeError } from "../../errors.ts";
import { matchKey } from "../../identity.ts";
import type { IdentityKind } from "../../messages.ts";
import { isCountry, readIdentity } from "../../phone.ts";
import { mustOwn } from "./caller.ts";
import { changesIn, refuseUnchanged } from "./changes.ts";
import { contact, readContact } from "./contact-view.ts";
import { contactChange } from "./contacts.ts";
import { pageOf, readPage } from "./paging.ts";
import { nothing, paging, period, textFilter } from "./parameters.ts";
import { InvalidRequest } from "./request-problem.ts";
import { defineRoute } from "./route.ts";

const tag = "contacts";

/** Names that are kept as the provider spells them. */
const EXACT_KINDS: readonly IdentityKind[] = ["bsuid", "parent_bsuid", "lid", "sender"];

/** Under which keys somebody of this name may be kept: a phone number in any spelling, or any other name exactly. */
function keysOf(identity: string): readonly string[] {
  // A `+` in a query means a blank.
  const read = readIdentity(identity.trim().replace(/^(?=\d)/, "+"));
  const asPhone = read.kind === "identity" ? [matchKey(read.identity)] : [];
  return [...asPhone, ...EXACT_KINDS.map((kind) => matchKey({ kind, value: identity }))];
}

const newContact = contactChange
  .extend({
    channel: textFilter,
    to: z
      .string()
      .max(200)
      .meta({ description: "A phone number such as +5561991112222, or WhatsApp's user id." }),
    default_country: z
      .string()
      .refine((text) => isCountry(text), "is not a country such as BR")
      .optional(),
  })
  .meta({ id: "NewContact" });

/** People, by what is known of them. */
export const contactListRoutes = [
  defineRoute({
    method: "get",
    path: "/contacts",
    scope: "contacts:read",
    summary: "Lists people, the newest first",
    tag,
    query: z.strictObject({
      channel: textFilter.optional(),
      identity: textFilter
        .optional()
        .meta({ description: "A phone number with its country code in any spelling, or an id." }),
      name: textFilter.optional().meta({ description: "The beginning of the name." }),
      since: period.since,
      ...paging,
    }),
    body: nothing,
    answer: pageOf(listedContact.meta({ id: "ListedContact" })).meta({ id: "ContactPage" }),
    handle: async ({ query }, { db, caller, channels }) => {
      const { identity, ...filter } = query;
      const wanted = {
        ...filter,
        keys: identity === undefined ? undefined : keysOf(identity),
        lookIn: caller.channels ?? [...channels.keys()],
        channels: caller.channels,
      };
      return readPage(
        "contacts",
        query,
        (page) => listContacts(db, wanted, page),
        (row) => ({ at: row.created_at, id: row.id }),
      );
    },
  }),
  defineRoute({
    method: "post",
    path: "/contacts",
    scope: "contacts:write",
    summary: "Makes a person known, or finds who is; what is given of them replaces what was known",
    tag,
    query: nothing,
    body: newContact,
    answer: contact,
    handle: async ({ body }, deps) => {
      const { channel, to, default_country: country, ...known } = body;
      mustOwn(deps.caller, channel, "channel");
      if (!deps.channels.has(channel))
        throw new BridgeError("request_not_found", "there is no channel with this name");
      const read = readIdentity(to, country);
      if (read.kind === "unreadable")
        throw new InvalidRequest([{ pointer: "/to", detail: read.problem }]);
      const id = await deps.resolveContact({ channel, identities: [read.identity] });
      const properties = changesIn(known.properties);
      refuseUnchanged(await changeContact(deps.db, id, { ...known, properties }), "contact");
      return readContact(id, deps);
    },
  }),
] as const;
