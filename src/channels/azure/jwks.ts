import type { FlattenedJWSInput, JWSHeaderParameters } from "jose";
import * as errors from "jose/errors";
import { createLocalJWKSet } from "jose/jwks/local";
import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import { HttpFailure } from "../../transport.ts";
import type { ChannelTools } from "../channel.ts";

/** Keys are asked for again after this long: the provider rolls them without notice. */
const FRESH_MS = 60 * 60_000;

/** An unknown key makes us ask again, but not more often than this: anybody can name one. */
const COOLDOWN_MS = 30_000;

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 512 * 1024;

const documentSchema = z.object({
  keys: z.array(z.looseObject({ kty: z.string() })).min(1),
});

type KeySet = ReturnType<typeof createLocalJWKSet>;
type PublicKey = Awaited<ReturnType<KeySet>>;

/** Finds the key that a token names. Throws `webhook_unchecked` where the keys cannot be had, jose's errors otherwise. */
export type FindKey = (
  tools: ChannelTools,
  header: JWSHeaderParameters,
  token: FlattenedJWSInput,
) => Promise<PublicKey>;

/**
 * Builds the finder over the keys published at an address. They are kept in this process; while the address is away, keys
 * that were seen before go on being good.
 */
export function createKeyFinder(url: string): FindKey {
  let kept: { readonly set: KeySet; readonly atMs: number } | undefined;
  let triedAtMs = -Infinity;
  let running: Promise<BridgeError | undefined> | undefined;
  const refresh = async ({ http, now }: ChannelTools): Promise<BridgeError | undefined> => {
    triedAtMs = now.getTime();
    try {
      kept = { set: await fetchKeys(url, http), atMs: triedAtMs };
      return undefined;
    } catch (thrown) {
      return toUnchecked(thrown);
    } finally {
      running = undefined;
    }
  };
  return async (tools, header, token) => {
    const nowMs = tools.now.getTime();
    const isFresh = kept !== undefined && nowMs - kept.atMs < FRESH_MS;
    const known = kept === undefined ? undefined : await find(kept.set, header, token);
    if (known !== undefined && isFresh) return known;
    const mayTry = running !== undefined || nowMs - triedAtMs >= COOLDOWN_MS;
    if (!mayTry && known !== undefined) return known;
    if (!mayTry) throw unchecked("its key is unknown for the moment");
    running ??= refresh(tools);
    const failure = await running;
    if (known !== undefined && failure !== undefined) return known;
    if (failure !== undefined || kept === undefined) throw failure ?? unchecked("no keys");
    return kept.set(header, token);
  };
}

async function find(
  set: KeySet,
  header: JWSHeaderParameters,
  token: FlattenedJWSInput,
): Promise<PublicKey | undefined> {
  try {
    return await set(header, token);
  } catch (thrown) {
    if (thrown instanceof errors.JWKSNoMatchingKey) return undefined;
    throw thrown;
  }
}

async function fetchKeys(url: string, http: ChannelTools["http"]): Promise<KeySet> {
  const request = { method: "GET", url, headers: { accept: "application/json" } } as const;
  const { status, body } = await http(request, { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES });
  if (status !== 200) throw unchecked(`the keys were answered with ${String(status)}`);
  return createLocalJWKSet(documentSchema.parse(JSON.parse(body)));
}

function toUnchecked(thrown: unknown): BridgeError {
  if (thrown instanceof BridgeError) return thrown;
  const reason = thrown instanceof HttpFailure ? thrown.reason : "unreadable";
  return unchecked(`no keys: ${reason}`, thrown);
}

function unchecked(detail: string, cause?: unknown): BridgeError {
  return new BridgeError("webhook_unchecked", `the token cannot be checked: ${detail}`, { cause });
}
