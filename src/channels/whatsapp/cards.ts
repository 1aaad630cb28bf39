import { z } from "zod";
import type { Rendering } from "../channel.ts";
import { onlyMessages } from "./dialect.ts";
import { renderParsed, optionalText, textField } from "./fields.ts";
import { cleanText, oneLine } from "./fit-text.ts";
import { CONTACTS } from "./limits.ts";
import { note } from "./notes.ts";

const word = textField.transform((text) => oneLine(cleanText(text, "contact").text));
const optionalWord = optionalText.transform((text) =>
  text === undefined ? undefined : oneLine(cleanText(text, "contact").text) || undefined,
);

const phone = z.union([
  word.transform((number) => ({ phone: number })),
  z.object({ phone: word, type: optionalWord, wa_id: optionalWord }),
]);
const email = z.union([
  word.transform((address) => ({ email: address })),
  z.object({ email: word, type: optionalWord }),
]);
const name = z.union([
  word.transform((whole) => ({ formatted_name: whole, first_name: whole })),
  z.object({ formatted_name: optionalWord, first_name: optionalWord, last_name: optionalWord }),
]);

/** A contact as a bot may write it: WhatsApp's own shape, or plain texts for name, phones, emails and company. */
const card = z
  .object({
    name: name.nullish(),
    phones: z.array(phone).nullish(),
    emails: z.array(email).nullish(),
    org: z.union([word, z.object({ company: word }).transform(({ company }) => company)]).nullish(),
  })
  .transform((raw) => ({
    names: nameOf(raw.name ?? {}, raw.phones?.[0]?.phone ?? ""),
    phones: (raw.phones ?? []).filter((each) => each.phone !== "").map(withoutGaps),
    emails: (raw.emails ?? []).filter((each) => each.email !== "").map(withoutGaps),
    company: raw.org ?? "",
  }))
  .refine(({ names }) => names.formatted_name !== "", { path: ["name"] });

const cards = z.object({ contacts: z.array(card).min(1) });

/** Renders the custom `contacts`, five to a message. */
export function renderContacts(raw: unknown): Rendering {
  return renderParsed("contacts", cards, raw, ({ contacts }) => {
    const count = Math.ceil(contacts.length / CONTACTS);
    const split = note("contacts_split", `${contacts.length} contacts became ${count} messages.`);
    return onlyMessages(
      Array.from({ length: count }, (_, index) => {
        const some = contacts.slice(index * CONTACTS, (index + 1) * CONTACTS);
        return {
          payload: { type: "contacts", contacts: some.map(cardContent) },
          text: some.map(cardText).join("\n"),
          notes: index === 0 && count > 1 ? [split] : [],
          needsWindow: true,
        };
      }),
    );
  });
}

type Card = z.infer<typeof card>;

function cardContent({ names, phones, emails, company }: Card) {
  return {
    name: names,
    ...(phones.length === 0 ? {} : { phones }),
    ...(emails.length === 0 ? {} : { emails }),
    ...(company === "" ? {} : { org: { company } }),
  };
}

function cardText({ names, phones, emails, company }: Card): string {
  const parts = [
    names.formatted_name,
    company,
    ...phones.map((each) => each["phone"]),
    ...emails.map((each) => each["email"]),
  ];
  return parts.filter((part) => part !== undefined && part !== "").join(", ");
}

/** WhatsApp wants a whole name and at least one part of it. */
function nameOf(
  given: {
    formatted_name?: string | undefined;
    first_name?: string | undefined;
    last_name?: string | undefined;
  },
  phoneNumber: string,
) {
  const { first_name, last_name } = given;
  const parts = [first_name, last_name].filter((part) => part !== undefined).join(" ");
  const whole = given.formatted_name ?? (parts === "" ? phoneNumber : parts);
  return {
    formatted_name: whole,
    first_name: first_name ?? whole,
    ...(last_name === undefined ? {} : { last_name }),
  };
}

function withoutGaps(fields: Readonly<Record<string, string | undefined>>) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
