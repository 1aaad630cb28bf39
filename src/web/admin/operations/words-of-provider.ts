import { operations } from "../../i18n/operations.ts";
import { formatNumber } from "../../shared/format.ts";
import type { Tone } from "../../shared/ui/tag.tsx";

const QUALITIES: Readonly<Record<string, { readonly tone: Tone; readonly text: () => string }>> = {
  GREEN: { tone: "good", text: () => operations("quality_green") },
  HIGH: { tone: "good", text: () => operations("quality_green") },
  YELLOW: { tone: "warning", text: () => operations("quality_yellow") },
  MEDIUM: { tone: "warning", text: () => operations("quality_yellow") },
  RED: { tone: "bad", text: () => operations("quality_red") },
  LOW: { tone: "bad", text: () => operations("quality_red") },
};

/** A number's quality in words; a word of the provider that is not known stays as it is. */
export function describeQuality(word: string): { readonly tone: Tone; readonly text: string } {
  const known = Object.hasOwn(QUALITIES, word) ? QUALITIES[word] : undefined;
  return known === undefined
    ? { tone: "neutral", text: word }
    : { tone: known.tone, text: known.text() };
}

/** How many people may be written to a day, from the provider's `TIER_1K` or a plain number; else as it stands. */
export function describeLimit(word: string): string {
  if (/^(?:TIER_)?UNLIMITED$/.test(word)) return operations("limit_none");
  const [, digits = "", thousands = ""] = /^(?:TIER_)?(\d{1,9})(K?)$/.exec(word) ?? [];
  if (digits === "") return word;
  const count = Number(digits) * (thousands === "" ? 1 : 1_000);
  return operations("limit_people", { count: formatNumber(count) });
}
