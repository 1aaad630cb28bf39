import type { Acknowledged, Channel, Signs } from "../channels/channel.ts";
import type { ConversationSettings } from "../config/settings.ts";
import { type CallTools, callProvider } from "./call.ts";

/** An answer that comes sooner needs no sign that it is being written. */
const FIRST_AFTER_MS = 700;
/** WhatsApp shows the sign for 25 s. Source: Cloud API guide, typing indicators. */
const AGAIN_AFTER_MS = 20_000;
const TIMEOUT_MS = 5_000;

/**
 * Marks a message as read and shows that an answer is being written while one is. Never delays or fails the answer:
 * whatever goes wrong is told to `onProblem` only. Returns how to stop.
 */
export function createTyping(
  tools: CallTools,
  { typing, readReceipts }: Pick<ConversationSettings, "typing" | "readReceipts">,
  onProblem: (error: unknown) => void,
  delays: { readonly firstMs: number; readonly againMs: number } = {
    firstMs: FIRST_AFTER_MS,
    againMs: AGAIN_AFTER_MS,
  },
) {
  const read = readReceipts !== "off";
  return (channel: Channel, message: Acknowledged): (() => void) => {
    const { acknowledge } = channel;
    if (acknowledge === undefined || !(read || typing)) return () => undefined;
    const show = async (signs: Signs): Promise<void> => {
      const calls = [acknowledge(message, signs)].flat();
      await Promise.all(
        calls.map((call) => callProvider(channel, call, tools, { timeoutMs: TIMEOUT_MS })),
      );
    };
    let timer: NodeJS.Timeout | undefined;
    const tick = (): void => {
      if (typing) timer = setTimeout(tick, delays.againMs);
      show({ read, typing }).catch(onProblem);
    };
    if (readReceipts === "at_once") show({ read, typing: false }).catch(onProblem);
    if (typing || readReceipts === "answered") timer = setTimeout(tick, delays.firstMs);
    return () => clearTimeout(timer);
  };
}
