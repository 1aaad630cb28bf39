import type { Channel } from "../channels/channel.ts";
import { BridgeError } from "../errors.ts";
import type { AccountState } from "../messages.ts";
import { HttpFailure } from "../transport.ts";
import { type CallTools, callProvider } from "./call.ts";

/** What came of asking a provider about one of our accounts. */
export interface ProbeResult extends Pick<AccountState, "account" | "state" | "detail"> {
  readonly ms: number;
}

const TIMEOUT_MS = 10_000;

/** Asks the provider about every account of a channel, all at once. Undefined for a channel that has nobody to ask. */
export async function probeChannel(
  channel: Channel,
  tools: CallTools,
): Promise<readonly ProbeResult[] | undefined> {
  const { probe } = channel;
  if (probe === undefined) return undefined;
  return Promise.all(
    channel.accounts.map(async (account) => {
      const startedAt = performance.now();
      const found = await ask(channel, account, tools);
      return { account, ...found, ms: Math.round(performance.now() - startedAt) };
    }),
  );
}

async function ask(
  channel: Channel,
  account: string,
  tools: CallTools,
): Promise<Pick<AccountState, "state" | "detail">> {
  const { probe } = channel;
  try {
    if (probe === undefined) return { state: "connected", detail: "" };
    const request = probe.request(account);
    return probe.read(await callProvider(channel, request, tools, { timeoutMs: TIMEOUT_MS }));
  } catch (thrown) {
    if (thrown instanceof HttpFailure)
      return { state: "disconnected", detail: `no answer: ${thrown.reason}` };
    if (thrown instanceof BridgeError)
      return { state: "disconnected", detail: `${thrown.code}: ${thrown.detail}` };
    throw thrown;
  }
}
