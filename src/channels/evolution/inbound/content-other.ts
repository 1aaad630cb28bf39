import { z } from "zod";
import { isRecord, number, optionalText, present, text } from "../../whatsapp/inbound/fields.ts";
import { plain, type Reader, reader, wordless } from "./content-reader.ts";
import { readVCard } from "./vcard.ts";

const conversation = reader(text, plain);

const extendedText = reader(z.object({ text }), (part) => plain(part.text));

const location = reader(
  z
    .object({
      degreesLatitude: number.pipe(z.number().min(-90).max(90)),
      degreesLongitude: number.pipe(z.number().min(-180).max(180)),
      name: optionalText,
      address: optionalText,
      url: optionalText,
    })
    .transform(({ degreesLatitude: latitude, degreesLongitude: longitude, ...rest }) => ({
      latitude,
      longitude,
      ...rest,
    })),
  (place) => wordless(present({ type: "location", ...place })),
);

const cardSchema = z.object({ displayName: optionalText, vcard: optionalText });

/** Cards of one message that are read. */
const MAX_CARDS = 100;

const contact = reader(cardSchema, (card) =>
  wordless({
    type: "contacts",
    cards: [readVCard(card.vcard, card.displayName)],
    requested: false,
  }),
);

const contacts = reader(z.object({ contacts: z.array(z.unknown()) }), (part) =>
  wordless({
    type: "contacts",
    cards: part.contacts.slice(0, MAX_CARDS).flatMap((raw) => {
      const card = cardSchema.safeParse(raw).data;
      return card === undefined ? [] : [readVCard(card.vcard, card.displayName)];
    }),
    requested: false,
  }),
);

/** A poll that a person opened: what it asks, in words. */
const poll = reader(z.object({ name: text, options: z.array(z.unknown()) }), ({ name, options }) =>
  plain([name, ...options.flatMap(optionName).map((option) => `- ${option}`)].join("\n")),
);

function optionName(raw: unknown): string[] {
  const name = isRecord(raw) ? optionalText.parse(raw["optionName"]) : undefined;
  return name === undefined ? [] : [name];
}

export const OTHER_READERS: readonly (readonly [string, Reader])[] = [
  ["conversation", conversation],
  ["extendedTextMessage", extendedText],
  ["locationMessage", location],
  ["liveLocationMessage", location],
  ["contactMessage", contact],
  ["contactsArrayMessage", contacts],
  ["pollCreationMessage", poll],
  ["pollCreationMessageV2", poll],
  ["pollCreationMessageV3", poll],
];
