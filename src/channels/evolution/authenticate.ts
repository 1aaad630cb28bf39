import * as errors from "jose/errors";
import { jwtVerify } from "jose/jwt/verify";
import { z } from "zod";
import type { ChannelTools, WebhookRequest } from "../channel.ts";
import type { EvolutionSettings } from "./settings.ts";

/**
 * Seconds past its end for which a token is taken: it is made once for an event and lives ten minutes, but the event is sent
 * again for twenty. Source: Evolution API, webhook controller, `jwt_key` and retries.
 */
const TOLERANCE_SECONDS = 30 * 60;

const claimsSchema = z.object({
  app: z.literal("evolution"),
  action: z.literal("webhook"),
  exp: z.number(),
});

/** Builds the check of the token that Evolution API signs with the header `jwt_key` of a webhook. */
export function createAuthenticate(
  settings: EvolutionSettings,
): (request: WebhookRequest, tools: Pick<ChannelTools, "now">) => Promise<boolean> {
  const keys = settings.webhook_secrets.map((secret) => new TextEncoder().encode(secret));
  return async ({ headers }, { now }) => {
    const token = bearerOf(headers["authorization"]);
    if (token === undefined) return false;
    const found = await Promise.all(keys.map((key) => isGenuine(token, key, now)));
    return found.includes(true);
  };
}

/** The token of an `Authorization` header; undefined where there is none. */
export function bearerOf(header: string | undefined): string | undefined {
  return /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(header ?? "")?.[1];
}

async function isGenuine(token: string, key: Uint8Array, now: Date): Promise<boolean> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ["HS256"],
      clockTolerance: TOLERANCE_SECONDS,
      currentDate: now,
    });
    return claimsSchema.safeParse(payload).success;
  } catch (thrown) {
    if (thrown instanceof errors.JOSEError) return false;
    throw thrown;
  }
}
