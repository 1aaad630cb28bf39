import type { Note } from "../../messages.ts";
import type { Rendering } from "../channel.ts";
import { joinRenderings, noteFirst } from "./dialect.ts";
import type { DialectOptions } from "./dialect.ts";
import { fitLine } from "./fit-text.ts";
import type { Fitted } from "./fit-text.ts";
import { FOOTER_TEXT, HEADER_TEXT } from "./limits.ts";
import { mediaContent, renderMedia } from "./media.ts";
import type { Media } from "./media.ts";
import { note } from "./notes.ts";

/** What stands above the body of an interactive message: a line of text or a medium. */
export type Header =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "media"; readonly media: Media };

/** A header ready for its message; `before` is what has to be sent ahead instead. */
interface FittedHeader extends Fitted {
  readonly content: Readonly<Record<string, unknown>>;
  readonly before: Rendering;
}

const NOTHING = { content: {}, text: "", notes: [], before: joinRenderings([]) };

/** Fits a header to a kind of message that takes media there or does not; such media is sent ahead. */
export function fitHeader(
  header: Header | undefined,
  takesMedia: boolean,
  options: DialectOptions,
): FittedHeader {
  if (header === undefined) return NOTHING;
  if (header.type === "text") {
    const { text, notes } = fitLine(header.text, HEADER_TEXT, "header", "header_cut");
    return text === ""
      ? { ...NOTHING, notes }
      : { ...NOTHING, text, notes, content: { header: { type: "text", text } } };
  }
  const { kind } = header.media;
  if (takesMedia && (kind === "image" || kind === "video" || kind === "document")) {
    const { content, notes } = mediaContent(header.media);
    return { ...NOTHING, notes, content: { header: { type: kind, [kind]: content } } };
  }
  const moved = note("header_to_message", `The ${kind} goes ahead of the message.`);
  return { ...NOTHING, before: noteFirst(renderMedia(header.media, options), [moved]) };
}

/** Fits a footer; a blank one is left out. */
export function fitFooter(footer: string | undefined): {
  readonly content: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly notes: readonly Note[];
} {
  const { text, notes } = fitLine(footer ?? "", FOOTER_TEXT, "footer", "footer_cut");
  return { text, notes, content: text === "" ? {} : { footer: { text } } };
}
