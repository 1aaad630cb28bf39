import { z } from "zod";
import type { Note } from "../../messages.ts";
import type { RenderedMessage } from "../channel.ts";
import { type DialectOptions, wordsOf } from "../whatsapp/dialect.ts";
import { INTERACTIVE_BODY } from "../whatsapp/limits.ts";
import { note } from "../whatsapp/notes.ts";
import { splitTail } from "../whatsapp/split-text.ts";
import { type Draft, drafted, joined, skipped, texts, type Translation } from "./drafts.ts";
import { fileContent, translateMedia } from "./files.ts";

const header = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({ type: z.literal("image"), image: fileContent }),
  z.object({ type: z.literal("video"), video: fileContent }),
  z.object({ type: z.literal("document"), document: fileContent }),
]);

const frame = {
  header: header.optional(),
  body: z.object({ text: z.string() }),
  footer: z.object({ text: z.string() }).optional(),
};

const row = z.object({ id: z.string(), title: z.string(), description: z.string().optional() });

const interactive = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("button"),
    ...frame,
    action: z.object({ buttons: z.array(z.object({ reply: row })) }),
  }),
  z.object({
    type: z.literal("list"),
    ...frame,
    action: z.object({
      button: z.string(),
      sections: z.array(z.object({ title: z.string().optional(), rows: z.array(row) })),
    }),
  }),
  z.object({
    type: z.literal("cta_url"),
    ...frame,
    action: z.object({ parameters: z.object({ display_text: z.string(), url: z.string() }) }),
  }),
  z.object({ type: z.literal("location_request_message"), ...frame }),
  z.object({ type: z.literal("flow"), ...frame }),
  z.object({ type: z.literal("request_contact_info"), ...frame }),
]);

type Interactive = z.output<typeof interactive>;
type Header = z.output<typeof header>;

/**
 * Translates an interactive message. The provider has a body and choices: a text header and a footer stand in the body,
 * and a medium goes ahead. A link, a form and a request for a phone number become text.
 */
export function translateInteractive(
  content: unknown,
  message: RenderedMessage,
  options: DialectOptions,
): Translation {
  const parsed = interactive.safeParse(content).data;
  if (parsed === undefined) {
    return skipped([note("custom_invalid", "It is no interactive message that the channel has.")]);
  }
  const before = mediaAhead(parsed.header, options);
  switch (parsed.type) {
    case "button":
    case "list":
    case "location_request_message":
      return joined([before, asked(parsed, message, options)]);
    case "cta_url": {
      const { display_text: label, url } = parsed.action.parameters;
      return joined([before, said(parsed, message, options, `${label}: ${url}`)]);
    }
    case "flow":
    case "request_contact_info":
      return joined([before, said(parsed, message, options)]);
  }
}

function mediaAhead(given: Header | undefined, options: DialectOptions): Translation {
  if (given === undefined || given.type === "text") return joined([]);
  const file = contentOf(given);
  const name = file.filename ?? file.link ?? file.id ?? "";
  const message = {
    payload: undefined,
    text: `[${given.type}] ${name}`,
    notes: [note("header_to_message", `The ${given.type} goes ahead of the message.`)],
    needsWindow: true,
  };
  return translateMedia(given.type, file, message, options);
}

function contentOf(given: Exclude<Header, { type: "text" }>): z.output<typeof fileContent> {
  switch (given.type) {
    case "image":
      return given.image;
    case "video":
      return given.video;
    case "document":
      return given.document;
  }
}

/** Header, body and footer as one text; `line` stands before the footer. */
function wholeText({ header: given, body, footer }: Interactive, line = ""): string {
  const title = given?.type === "text" ? given.text : "";
  return [title, body.text, line, footer?.text ?? ""]
    .filter((part) => part.trim() !== "")
    .join("\n\n");
}

function said(
  parsed: Interactive,
  message: RenderedMessage,
  options: DialectOptions,
  line?: string,
): Translation {
  const became = note("kind_to_text", `A message of the kind ${parsed.type} became text.`);
  return texts(wholeText(parsed, line), options, [...message.notes, became]);
}

/** What does not fit the body once the header and the footer stand in it goes ahead as text. */
function asked(
  parsed: Extract<Interactive, { type: "button" | "list" | "location_request_message" }>,
  message: RenderedMessage,
  options: DialectOptions,
): Translation {
  const whole = wholeText(parsed);
  const { head, tail } = splitTail(whole, INTERACTIVE_BODY);
  const { draft, lines, notes } = draftOf(parsed, tail, options);
  const moved = whole === parsed.body.text ? [] : [note("frame_to_body", "Nothing of it is lost.")];
  const split = head === "" ? [] : [note("text_split", "The first part of the body goes ahead.")];
  const text = head === "" ? message.text : [tail, ...lines].join("\n");
  return joined([
    texts(head, options),
    drafted({ ...message, text }, draft, [...notes, ...moved, ...split]),
  ]);
}

/** A body with its choices in the provider's words, and the choices as lines for the log. */
function draftOf(
  parsed: Extract<Interactive, { type: "button" | "list" | "location_request_message" }>,
  textoBody: string,
  options: DialectOptions,
): { readonly draft: Draft; readonly lines: readonly string[]; readonly notes: readonly Note[] } {
  switch (parsed.type) {
    case "location_request_message":
      return {
        draft: { form: "interativa-localizacao", body: { textoBody } },
        lines: [],
        notes: [],
      };
    case "button": {
      const replies = parsed.action.buttons.map(({ reply }) => reply);
      const buttons = replies.map(({ id, title }) => ({ id, titulo: title }));
      const lines = linesOf(replies);
      return {
        draft: { form: "interativa-botoes", body: { textoBody, buttons } },
        lines,
        notes: [],
      };
    }
    case "list": {
      const { button, sections } = parsed.action;
      const standard = wordsOf(options).options;
      const isUntitled = sections.some(({ title }) => title === undefined);
      const secoes = sections.map(({ title, rows }) => ({
        titulo: title ?? standard,
        rows: rows.map((each) => ({
          id: each.id,
          titulo: each.title,
          descricao: each.description ?? "",
        })),
      }));
      return {
        draft: { form: "interativa-lista", body: { textoBody, button, secoes } },
        lines: linesOf(sections.flatMap(({ rows }) => rows)),
        notes: isUntitled ? [note("section_title_added", `It is called "${standard}".`)] : [],
      };
    }
  }
}

function linesOf(choices: readonly { readonly title: string }[]): readonly string[] {
  return choices.map(({ title }, index) => `${index + 1}. ${title}`);
}
