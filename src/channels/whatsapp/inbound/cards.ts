import { z } from "zod";
import type { ContactCard, Content } from "../../../messages.ts";
import { anything, optionalText, present, readEach, text } from "./fields.ts";
import { readIdentity } from "./identities.ts";

const phoneSchema = z
  .object({ phone: optionalText, wa_id: anything })
  .transform(({ phone, wa_id: id }) => present({ phone, identity: readIdentity(id) }));

const cardSchema = z.object({
  origin: optionalText,
  name: z.object({ formatted_name: optionalText }).catch({ formatted_name: undefined }),
  phones: anything,
  emails: anything,
  org: z.object({ company: optionalText }).catch({ company: undefined }),
});

type RawCard = z.output<typeof cardSchema>;

const emailSchema = z.object({ email: text });

/** Reads shared contacts. `requested`: the person tapped our request for their own number. */
export function readCards(raw: readonly unknown[]): Content {
  const cards = readEach(raw, cardSchema);
  return {
    type: "contacts",
    cards: cards.map(readCard),
    requested: cards.some((card) => card.origin === "contact_request"),
  };
}

function readCard(card: RawCard): ContactCard {
  const emails = readEach(card.emails, emailSchema).map(({ email }) => email);
  return present({
    name: card.name.formatted_name,
    phones: readEach(card.phones, phoneSchema),
    emails: emails.length > 0 ? emails : undefined,
    organisation: card.org.company,
  });
}
