import type { Reply } from "../../messages.ts";
import type { Answer } from "../backend.ts";
import type { BotAnswer } from "./preset.ts";

/**
 * Decides what became of a question. A bot that hands over or ends the conversation has decided it, with words or without;
 * otherwise nothing said, too little confidence, or a sentence that only says so are no answer.
 */
export function judge(
  said: BotAnswer,
  minConfidence: number,
  isUnanswered: (replies: readonly Reply[]) => boolean,
): Answer {
  const { silent, ...answer } = said;
  const refuse = (reason: string): Answer => ({
    outcome: "no_answer",
    replies: [],
    reason,
    ...(answer.confidence !== undefined && { confidence: answer.confidence }),
    ...(answer.intent !== undefined && { intent: answer.intent }),
    ...(answer.memory !== undefined && { memory: answer.memory }),
    ...(answer.usage !== undefined && { usage: answer.usage }),
  });
  if (answer.handoff === true || answer.endSession === true)
    return { ...answer, outcome: "answered" };
  if (answer.replies.length === 0) {
    return silent === true ? { ...answer, outcome: "silent" } : refuse("empty");
  }
  if (answer.confidence !== undefined && answer.confidence < minConfidence) {
    return refuse("low_confidence");
  }
  return isUnanswered(answer.replies) ? refuse("fallback") : { ...answer, outcome: "answered" };
}
