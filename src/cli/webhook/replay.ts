import { HttpFailure } from "../../transport.ts";
import { CliError } from "../failure.ts";
import { shownAddress } from "./address.ts";
import type { Opened } from "./desks.ts";

const TIMEOUT_MS = 30_000;

/** What answered a replayed body. */
export interface Replayed {
  readonly address: string;
  readonly status: number;
  readonly ms: number;
}

/** Posts a body byte for byte, with the signature or secret that the provider would show. */
export async function replayBody(
  { configured: { channel }, registration, tools, wanted }: Opened,
  body: string,
): Promise<Replayed> {
  const url = wanted();
  const address = shownAddress(url, channel.secrets);
  const request = await registration.caller.post(url, body, tools.now());
  const startedAt = performance.now();
  try {
    const { status } = await tools.http(request, { timeoutMs: TIMEOUT_MS });
    return { address, status, ms: Math.round(performance.now() - startedAt) };
  } catch (thrown) {
    if (!(thrown instanceof HttpFailure)) throw thrown;
    throw new CliError(`${address} does not answer (${thrown.reason})`, {
      advice: "is the bridge running there? --to names another one",
      cause: thrown,
    });
  }
}
