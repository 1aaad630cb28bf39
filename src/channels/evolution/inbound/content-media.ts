import { z } from "zod";
import type { MediaKind } from "../../../messages.ts";
import {
  anything,
  isRecord,
  optionalFlag,
  optionalText,
  present,
} from "../../whatsapp/inbound/fields.ts";
import { isWebAddress } from "../../whatsapp/links.ts";
import { type Reader, reader } from "./content-reader.ts";

/** Bytes of a SHA-256. */
const DIGEST_BYTES = 32;

/** What the server puts before words it heard in a voice message. Source: Evolution API, channel service, speech to text. */
const TRANSCRIBED = /^\[audio\] ?/;

/** Both spellings: instances on Meta's API hand on Meta's own object. */
const mediaSchema = z.object({
  caption: optionalText,
  mimetype: optionalText,
  mime_type: optionalText,
  fileName: optionalText,
  filename: optionalText,
  title: optionalText,
  fileSha256: anything,
  sha256: optionalText,
  ptt: optionalFlag,
  voice: optionalFlag,
  isAnimated: optionalFlag,
  animated: optionalFlag,
});

/**
 * A file. Its own address is that of an encrypted copy, so only the one where the server put it counts; without one it is
 * in the webhook or can be asked for by the message's id.
 */
function media(kind: MediaKind): Reader {
  return reader(mediaSchema, (part, message) => {
    const isVoice = kind === "audio" && (part.ptt ?? part.voice) === true;
    return {
      content: present({
        type: "media",
        media: isVoice ? "voice" : kind,
        url: addressOf(message["mediaUrl"]),
        mimeType: part.mimetype ?? part.mime_type,
        sha256: part.sha256 ?? readDigest(part.fileSha256),
        fileName: kind === "document" ? (part.fileName ?? part.filename ?? part.title) : undefined,
        animated: part.isAnimated ?? part.animated,
      }),
      text: part.caption ?? (kind === "audio" ? transcriptOf(message["speechToText"]) : ""),
    };
  });
}

export const MEDIA_READERS: readonly (readonly [string, Reader])[] = [
  ["imageMessage", media("image")],
  ["videoMessage", media("video")],
  ["ptvMessage", media("video")],
  ["audioMessage", media("audio")],
  ["documentMessage", media("document")],
  ["stickerMessage", media("sticker")],
];

function addressOf(raw: unknown): string | undefined {
  const address = optionalText.parse(raw);
  return address !== undefined && isWebAddress(address) ? address : undefined;
}

function transcriptOf(raw: unknown): string {
  return (optionalText.parse(raw) ?? "").replace(TRANSCRIBED, "");
}

/** Bytes came as base64 up to version 2.3.5, and as an object of numbered bytes since. */
function readDigest(raw: unknown): string | undefined {
  if (typeof raw === "string") return /^[\w+/=-]{43,44}$/.test(raw) ? raw : undefined;
  if (!isRecord(raw)) return undefined;
  const bytes = Array.from({ length: DIGEST_BYTES }, (_, index) => raw[String(index)]);
  const isWhole = bytes.every((byte) => typeof byte === "number" && byte >= 0 && byte <= 255);
  return isWhole ? Buffer.from(bytes.map(Number)).toString("base64") : undefined;
}
