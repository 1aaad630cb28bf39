import type { Channel } from "../channels/channel.ts";
import type { Http } from "../transport.ts";
import { authorize } from "./send.ts";

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
  http: Http,
  onProblem: (error: unknown) => void,
  delays: { readonly firstMs: number; readonly againMs: number } = {
    firstMs: FIRST_AFTER_MS,
    againMs: AGAIN_AFTER_MS,
  },
) {
  return (channel: Channel, message: { account: string; externalId: string }): (() => void) => {
    const { acknowledge } = channel;
    if (acknowledge === undefined) return () => undefined;
    const show = async (): Promise<void> => {
      timer = setTimeout(tick, delays.againMs);
      const request = await authorize(channel, acknowledge(message), http, new Date());
      await http(request, { timeoutMs: TIMEOUT_MS });
    };
    const tick = (): void => {
      show().catch(onProblem);
    };
    let timer = setTimeout(tick, delays.firstMs);
    return () => clearTimeout(timer);
  };
}
