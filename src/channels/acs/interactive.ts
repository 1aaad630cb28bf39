import type { Note } from "../../messages.ts";
import type { wordsOf } from "../whatsapp/dialect.ts";
import { cutText } from "../whatsapp/fit-text.ts";
import { isRecord, readEach } from "../whatsapp/inbound/fields.ts";
import { TEXT_BODY } from "../whatsapp/limits.ts";
import { note } from "../whatsapp/notes.ts";
import { z } from "zod";
import type { AcsContent } from "./contents.ts";

type Part = Readonly<Record<string, unknown>>;
type Words = ReturnType<typeof wordsOf>;

interface Fitted {
  readonly content: Part;
  readonly notes: readonly Note[];
}

const buttonSchema = z.object({ reply: z.object({ id: z.string(), title: z.string() }) });

const rowSchema = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string().optional(),
});

const sectionSchema = z.object({ title: z.string().optional(), rows: z.array(rowSchema) });

const linkSchema = z.object({ display_text: z.string(), url: z.string() });

/**
 * Puts a message with choices or a link into Azure's form, and beside it the text for a service that does not know that form
 * yet. Undefined for what Azure cannot show. Source: Azure Communication Services REST reference, interactive messages.
 */
export function interactiveContent(
  part: Part,
  shown: string,
  words: Words,
): AcsContent | undefined {
  const action = actionContent(part, words);
  if (action === undefined) return undefined;
  const header = headerContent(part["header"]);
  const interactiveMessage = {
    ...header.content,
    body: textPart(part["body"]),
    ...(isRecord(part["footer"]) && { footer: textPart(part["footer"]) }),
    action: action.content,
  };
  return {
    content: { kind: "interactive", interactiveMessage },
    notes: [...header.notes, ...action.notes],
    plain: { kind: "text", content: plainText(part, shown, words) },
  };
}

function actionContent(part: Part, words: Words): Fitted | undefined {
  const action = isRecord(part["action"]) ? part["action"] : {};
  switch (part["type"]) {
    case "button":
      return { content: buttonSet(action), notes: [] };
    case "list":
      return listGroups(action, words);
    case "cta_url":
      return link(action["parameters"]);
    default:
      return undefined;
  }
}

function buttonSet(action: Part): Part {
  const buttons = readEach(action["buttons"], buttonSchema).map(({ reply }) => reply);
  return { kind: "whatsAppButtonAction", content: { kind: "buttonSet", buttons } };
}

/** Azure requires a title of every group and a description of every row, which WhatsApp does not. */
function listGroups(action: Part, words: Words): Fitted {
  const sections = readEach(action["sections"], sectionSchema);
  const groups = sections.map(({ title, rows }) => ({
    title: title ?? words.options,
    items: rows.map((row) => ({ ...row, description: row.description ?? row.title })),
  }));
  const untitled = sections.filter(({ title }) => title === undefined).length;
  const bare = sections.flatMap(({ rows }) => rows).filter((row) => row.description === undefined);
  const notes = [
    ...(untitled > 0 ? [note("section_title_added", `It is called "${words.options}".`)] : []),
    ...(bare.length > 0 ? [note("description_added", `${bare.length} rows had none.`)] : []),
  ];
  const content = { kind: "group", title: action["button"], groups };
  return { content: { kind: "whatsAppListAction", content }, notes };
}

function link(raw: unknown): Fitted | undefined {
  const parameters = linkSchema.safeParse(raw).data;
  if (parameters === undefined) return undefined;
  const content = { kind: "url", title: parameters.display_text, url: parameters.url };
  return { content: { kind: "whatsAppUrlAction", content }, notes: [] };
}

function headerContent(raw: unknown): Fitted {
  if (!isRecord(raw)) return { content: {}, notes: [] };
  const { type } = raw;
  if (type === "text") return { content: { header: textPart(raw) }, notes: [] };
  const medium = typeof type === "string" ? raw[type] : undefined;
  if (!isRecord(medium) || typeof medium["link"] !== "string") {
    const detail = "The header has no address, which Azure needs.";
    return { content: {}, notes: [note("media_skipped", detail)] };
  }
  const named = medium["filename"] !== undefined;
  const notes = named ? [note("file_name_skipped", "A header of Azure has no file name.")] : [];
  return { content: { header: { kind: type, mediaUri: medium["link"] } }, notes };
}

function textPart(raw: unknown): Part {
  return { kind: "text", text: isRecord(raw) ? raw["text"] : "" };
}

/** The same message for a phone on which nobody can tap. What a person reads has the choices numbered already. */
function plainText(part: Part, shown: string, words: Words): string {
  const { header, type } = part;
  const medium = isRecord(header) ? header[String(header["type"])] : undefined;
  const address = isRecord(medium) && typeof medium["link"] === "string" ? medium["link"] : "";
  const lines = [address, shown, type === "cta_url" ? "" : words.answerWithNumber];
  const text = lines.filter((line) => line !== "").join("\n\n");
  return cutText(text, TEXT_BODY);
}
