import { isRecord } from "../../whatsapp/inbound/fields.ts";

/** Envelopes around a content, each with the content as `message`. Source: Baileys, WAProto, `FutureProofMessage`. */
const WRAPPERS = [
  "ephemeralMessage",
  "viewOnceMessage",
  "viewOnceMessageV2",
  "viewOnceMessageV2Extension",
  "documentWithCaptionMessage",
  "editedMessage",
  "deviceSentMessage",
] as const;

/** Envelopes within envelopes that are opened. */
const MAX_DEPTH = 5;

/** Opens the envelopes around a content; anything but an object has none. */
export function unwrap(raw: unknown, depth: number = MAX_DEPTH): Record<string, unknown> {
  if (!isRecord(raw)) return {};
  if (depth === 0) return raw;
  for (const name of WRAPPERS) {
    const wrapper = raw[name];
    if (isRecord(wrapper) && isRecord(wrapper["message"])) {
      return unwrap(wrapper["message"], depth - 1);
    }
  }
  return raw;
}
