import type { Channel } from "../channels/channel.ts";
import { BridgeError } from "../errors.ts";
import type { Identity } from "../messages.ts";
import { type CallTools, callProvider } from "./call.ts";

/** An opt-out, or its end, that we learnt of ourselves. */
export interface ConsentNews {
  readonly account: string;
  readonly identities: readonly Identity[];
  readonly optedOut: boolean;
}

const TIMEOUT_MS = 5_000;

/**
 * Builds the step that tells providers who keep a list of their own. Ours is the authority: whatever goes wrong there is
 * told to `onProblem` and changes nothing here.
 */
export function createAnnounce(tools: CallTools, onProblem: (error: unknown) => void) {
  return async (channel: Channel, news: ConsentNews): Promise<void> => {
    try {
      const request = channel.announceOptOut?.(news);
      if (request === undefined) return;
      const { status } = await callProvider(channel, request, tools, { timeoutMs: TIMEOUT_MS });
      if (status >= 300)
        throw new BridgeError("channel_refused", `the provider answered ${String(status)}`);
    } catch (error) {
      onProblem(error);
    }
  };
}

/** The same for a channel by its configured name; nothing happens where there is none. */
export function createAnnounceByName(
  channels: ReadonlyMap<string, { readonly channel: Channel }>,
  tools: CallTools,
  onProblem: (error: unknown) => void,
) {
  const announce = createAnnounce(tools, onProblem);
  return async (name: string, news: ConsentNews): Promise<void> => {
    const configured = channels.get(name);
    if (configured !== undefined) await announce(configured.channel, news);
  };
}
