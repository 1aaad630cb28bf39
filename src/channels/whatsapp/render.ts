import type { Reply } from "../../messages.ts";
import type { Rendering } from "../channel.ts";
import { renderAttachment, renderElements } from "./attachments.ts";
import { renderCustom } from "./custom.ts";
import { joinRenderings, onlyNotes } from "./dialect.ts";
import type { DialectOptions } from "./dialect.ts";
import { isRecord, textField } from "./fields.ts";
import { renderSource, sourceOf } from "./media.ts";
import { note } from "./notes.ts";
import { renderPrompt } from "./prompt.ts";
import { readButtons } from "./read-buttons.ts";

export type { DialectOptions } from "./dialect.ts";

/**
 * Renders a reply as WhatsApp message contents, without addressing: text with its buttons first, then the custom part,
 * the image, the attachment and the cards. Total: whatever a bot puts into a reply becomes valid contents or notes.
 */
export function renderReply(reply: Reply, options: DialectOptions): Rendering {
  const parts: Readonly<Record<string, unknown>> = isRecord(reply) ? reply : {};
  const renderings = [
    renderWords(parts, options),
    isGiven(parts["custom"]) ? [renderCustom(parts["custom"], options)] : [],
    isGiven(parts["image"]) ? [renderImage(parts["image"], options)] : [],
    isGiven(parts["attachment"]) ? [renderAttachment(parts["attachment"], options)] : [],
    isGiven(parts["elements"]) ? [renderElements(parts["elements"], options)] : [],
  ].flat();
  if (renderings.length > 0) return joinRenderings(renderings);
  return onlyNotes([note("blank_skipped", "The reply is empty.")]);
}

/** Null is what some bots write for a part they leave out. */
function isGiven(part: unknown): boolean {
  return part !== undefined && part !== null;
}

function renderWords(
  parts: Readonly<Record<string, unknown>>,
  options: DialectOptions,
): Rendering[] {
  const given = [readButtons(parts["buttons"]), readButtons(parts["quick_replies"])];
  const buttons = {
    choices: given.flatMap(({ choices }) => choices),
    links: given.flatMap(({ links }) => links),
    notes: given.flatMap(({ notes }) => notes),
  };
  const text = textField.safeParse(parts["text"] ?? "");
  const notes = text.success
    ? buttons.notes
    : [...buttons.notes, note("unreadable_skipped", "The text is no text.")];
  const isEmpty = buttons.choices.length + buttons.links.length === 0;
  if (isEmpty && !isGiven(parts["text"])) return notes.length === 0 ? [] : [onlyNotes(notes)];
  if (isEmpty && !text.success) return [onlyNotes(notes)];
  return [renderPrompt({ body: text.success ? text.data : "", ...buttons, notes }, options)];
}

function renderImage(image: unknown, options: DialectOptions): Rendering {
  if (typeof image !== "string") {
    return onlyNotes([note("unreadable_skipped", "The image is no address.")]);
  }
  return renderSource({ kind: "image", source: sourceOf(image) }, options);
}
