import type { Rendering } from "../channel.ts";
import { joinRenderings, onlyMessages, onlyNotes } from "./dialect.ts";
import type { DialectOptions } from "./dialect.ts";
import { cleanText, fitLine } from "./fit-text.ts";
import type { Fitted } from "./fit-text.ts";
import { CAPTION, FILE_NAME } from "./limits.ts";
import { fileNameOf, isWebAddress } from "./links.ts";
import { note } from "./notes.ts";
import { splitHead } from "./split-text.ts";
import { prepareText, textMessages } from "./text.ts";

export type MediaKind = "image" | "video" | "audio" | "document" | "sticker";

/** A file to send: by the address it can be fetched from or by the provider's id of an upload. */
export interface Media {
  readonly kind: MediaKind;
  readonly source: { readonly link: string } | { readonly id: string };
  readonly caption?: string | undefined;
  readonly fileName?: string | undefined;
  /** Whether audio is shown as a voice message. */
  readonly voice?: boolean | undefined;
}

/** Finds what a medium can be sent by, the address first; undefined where neither can be used. */
export function sourceOf(
  address: string | null | undefined,
  id?: string | null,
): Media["source"] | undefined {
  const link = address?.trim() ?? "";
  if (isWebAddress(link) && cleanText(link, "address").notes.length === 0) return { link };
  const name = cleanText(id?.trim() ?? "", "id").text;
  return name === "" ? undefined : { id: name };
}

/** Renders a medium whose source may be missing. */
export function renderSource(
  media: Omit<Media, "source"> & { readonly source: Media["source"] | undefined },
  options: DialectOptions,
): Rendering {
  const { source, caption, ...rest } = media;
  if (source !== undefined) return renderMedia({ ...rest, caption, source }, options);
  const missing = onlyNotes([note("media_skipped", `The ${media.kind} has no address or id.`)]);
  return joinRenderings([missing, onlyMessages(captionMessages(caption, options))]);
}

/** Renders a medium; what its caption cannot hold follows as text. */
export function renderMedia(media: Media, options: DialectOptions): Rendering {
  const { kind, caption } = media;
  const whole = prepareText(caption ?? "", "caption", options);
  const holds = kind === "image" || kind === "video" || kind === "document";
  const { head, tail } = holds ? splitHead(whole.text, CAPTION) : { head: "", tail: whole.text };
  const shown = head.trim() === "" ? "" : head;
  const after = textMessages({ text: tail, notes: [] }, options).map((message) => ({
    ...message,
    notes: [],
  }));
  const moved = note(
    holds ? "caption_split" : "caption_to_text",
    `The caption goes on in ${after.length} text messages.`,
  );
  const { content, name, notes } = mediaContent(media);
  const message = {
    payload: { type: kind, [kind]: { ...content, ...(shown === "" ? {} : { caption: shown }) } },
    text: [`[${kind}] ${name}`, shown].filter((part) => part !== "").join("\n"),
    notes: [...whole.notes, ...notes, ...(after.length > 0 ? [moved] : [])],
    needsWindow: true,
  };
  return onlyMessages([message, ...after]);
}

/** Describes a medium as it stands in a message, a header or a template, without a caption. */
export function mediaContent({ kind, source, fileName, voice }: Media): {
  readonly content: Readonly<Record<string, unknown>>;
  /** What a log calls it. */
  readonly name: string;
  readonly notes: Fitted["notes"];
} {
  const own = fileName ?? ("link" in source ? fileNameOf(source.link) : undefined) ?? "";
  const file =
    kind === "document"
      ? fitLine(own, FILE_NAME, "file name", "file_name_cut")
      : { text: "", notes: [] };
  const address = "link" in source ? source.link : source.id;
  return {
    content: {
      ...source,
      ...(file.text === "" ? {} : { filename: file.text }),
      ...(kind === "audio" && voice === true ? { voice: true } : {}),
    },
    name: file.text === "" ? address : file.text,
    notes: file.notes,
  };
}

function captionMessages(caption: string | undefined, options: DialectOptions) {
  return textMessages(prepareText(caption ?? "", "caption", options), options);
}
