import type { TokenCredential } from "@azure/core-auth";
import { BridgeError, toError } from "../../errors.ts";
import { HttpFailure } from "../../transport.ts";
import type { ChannelTools } from "../channel.ts";

/** What a token is for. Source: Azure Communication Services documentation, authenticate with Microsoft Entra. */
const SCOPE = "https://communication.azure.com/.default";

/** A token is renewed this long before its end, so that none ends on its way. */
const MARGIN_MS = 5 * 60_000;

/** Milliseconds for one call to whoever gives tokens. */
const CALL_TIMEOUT_MS = 10_000;

/** Gives the header of a call; `refused` are the headers that were just answered with 401. Throws `channel_account_blocked`. */
export type AzureToken = (
  tools: ChannelTools,
  refused?: Readonly<Record<string, string>>,
) => Promise<{ readonly authorization: string }>;

type CreateCredential = (tools: ChannelTools) => Promise<TokenCredential>;

/**
 * Builds the source of bearer tokens for an identity that Azure gives to the machine, kept until shortly before their end.
 * `clientId` names a user-assigned identity. Its library is loaded with the first call: nobody else pays for it.
 */
export function createAzureToken(
  clientId: string | undefined,
  createCredential: CreateCredential = (tools) => machineIdentity(clientId, tools),
): AzureToken {
  let credential: Promise<TokenCredential> | undefined;
  let kept: { readonly authorization: string; readonly endsAtMs: number } | undefined;
  const renew = async (tools: ChannelTools) => {
    try {
      credential ??= createCredential(tools);
      const token = await (await credential).getToken(SCOPE);
      if (token === null) throw new Error("there is no token");
      const endsAtMs = token.expiresOnTimestamp - MARGIN_MS;
      return { authorization: `Bearer ${token.token}`, endsAtMs };
    } catch (thrown) {
      credential = undefined;
      throw explain(thrown);
    }
  };
  return async (tools, refused) => {
    const isRefused = kept !== undefined && refused?.["authorization"] === kept.authorization;
    // The library keeps tokens too, some of them in the process: a new credential is all that can be done about it.
    if (isRefused) credential = undefined;
    if (kept === undefined || isRefused || kept.endsAtMs <= tools.now.getTime()) {
      kept = undefined;
      kept = await renew(tools);
    }
    return { authorization: kept.authorization };
  };
}

async function machineIdentity(
  clientId: string | undefined,
  { http }: ChannelTools,
): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import("@azure/identity");
  const { overTransport } = await import("./transport.ts");
  return new DefaultAzureCredential({
    httpClient: overTransport(http, CALL_TIMEOUT_MS).client,
    retryOptions: { maxRetries: 1 },
    ...(clientId !== undefined && { managedIdentityClientId: clientId }),
  });
}

/** Nothing of the message is wrong and nothing left: it waits until the operator has mended the identity. */
function explain(thrown: unknown): BridgeError {
  const failure = { class: "alert", scope: "account" } as const;
  const { name } = toError(thrown);
  const reason = thrown instanceof HttpFailure ? thrown.reason : name;
  const detail = `no token from the managed identity: ${reason}`;
  return new BridgeError("channel_account_blocked", detail, { failure });
}
