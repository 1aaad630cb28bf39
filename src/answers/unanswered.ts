import { z } from "zod";
import type { Reply } from "../messages.ts";

/** How a bot says itself that it has nothing to say: `custom: {fallback: true}` on any of its messages. */
const fallbackMark = z.object({ fallback: z.literal(true) });

/** Texts by which a bot says that it did not understand, for the setting `no_answer_texts`. */
export const noAnswerTexts = () => z.array(z.string().trim().min(1)).default([]);

/**
 * Builds the test for what is no answer although something was said: one message is marked as a fallback, or its text is
 * one of `texts`, but for case, accents, spaces and punctuation.
 */
export function createUnansweredTest(
  texts: readonly string[],
): (replies: readonly Reply[]) => boolean {
  const known = new Set(texts.map(essence));
  const isKnown = (text: string) => known.size > 0 && known.has(essence(text));
  return (replies) =>
    replies.some(
      ({ text, custom }) =>
        (text !== undefined && isKnown(text)) || fallbackMark.safeParse(custom).success,
    );
}

/** The letters and digits of a text; the whole text where it has none, so that two emoji stay two. */
function essence(text: string): string {
  const bare = text.normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "");
  const words = bare.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  return words === "" ? text.trim() : words;
}
