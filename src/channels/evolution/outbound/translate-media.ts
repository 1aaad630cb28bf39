import { isIP } from "node:net";
import { z } from "zod";
import type { RenderedMessage } from "../../channel.ts";
import type { MediaKind } from "../../whatsapp/media.ts";
import { note } from "../../whatsapp/notes.ts";
import { send, sendWords, takes, type Target } from "./target.ts";

const fileSchema = z.object({
  link: z.string().optional(),
  caption: z.string().optional(),
  filename: z.string().optional(),
  voice: z.boolean().optional(),
});

/** Translates a file that has an address the server can fetch; of any other, what it says is sent. */
export function translateMedia(
  kind: MediaKind,
  raw: unknown,
  message: RenderedMessage,
  target: Target,
): readonly RenderedMessage[] {
  const { link, caption, filename, voice } = fileSchema.parse(raw);
  if (link === undefined || !isFetchable(link)) {
    const why = "The server fetches files only from addresses whose host is an IP or has a dot.";
    return sendWords(message, target, caption ?? "", note("media_skipped", why));
  }
  if (kind === "sticker") {
    return takes(target, "sendSticker")
      ? [send(message, target, "sendSticker", { sticker: link })]
      : [];
  }
  // An instance that runs on nothing takes audio only as an upload.
  if (kind === "audio" && !takes(target, "sendWhatsAppAudio")) {
    return sendWords(message, target, link, note("kind_to_text", "The audio became its address."));
  }
  if (kind === "audio" && voice === true) {
    return [send(message, target, "sendWhatsAppAudio", { audio: link, encoding: true })];
  }
  const fields = { mediatype: kind, media: link, fileName: filename, caption };
  return [send(message, target, "sendMedia", fields)];
}

/** Source: Evolution API, send controller, `isURL` of class-validator: a host needs a dot or is an IP. */
function isFetchable(link: string): boolean {
  const host = URL.parse(link)?.hostname ?? "";
  return /[^.]\.[^.]/.test(host) || isIP(host.replace(/^\[|\]$/g, "")) !== 0;
}
