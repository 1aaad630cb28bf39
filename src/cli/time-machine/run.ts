import { type Asked, askAgain, type AskOptions } from "./ask.ts";
import type { PastConversation } from "./history.ts";

/** Conversations that are asked about at the same time; each keeps its own order. */
const AT_ONCE = 4;

/** Asks a backend about all conversations, and tells of each answer as it comes. */
export async function askAll(
  conversations: readonly PastConversation[],
  options: AskOptions,
  onAnswer: (asked: Asked) => void,
): Promise<void> {
  const waiting = conversations.values();
  const work = async (): Promise<void> => {
    for (const conversation of waiting)
      for await (const asked of askAgain(conversation, options)) onAnswer(asked);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
