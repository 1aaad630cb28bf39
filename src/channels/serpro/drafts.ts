import type { Note } from "../../messages.ts";
import type { RenderedMessage } from "../channel.ts";
import type { DialectOptions } from "../whatsapp/dialect.ts";
import { TEXT_BODY } from "../whatsapp/limits.ts";
import { splitText } from "../whatsapp/split-text.ts";
import type { Form } from "./endpoints.ts";

/** A message in the provider's own words, without its recipient. */
export interface Draft {
  readonly form: Form;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface DraftedMessage extends RenderedMessage {
  readonly payload: Draft;
}

/** What became of one message of the dialect. */
export interface Translation {
  readonly messages: readonly DraftedMessage[];
  /** Notes about what became no message at all. */
  readonly notes: readonly Note[];
}

/** Puts one message into a form; what is noted now is added to what was noted before. */
export function drafted(
  message: RenderedMessage,
  draft: Draft,
  added: readonly Note[] = [],
): Translation {
  const notes = [...message.notes, ...added];
  return { messages: [{ ...message, payload: draft, notes }], notes: [] };
}

/** Says that something became no message, and why. */
export function skipped(notes: readonly Note[]): Translation {
  return { messages: [], notes };
}

/** Strings translations together in their order. */
export function joined(translations: readonly Translation[]): Translation {
  return {
    messages: translations.flatMap(({ messages }) => messages),
    notes: translations.flatMap(({ notes }) => notes),
  };
}

/** Writes a text as as many messages as it needs; the notes go on the first. A blank text gives none. */
export function texts(
  text: string,
  { previewUrls }: Pick<DialectOptions, "previewUrls">,
  notes: readonly Note[] = [],
): Translation {
  const messages = splitText(text, TEXT_BODY).map((part, index) => {
    const body = { body: part, preview_url: previewUrls && /https?:\/\//.test(part) };
    return {
      payload: { form: "texto", body } as const,
      text: part,
      notes: index === 0 ? notes : [],
      needsWindow: true,
    };
  });
  return { messages, notes: messages.length === 0 ? notes : [] };
}
