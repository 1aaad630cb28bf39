import type { RenderedMessage, Rendering } from "../channel.ts";
import { type Choice, offer } from "./choices.ts";
import { noteFirst, onlyMessages, onlyNotes, joinRenderings, wordsOf } from "./dialect.ts";
import type { DialectOptions } from "./dialect.ts";
import { cleanText } from "./fit-text.ts";
import { renderMedia } from "./media.ts";
import { note } from "./notes.ts";
import type { AskedPrompt } from "./prompt.ts";
import { textMessages } from "./text.ts";

/**
 * Renders a prompt as a text with numbered choices, for people who cannot tap: they answer with the number or the title.
 * The numbers run through all choices, however many messages the text needs.
 */
export function renderNumbered(prompt: AskedPrompt, options: DialectOptions): Rendering {
  const { header, footer, body, choices } = prompt;
  const words = wordsOf(options);
  const title = header?.type === "text" ? header.text : "";
  const lead = [title, body.text, footer ?? ""].filter((part) => part.trim() !== "").join("\n\n");
  const parts = [lead === "" ? words.choose : lead, listChoices(choices), words.answerWithNumber];
  const text = cleanText(parts.join("\n\n"), "choices");
  const noted = [...body.notes, note("choices_to_text", `${choices.length} choices are numbered.`)];
  const messages = offerLast(textMessages(text, options), choices);
  const media = header?.type === "media" ? renderMedia(header.media, options) : onlyNotes([]);
  return joinRenderings([media, noteFirst(onlyMessages(messages), noted)]);
}

/** One line for each choice, under the heading of its section. */
function listChoices(choices: readonly Choice[]): string {
  return choices
    .map(({ title, description, section }, index) => {
      const isFirst = index === 0 || choices[index - 1]?.section !== section;
      const heading = isFirst && section !== undefined && section !== "" ? `\n${section}\n` : "";
      const rest = description === undefined ? "" : ` - ${description}`;
      return `${heading}${index + 1}. ${title}${rest}`;
    })
    .join("\n")
    .trim();
}

function offerLast(
  messages: readonly RenderedMessage[],
  choices: readonly Choice[],
): readonly RenderedMessage[] {
  const menu = offer(choices);
  return messages.map((message, index) =>
    index === messages.length - 1 ? { ...message, menu } : message,
  );
}
