import type { TokenCredential } from "@azure/core-auth";
import type { Channel } from "../channel.ts";
import { createHmacSigner } from "../azure/hmac.ts";
import type { Resource } from "../azure/settings.ts";
import type { AzureToken } from "../azure/token.ts";
import type { AzureTransport } from "../azure/transport.ts";
import type { HttpRequest } from "../../transport.ts";
import { readJson } from "../provider-answer.ts";

/**
 * What the provider's library does beside sending. It repeats calls that failed, with the old signature; follows redirects with
 * our credentials; and adds the policy for tokens twice, upon which it refuses to work. Tokens come from `authorize`, repeats
 * from the outbox.
 */
const UNWANTED = [
  "defaultRetryPolicy",
  "redirectPolicy",
  "bearerTokenAuthenticationPolicy",
] as const;

/**
 * Builds what authorizes calls: the signature of the access key, or the token of a managed identity. Calls to any other
 * place than the resource get neither.
 */
export function createAuthorize(
  { endpoint, accessKey }: Resource,
  token: AzureToken,
): NonNullable<Channel["authorize"]> {
  const { origin } = new URL(endpoint);
  const sign = accessKey === undefined ? undefined : createHmacSigner(accessKey);
  return async (request, tools, refused) => {
    if (new URL(request.url).origin !== origin) return {};
    return sign === undefined ? token(tools, refused) : sign(request, tools.now);
  };
}

/**
 * Builds the call through the provider's own library, over our transport. Where there is a key the library signs by itself, in
 * place of what `authorize` wrote. The answer is handed on as it came, whatever the library makes of it. The library is
 * loaded with the first call: nobody else pays for it.
 */
export function createExchange(resource: Resource): NonNullable<Channel["exchange"]> {
  return async (request, tools, { timeoutMs }) => {
    const { overTransport } = await import("../azure/transport.ts");
    const { client: httpClient, answers } = overTransport(tools.http, timeoutMs);
    const client = await createClient(resource, httpClient);
    const { pathname, search } = new URL(request.url);
    const call = client.pathUnchecked(`${pathname}${search}`);
    const options = { headers: { ...request.headers }, body: bodyOf(request) };
    try {
      await (request.method === "POST" ? call.post(options) : call.get(options));
    } catch (thrown) {
      // An answer that the library cannot read is still an answer.
      if (answers[0] === undefined) throw thrown;
    }
    const [answer] = answers;
    if (answer === undefined) throw new Error("the provider's library made no call");
    return answer;
  };
}

async function createClient(
  { endpoint, accessKey }: Resource,
  httpClient: AzureTransport["client"],
) {
  const library = await import("@azure-rest/communication-messages");
  const { AzureKeyCredential } = await import("@azure/core-auth");
  const { origin } = new URL(endpoint);
  const options = { httpClient };
  const create = library.default.default;
  const client =
    accessKey === undefined
      ? create(origin, NO_TOKEN, options)
      : create(origin, new AzureKeyCredential(accessKey), options);
  for (const name of UNWANTED) client.pipeline.removePolicy({ name });
  return client;
}

/** The library wants a credential before it makes a client; the calls bring their token themselves. */
const NO_TOKEN: TokenCredential = { getToken: () => Promise.resolve(null) };

/** The library writes JSON itself, in the same way as we do. */
function bodyOf({ body }: HttpRequest): unknown {
  return body === undefined ? undefined : readJson(body);
}
