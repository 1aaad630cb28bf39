import { splitText } from "../whatsapp/split-text.ts";
import { GSM_SEGMENTS, MESSAGE_TEXT, UCS_SEGMENTS } from "./limits.ts";

/** What carriers charge for: the parts that a text travels in. */
export interface Segments {
  readonly count: number;
  /** One letter outside the GSM alphabet, such as `ã`, makes the whole text UCS-2: 70 letters a part instead of 160. */
  readonly encoding: "GSM-7" | "UCS-2";
}

/** The letters of one place each. Source: 3GPP TS 23.038, GSM 7 bit default alphabet. */
const GSM = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);

/** The letters of two places each. Source: 3GPP TS 23.038, extension table. */
const GSM_EXTENDED = new Set("\f^{}\\[~]|€");

/** Each try of a split is this much shorter than the one before. */
const SHRINK = 0.9;

/** Counts the segments of a text. A letter of two places is never parted, so a segment may end one place early. */
export function countSegments(text: string): Segments {
  const letters = Array.from(text);
  const isGsm = letters.every((letter) => GSM.has(letter) || GSM_EXTENDED.has(letter));
  const encoding = isGsm ? "GSM-7" : "UCS-2";
  const sizes = letters.map((letter) => (isGsm ? (GSM.has(letter) ? 1 : 2) : letter.length));
  const { single, each } = isGsm ? GSM_SEGMENTS : UCS_SEGMENTS;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return { count: total <= single ? 1 : pack(sizes, each), encoding };
}

function pack(sizes: readonly number[], room: number): number {
  let count = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > room) {
      count += 1;
      used = 0;
    }
    used += size;
  }
  return count;
}

/** Splits a text into messages within the provider's limit and, where there is one, within a number of segments. */
export function splitMessage(text: string, maxSegments: number | undefined): string[] {
  const parts = splitText(text, MESSAGE_TEXT);
  if (maxSegments === undefined) return parts;
  return parts.flatMap((part) => splitSegments(part, maxSegments));
}

function splitSegments(text: string, maxSegments: number): string[] {
  const { encoding } = countSegments(text);
  const { single, each } = encoding === "GSM-7" ? GSM_SEGMENTS : UCS_SEGMENTS;
  const room = maxSegments === 1 ? single : each * maxSegments;
  for (let limit = room; ; limit = Math.floor(limit * SHRINK)) {
    const parts = splitText(text, limit);
    // Ends at the latest where every part has as many code units as any one segment holds.
    if (parts.every((part) => countSegments(part).count <= maxSegments)) return parts;
  }
}
