import { z } from "zod";
import type { RenderedMessage } from "../../channel.ts";
import { note } from "../../whatsapp/notes.ts";
import { CONTACT_NUMBER_MIN } from "./limits.ts";
import { send, sendWords, takes, type Target } from "./target.ts";

const placeSchema = z.object({
  latitude: z.string(),
  longitude: z.string(),
  name: z.string().optional(),
  address: z.string().optional(),
});

/** Translates a place. The server wants a name and an address, so its coordinates stand in for what is missing. */
export function translatePlace(
  raw: unknown,
  message: RenderedMessage,
  target: Target,
): readonly RenderedMessage[] {
  const { latitude, longitude, name, address } = placeSchema.parse(raw);
  if (!takes(target, "sendLocation")) {
    const moved = note("kind_to_text", "The place became a text.");
    return sendWords(message, target, message.text, moved);
  }
  const coordinates = `${latitude}, ${longitude}`;
  return [
    send(message, target, "sendLocation", {
      latitude: Number(latitude),
      longitude: Number(longitude),
      name: name ?? address ?? coordinates,
      address: address ?? coordinates,
    }),
  ];
}

const cardSchema = z.object({
  name: z.object({ formatted_name: z.string() }),
  phones: z.array(z.object({ phone: z.string(), wa_id: z.string().optional() })).default([]),
  emails: z.array(z.object({ email: z.string() })).default([]),
  org: z.object({ company: z.string() }).optional(),
});

/** Translates contacts: one for each number, because the server's have a single one. Those without go as text. */
export function translateCards(
  raw: readonly unknown[],
  message: RenderedMessage,
  target: Target,
): readonly RenderedMessage[] {
  const contact = raw.map((card) => cardSchema.parse(card)).flatMap(contactsOf);
  const unique = [...new Map(contact.map((one) => [JSON.stringify(one), one])).values()];
  if (unique.length === 0 || !takes(target, "sendContact")) {
    const moved = note("kind_to_text", "The contacts became a text.");
    return sendWords(message, target, message.text, moved);
  }
  return [send(message, target, "sendContact", { contact: unique })];
}

function contactsOf({ name, phones, emails, org }: z.output<typeof cardSchema>) {
  return phones.flatMap(({ phone, wa_id: known }) => {
    const digits = (known ?? phone).replace(/\D/g, "");
    if (digits.length < CONTACT_NUMBER_MIN || phone.length < CONTACT_NUMBER_MIN) return [];
    return {
      fullName: name.formatted_name,
      phoneNumber: phone,
      wuid: digits,
      ...(org !== undefined && { organization: org.company }),
      ...(emails[0] !== undefined && { email: emails[0].email }),
    };
  });
}
