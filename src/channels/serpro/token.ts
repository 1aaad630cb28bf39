import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { HttpResponse } from "../../transport.ts";
import type { ChannelTools } from "../channel.ts";
import { isSuccess } from "./answers.ts";
import { readJson } from "../provider-answer.ts";
import { endpointsOf } from "./endpoints.ts";
import { pauseOf } from "./refusals.ts";
import type { SerproSettings } from "./settings.ts";

/** How long a token lives where the answer does not say. Source: published integrations, authentication. */
const LIFETIME_S = 600;

/** Taken off a token's life, so that none expires on its way. */
const MARGIN_S = 60;

/** A token is kept at least this long, however short a life its answer claims. */
const SHORTEST_S = 30;

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 64 * 1024;

/** Tokens remembered so that no answer can carry one out: the present one and the one before. */
const REMEMBERED = 2;

/** A token that fits a header as it is. */
const tokenText = z.string().regex(/^[\x21-\x7e]{1,8192}$/);

const answerSchema = z.object({
  access_token: tokenText,
  expires_in: z.coerce.number().positive().max(86_400).catch(LIFETIME_S),
});

/** Gives the channel's calls their token. */
export interface TokenKeeper {
  readonly authorize: (
    request: unknown,
    tools: ChannelTools,
    refused?: Readonly<Record<string, string>>,
  ) => Promise<Readonly<Record<string, string>>>;
  /** The tokens seen last, to be kept out of everything stored. */
  readonly seen: () => readonly string[];
}

/**
 * Keeps the token of one client: shared through the cache, fetched once however many calls need it, and renewed where it
 * is the one that was refused; a newer one that another process fetched meanwhile is used first.
 */
export function createTokenKeeper(settings: SerproSettings): TokenKeeper {
  const key = `serpro:token:${settings.client_id}`;
  const state: { pending?: Promise<string> | undefined; seen: readonly string[] } = { seen: [] };

  const remember = (token: string): string => {
    if (!state.seen.includes(token)) state.seen = [...state.seen, token].slice(-REMEMBERED);
    return token;
  };
  const renew = async (tools: ChannelTools): Promise<string> => {
    const { token, ttlMs } = await fetchToken(settings, tools);
    await tools.cache.set(key, token, ttlMs);
    return token;
  };
  const renewOnce = (tools: ChannelTools): Promise<string> => {
    state.pending ??= renew(tools).finally(() => {
      state.pending = undefined;
    });
    return state.pending;
  };
  return {
    seen: () => state.seen,
    authorize: async (_request, tools, refused) => {
      const cached = tokenText.safeParse(await tools.cache.get(key)).data;
      const isUsable = cached !== undefined && bearer(cached) !== refused?.["authorization"];
      const token = isUsable ? cached : await renewOnce(tools);
      return { authorization: bearer(remember(token)) };
    },
  };
}

const bearer = (token: string): string => `Bearer ${token}`;

/**
 * Fetches a token. The credentials go into the form, not into a header.
 * Source: published integrations, authentication; Serpro's API Center does it otherwise, for other products.
 */
async function fetchToken(settings: SerproSettings, { http }: ChannelTools) {
  const form = new URLSearchParams({
    client_id: settings.client_id,
    client_secret: settings.client_secret,
    ...(settings.send_grant_type && { grant_type: "client_credentials" }),
  });
  const request = {
    method: "POST",
    url: endpointsOf(settings).token,
    headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
    body: form.toString(),
  } as const;
  return readToken(await http(request, { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES }));
}

/** Reads a token and how long it may be kept. What the answer says besides is never repeated. */
function readToken(response: HttpResponse): { token: string; ttlMs: number } {
  if (!isSuccess(response.status)) throw refusedToken(response);
  const answer = answerSchema.safeParse(readJson(response.body)).data;
  if (answer === undefined) {
    throw new BridgeError("channel_unavailable", "the answer to the token request has no token");
  }
  const ttlMs = Math.max(answer.expires_in - MARGIN_S, SHORTEST_S) * 1000;
  return { token: answer.access_token, ttlMs };
}

/** Refused credentials, and an address where there are no tokens, are for the operator to mend: messages wait. */
function refusedToken({ status, headers }: HttpResponse): BridgeError {
  const detail = `the token request was answered with ${String(status)}`;
  const waitMs = pauseOf(headers["retry-after"]);
  if (status === 429) {
    const failure = {
      class: "throttle",
      scope: "account",
      ...(waitMs !== undefined && { waitMs }),
    } as const;
    return new BridgeError("channel_throttled", detail, { failure });
  }
  if (status >= 400 && status < 500 && status !== 408) {
    const failure = { class: "alert", scope: "account" } as const;
    return new BridgeError("channel_account_blocked", detail, { failure });
  }
  return new BridgeError("channel_unavailable", detail);
}
