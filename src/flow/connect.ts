import type { Channel } from "../channels/channel.ts";
import type { Pairing } from "../channels/pairing-source.ts";
import { BridgeError } from "../errors.ts";
import { HttpFailure } from "../transport.ts";
import { type CallTools, callProvider } from "./call.ts";

const TIMEOUT_MS = 20_000;

/**
 * Asks the provider for what a phone needs to be paired with an account; undefined where the account is not paired with a
 * phone. Throws `channel_*`.
 */
export async function connectAccount(
  channel: Channel,
  account: string,
  tools: CallTools,
): Promise<Pairing | undefined> {
  const { pairing } = channel;
  if (pairing?.isFor(account) !== true) return undefined;
  const request = pairing.request(account);
  try {
    return pairing.read(await callProvider(channel, request, tools, { timeoutMs: TIMEOUT_MS }));
  } catch (thrown) {
    if (!(thrown instanceof HttpFailure)) throw thrown;
    throw new BridgeError("channel_unavailable", `no answer: ${thrown.reason}`, { cause: thrown });
  }
}
