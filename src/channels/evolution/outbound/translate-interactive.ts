import { z } from "zod";
import type { RenderedMessage } from "../../channel.ts";
import { recordField } from "../../whatsapp/fields.ts";
import { INTERACTIVE_BODY } from "../../whatsapp/limits.ts";
import { note } from "../../whatsapp/notes.ts";
import { numbered } from "./numbered.ts";
import { send, sendWords, takes, type Target, titleFor } from "./target.ts";
import { translateMedia } from "./translate-media.ts";

const headerSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({ type: z.literal("image"), image: recordField }),
  z.object({ type: z.literal("video"), video: recordField }),
  z.object({ type: z.literal("document"), document: recordField }),
]);

const partsSchema = z.object({
  header: headerSchema.optional(),
  body: z.object({ text: z.string() }),
  footer: z.object({ text: z.string() }).optional(),
});

const buttonsSchema = z.object({
  buttons: z.array(z.object({ reply: z.object({ id: z.string(), title: z.string() }) })),
});

const listSchema = z.object({
  button: z.string(),
  sections: z.array(
    z.object({
      title: z.string().optional(),
      rows: z.array(
        z.object({ id: z.string(), title: z.string(), description: z.string().optional() }),
      ),
    }),
  ),
});

const linkSchema = z.object({
  parameters: z.object({ display_text: z.string(), url: z.string() }),
});

/** A message with choices, its parts in plain words. */
interface Parts {
  readonly title: string;
  readonly body: string;
  readonly footer: string;
}

/** Stands where the server wants a text and there is none. */
const BLANK = " ";

/** Translates an interactive message; a file above it goes ahead. What no instance can show becomes its words. */
export function translateInteractive(
  raw: Readonly<Record<string, unknown>>,
  message: RenderedMessage,
  target: Target,
): readonly RenderedMessage[] {
  const { header, body, footer } = partsSchema.parse(raw);
  const title = header?.type === "text" ? header.text : "";
  const parts = { title, body: body.text, footer: footer?.text ?? "" };
  const ahead = header === undefined ? [] : translateHeader(header, target);
  return [...ahead, ...translateChoices(raw, parts, message, target)];
}

function translateHeader(
  header: z.output<typeof headerSchema>,
  target: Target,
): readonly RenderedMessage[] {
  if (header.type === "text") return [];
  const { type } = header;
  const notes = [note("header_to_message", `The ${type} goes ahead of the message.`)];
  const message = { payload: undefined, text: `[${type}]`, notes, needsWindow: true };
  const content =
    type === "image" ? header.image : type === "video" ? header.video : header.document;
  return translateMedia(type, content, message, target);
}

function translateChoices(
  raw: Readonly<Record<string, unknown>>,
  parts: Parts,
  message: RenderedMessage,
  target: Target,
): readonly RenderedMessage[] {
  const { type, action } = raw;
  if (type === "button") return translateButtons(action, parts, message, target);
  if (type === "list") return translateList(action, parts, message, target);
  if (type === "cta_url") return translateLink(action, parts, message, target);
  const moved = note("kind_to_text", "Only the words of the message are sent.");
  return sendWords(message, target, wordsIn(parts), moved);
}

function wordsIn({ title, body, footer }: Parts): string {
  return [title, body, footer].filter((part) => part !== "").join("\n\n");
}

function translateButtons(
  action: unknown,
  parts: Parts,
  message: RenderedMessage,
  target: Target,
): readonly RenderedMessage[] {
  const buttons = buttonsSchema
    .parse(action)
    .buttons.map(({ reply: { id, title } }) => ({ type: "reply", displayText: title, id }));
  if (target.integration !== "business") {
    return [send(message, target, "sendButtons", { ...inDescription(parts, target), buttons })];
  }
  const packed = wordsIn(parts);
  if (packed.length <= INTERACTIVE_BODY) {
    return [send(message, target, "sendButtons", { title: packed, buttons })];
  }
  // Meta's buttons show the title alone, so what does not fit goes ahead.
  const split = note("text_split", "Header and footer do not fit the buttons and go ahead.");
  const { title, body, footer } = parts;
  const rest = [title, footer].filter((part) => part !== "").join("\n\n");
  const ahead = { payload: undefined, text: rest, notes: [], needsWindow: true };
  return [
    ...sendWords(ahead, target, rest, split),
    send(message, target, "sendButtons", { title: body, buttons }),
  ];
}

/** A paired phone shows the title in bold above the description, so the question goes below. */
function inDescription({ title, body, footer }: Parts, target: Target) {
  return {
    title: title === "" ? titleFor(target) : title,
    description: body,
    footer: footer === "" ? undefined : footer,
  };
}

function translateList(
  action: unknown,
  parts: Parts,
  message: RenderedMessage,
  target: Target,
): readonly RenderedMessage[] {
  const { button, sections } = listSchema.parse(action);
  const { title, description, footer = BLANK } = inDescription(parts, target);
  const list = send(message, target, "sendList", {
    title,
    description,
    footerText: footer,
    buttonText: button,
    sections: sections.map((section) => ({
      title: section.title ?? title,
      // A row without a description makes the server fail on Meta's API.
      rows: section.rows.map((row) => ({
        title: row.title,
        description: row.description ?? BLANK,
        rowId: row.id,
      })),
    })),
  });
  if (takes(target, "sendList")) return [list];
  const text = numbered(list.payload, target.options) ?? message.text;
  return sendWords(message, target, text, note("choices_to_text", "The choices are numbered."));
}

/** Meta's instances have reply buttons alone. */
function translateLink(
  action: unknown,
  parts: Parts,
  message: RenderedMessage,
  target: Target,
): readonly RenderedMessage[] {
  const { display_text: label, url } = linkSchema.parse(action).parameters;
  if (target.options.menus === "native" && target.integration !== "business") {
    const buttons = [{ type: "url", displayText: label, url }];
    return [send(message, target, "sendButtons", { ...inDescription(parts, target), buttons })];
  }
  const body = `${parts.body}\n\n${label}: ${url}`;
  const moved = note("url_button_to_text", `"${label}" is a line now.`);
  return sendWords(message, target, wordsIn({ ...parts, body }), moved);
}
