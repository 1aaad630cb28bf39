import { z } from "zod";
import type { Note } from "../../messages.ts";
import { note } from "../whatsapp/notes.ts";

/** What is left of a message where only text travels. */
export interface Flattened {
  /** "" where nothing of it can be said in words. */
  readonly text: string;
  readonly notes: readonly Note[];
}

const words = z.string().optional();
const media = z.object({ link: words, caption: words });
const header = z
  .object({
    text: words,
    image: media.optional(),
    video: media.optional(),
    document: media.optional(),
  })
  .transform(({ text, ...files }) => text ?? (files.image ?? files.video ?? files.document)?.link);

const contents = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.object({ body: z.string() }) }),
  z.object({ type: z.literal("image"), image: media }),
  z.object({ type: z.literal("video"), video: media }),
  z.object({ type: z.literal("audio"), audio: media }),
  z.object({ type: z.literal("document"), document: media }),
  z.object({ type: z.literal("sticker"), sticker: media }),
  z.object({
    type: z.literal("location"),
    location: z.object({
      latitude: z.string(),
      longitude: z.string(),
      name: words,
      address: words,
    }),
  }),
  z.object({
    type: z.literal("contacts"),
    contacts: z.array(
      z.object({
        name: z.object({ formatted_name: z.string() }),
        phones: z.array(z.object({ phone: z.string() })).default([]),
        emails: z.array(z.object({ email: z.string() })).default([]),
        org: z.object({ company: z.string() }).optional(),
      }),
    ),
  }),
  z.object({
    type: z.literal("interactive"),
    interactive: z.object({
      type: z.string(),
      header: header.optional(),
      body: z.object({ text: z.string() }),
      footer: z.object({ text: z.string() }).optional(),
      action: z.object({
        parameters: z.object({ display_text: words, url: words }).optional().catch(undefined),
      }),
    }),
  }),
  z.object({ type: z.literal("template") }),
  z.object({ type: z.literal("reaction") }),
]);

type Contents = z.output<typeof contents>;
type Of<Type extends Contents["type"]> = Extract<Contents, { readonly type: Type }>;

/** Says in words what a message of the WhatsApp dialect says; notes what it cannot. */
export function flatten(payload: unknown): Flattened {
  const content = contents.safeParse(payload).data;
  if (content === undefined) return skipped("message");
  switch (content.type) {
    case "text":
      return { text: content.text.body, notes: [] };
    case "image":
      return flattenMedia("image", content.image);
    case "video":
      return flattenMedia("video", content.video);
    case "audio":
      return flattenMedia("audio", content.audio);
    case "document":
      return flattenMedia("document", content.document);
    case "sticker":
      return flattenMedia("sticker", content.sticker);
    case "location":
      return flattenLocation(content.location);
    case "contacts":
      return flattenContacts(content.contacts);
    case "interactive":
      return flattenInteractive(content.interactive);
    case "template":
    case "reaction":
      return skipped(content.type);
  }
}

function skipped(what: string): Flattened {
  return { text: "", notes: [note("kind_skipped", `A ${what} cannot be a text message.`)] };
}

function flattenMedia(kind: string, { link, caption }: z.output<typeof media>): Flattened {
  if (link !== undefined) {
    const told = note("kind_to_text", `The ${kind} became its address.`);
    return { text: joinLines([caption, link]), notes: [told] };
  }
  const missing = note("media_skipped", `The ${kind} is at another provider and has no address.`);
  return { text: caption ?? "", notes: [missing] };
}

function flattenLocation(place: Of<"location">["location"]): Flattened {
  const { latitude, longitude, name, address } = place;
  const map = `https://maps.google.com/?q=${latitude},${longitude}`;
  const told = note("kind_to_text", "The location became a link to a map.");
  return { text: joinLines([name, address, map]), notes: [told] };
}

function flattenContacts(cards: Of<"contacts">["contacts"]): Flattened {
  const lines = cards.map(({ name, org, phones, emails }) =>
    [
      name.formatted_name,
      org?.company,
      ...phones.map(({ phone }) => phone),
      ...emails.map(({ email }) => email),
    ]
      .filter((part) => part !== undefined)
      .join(", "),
  );
  const told = note("kind_to_text", `${cards.length} contacts became lines of text.`);
  return { text: joinLines(lines), notes: [told] };
}

/** Choices are numbered text by now; what is left are links, and buttons that only an app can have. */
function flattenInteractive(message: Of<"interactive">["interactive"]): Flattened {
  const { type, body, footer, action } = message;
  const { display_text: label, url } = action.parameters ?? {};
  const link = url === undefined ? undefined : joinWords(label, url);
  const parts = [message.header, body.text, link, footer?.text];
  const detail =
    link === undefined ? `The button of a ${type} is left out.` : "The link button became a line.";
  const told = note(link === undefined ? "kind_skipped" : "kind_to_text", detail);
  return { text: joinLines(parts), notes: [told] };
}

function joinWords(label: string | undefined, url: string): string {
  return label === undefined || label === "" || label === url ? url : `${label}: ${url}`;
}

function joinLines(lines: readonly (string | undefined)[]): string {
  return lines.filter((line) => line !== undefined && line.trim() !== "").join("\n");
}
