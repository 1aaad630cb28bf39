import { z } from "zod";
import type { RenderedMessage } from "../channel.ts";
import type { DialectOptions } from "../whatsapp/dialect.ts";
import { note } from "../whatsapp/notes.ts";
import { drafted, joined, skipped, texts, type Translation } from "./drafts.ts";

export type FileKind = "image" | "video" | "audio" | "document";

/** A file as the dialect describes it: by its address or by the provider's id of an upload. */
export const fileContent = z
  .object({
    link: z.string().optional(),
    id: z.string().optional(),
    caption: z.string().optional(),
    filename: z.string().optional(),
    voice: z.boolean().optional(),
  })
  .refine(({ link, id }) => link !== undefined || id !== undefined);

type FileContent = z.output<typeof fileContent>;

/**
 * Translates a file. Only images are known to show a caption: documents may not have one, and nobody could say whether
 * those of videos arrive, so theirs follow as text. Source: published integrations, sending media.
 */
export function translateMedia(
  kind: FileKind,
  content: unknown,
  message: RenderedMessage,
  options: DialectOptions,
): Translation {
  const file = fileContent.safeParse(content).data;
  if (file === undefined) {
    return skipped([note("custom_invalid", `The ${kind} has neither address nor id.`)]);
  }
  const holdsCaption = kind === "image";
  const after = holdsCaption ? "" : (file.caption ?? "");
  const body = {
    tipoMedia: kind,
    ...sourceOf(file),
    ...(holdsCaption && file.caption !== undefined && { caption: file.caption }),
    ...(file.filename !== undefined && { filename: file.filename }),
  };
  const notes = [
    ...(after === "" ? [] : [note("caption_to_text", `The caption of the ${kind} follows.`)]),
    ...(file.voice === true ? [note("voice_to_audio", "It plays like any other audio.")] : []),
  ];
  const shown = after === "" ? message.text : withoutEnd(message.text, after);
  const sent = drafted({ ...message, text: shown }, { form: "media", body }, notes);
  return joined([sent, texts(after, options)]);
}

/** The address of a file, or its id. */
export function sourceOf({ link, id }: FileContent): { linkMedia: string } | { idMedia: string } {
  return link === undefined ? { idMedia: id ?? "" } : { linkMedia: link };
}

function withoutEnd(text: string, end: string): string {
  return text.endsWith(end) ? text.slice(0, -end.length).trimEnd() : text;
}
