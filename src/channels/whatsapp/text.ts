import type { Note } from "../../messages.ts";
import type { RenderedMessage } from "../channel.ts";
import type { DialectOptions } from "./dialect.ts";
import { cleanText } from "./fit-text.ts";
import type { Fitted } from "./fit-text.ts";
import { TEXT_BODY } from "./limits.ts";
import { convertMarks } from "./markdown/marks.ts";
import { note } from "./notes.ts";
import { splitText } from "./split-text.ts";

/** Makes a bot's text sendable: no unsendable characters, Markdown as WhatsApp marks. Its length stays free. */
export function prepareText(text: string, what: string, options: DialectOptions): Fitted {
  const clean = cleanText(text, what);
  const marked = convertMarks(clean.text, options.markdown);
  return { text: marked.text, notes: [...clean.notes, ...marked.notes] };
}

/** Renders a prepared text as as many messages as it needs; the notes go on the first. A blank text gives none. */
export function textMessages(
  { text, notes }: Fitted,
  options: DialectOptions,
): readonly RenderedMessage[] {
  const parts = splitText(text, TEXT_BODY);
  const split =
    parts.length > 1
      ? [note("text_split", `${text.length} characters became ${parts.length} messages.`)]
      : [];
  return parts.map((part, index) =>
    textMessage(part, index === 0 ? [...notes, ...split] : [], options),
  );
}

function textMessage(
  body: string,
  notes: readonly Note[],
  { previewUrls }: DialectOptions,
): RenderedMessage {
  const preview = previewUrls && /https?:\/\//.test(body) ? { preview_url: true } : {};
  return {
    payload: { type: "text", text: { body, ...preview } },
    text: body,
    notes,
    needsWindow: true,
  };
}
