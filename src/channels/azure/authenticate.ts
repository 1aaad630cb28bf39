import type { JWTPayload } from "jose";
import * as errors from "jose/errors";
import { jwtVerify } from "jose/jwt/verify";
import type { Channel } from "../channel.ts";
import { createKeyFinder } from "./jwks.ts";
import type { GridSettings } from "./settings.ts";

/** Seconds by which the clocks of the provider and ours may differ. */
const CLOCK_TOLERANCE_S = 300;

/**
 * Builds the check of the token that Entra gives Event Grid for our application; undefined where none is configured. Tokens of
 * either version are taken, of the configured tenant only, and only from Event Grid itself. While the keys cannot be had it
 * throws `webhook_unchecked`: a refusal would lose the events for good.
 * Source: Event Grid documentation, deliver events to Microsoft Entra protected endpoints.
 */
export function createGridAuthenticate(settings: GridSettings): Channel["authenticate"] {
  const {
    entra_tenant_id: tenant,
    entra_audiences: audience,
    entra_authority: authority,
  } = settings;
  if (tenant === undefined) return undefined;
  const issuer = [`${settings.entra_sts}/${tenant}/`, `${authority}/${tenant}/v2.0`];
  const findKey = createKeyFinder(`${authority}/${tenant}/discovery/v2.0/keys`);
  return async ({ headers }, tools) => {
    const token = /^bearer +(\S+)$/i.exec(headers["authorization"] ?? "")?.[1];
    if (token === undefined) return false;
    try {
      const { payload } = await jwtVerify(token, (header, jws) => findKey(tools, header, jws), {
        algorithms: ["RS256"],
        issuer,
        audience: [...audience],
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: tools.now,
        requiredClaims: ["exp"],
      });
      return callerOf(payload) === settings.entra_app_id;
    } catch (thrown) {
      if (thrown instanceof errors.JOSEError) return false;
      throw thrown;
    }
  };
}

/** The application that asked for the token: `appid` in tokens of version 1, `azp` in those of version 2. */
function callerOf({ appid, azp }: JWTPayload): string | undefined {
  const caller = appid ?? azp;
  return typeof caller === "string" ? caller.toLowerCase() : undefined;
}
