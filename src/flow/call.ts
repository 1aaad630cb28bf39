import type { Channel, ChannelTools } from "../channels/channel.ts";
import { BridgeError } from "../errors.ts";
import { HttpFailure, type HttpRequest, type HttpResponse } from "../transport.ts";

/** What calls to providers are made with. */
export type CallTools = Omit<ChannelTools, "now"> & { readonly now: () => Date };

/** The moment's tools for a part of a channel that does I/O. */
export function toolsNow({ http, stream, cache, now }: CallTools): ChannelTools {
  return { http, stream, cache, now: now() };
}

/**
 * Makes a call that a channel described: with its token or signature, in the provider's own client where it has one. An
 * answer of 401 renews a token that was cached, and the call is made once more. Throws `HttpFailure` where the call got no
 * answer, `channel_*` where it could not be authorized: then it never left.
 */
export async function callProvider(
  channel: Channel,
  request: HttpRequest,
  tools: CallTools,
  options: { readonly timeoutMs: number },
): Promise<HttpResponse> {
  const extra = await authorize(channel, request, tools);
  const response = await exchange(channel, request, extra, tools, options);
  if (response.status !== 401 || extra === undefined) return response;
  const renewed = await authorize(channel, request, tools, extra);
  return exchange(channel, request, renewed, tools, options);
}

/** Headers to be added to a call; undefined for a channel that adds none. */
export async function authorize(
  channel: Channel,
  request: HttpRequest,
  tools: CallTools,
  refused?: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    return await channel.authorize?.(request, toolsNow(tools), refused);
  } catch (thrown) {
    if (!(thrown instanceof HttpFailure)) throw thrown;
    // Whatever became of the call for a token, the call it was for has not been made.
    throw new BridgeError("channel_unavailable", `no token: ${thrown.reason}`, { cause: thrown });
  }
}

function exchange(
  channel: Channel,
  request: HttpRequest,
  extra: Readonly<Record<string, string>> | undefined,
  tools: CallTools,
  options: { readonly timeoutMs: number },
): Promise<HttpResponse> {
  const authorized = { ...request, headers: { ...request.headers, ...extra } };
  if (channel.exchange === undefined) return tools.http(authorized, options);
  return channel.exchange(authorized, toolsNow(tools), options);
}
