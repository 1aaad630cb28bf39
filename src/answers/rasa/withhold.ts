import type { Reply } from "../../messages.ts";
import type { AnswerContext } from "../backend.ts";

type Emit = AnswerContext["emit"];

/**
 * Keeps back an emission that begins with the bot saying that it did not understand, and all that follows it, so that
 * another backend can answer. Once something was said, everything is.
 */
export function withholdFallback(
  emit: Emit,
  isUnanswered: (replies: readonly Reply[]) => boolean,
): { readonly emit: Emit; readonly withheld: () => boolean } {
  let state: "nothing" | "said" | "withheld" = "nothing";
  return {
    withheld: () => state === "withheld",
    emit: async (replies) => {
      if (state === "nothing") state = isUnanswered(replies) ? "withheld" : "said";
      if (state === "said") await emit(replies);
    },
  };
}
