import { BridgeError } from "../errors.ts";
import {
  type Http,
  HttpFailure,
  type HttpOptions,
  type HttpRequest,
  type HttpStream,
} from "../transport.ts";
import type { ProviderAnswer, ProviderCall } from "./lines/line.ts";

/** The one outgoing client. */
export interface Client {
  readonly http: Http;
  readonly stream: HttpStream;
  readonly close: () => void;
}

/** Answers calls to one host; undefined for a host that is not simulated. */
export type Provider = (
  host: string,
) => ((call: ProviderCall) => Promise<ProviderAnswer>) | undefined;

/**
 * Puts the simulated providers before a client: calls to their addresses, which exist nowhere, are answered in this process, and
 * everything else goes on as it came.
 */
export function overSimulator(client: Client, provider: Provider): Client {
  const find = ({ url }: HttpRequest) => provider(URL.parse(url)?.host ?? "");
  return {
    http: async (request, options) => {
      const answer = find(request);
      if (answer === undefined) return client.http(request, options);
      const { status, headers, body } = await ask(answer, request, options);
      const text = typeof body === "string" ? body : new TextDecoder().decode(body);
      return { status, headers, body: text };
    },
    stream: async (request, options) => {
      const answer = find(request);
      if (answer === undefined) return client.stream(request, options);
      const { status, headers, body } = await ask(answer, request, options);
      return { status, headers, chunks: chunksOf(body) };
    },
    close: client.close,
  };
}

async function ask(
  answer: (call: ProviderCall) => Promise<ProviderAnswer>,
  request: HttpRequest,
  { signal, maxBytes }: HttpOptions,
): Promise<ProviderAnswer> {
  if (signal?.aborted === true) throw new HttpFailure("aborted", "no");
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name.toLowerCase(),
    value,
  ]);
  const call = {
    method: request.method,
    url: new URL(request.url),
    headers: Object.fromEntries(headers),
    body: request.body ?? "",
  };
  const given = await answer(call).catch(explain);
  if (maxBytes !== undefined && Buffer.byteLength(given.body) > maxBytes)
    throw new HttpFailure("too_large", "unknown");
  return given;
}

/** A store that is away makes the provider unavailable. */
function explain(thrown: unknown): ProviderAnswer {
  if (thrown instanceof BridgeError && thrown.retry) return { status: 503, headers: {}, body: "" };
  throw thrown;
}

async function* chunksOf(body: string | Uint8Array): AsyncGenerator<Uint8Array> {
  yield typeof body === "string" ? Buffer.from(body) : body;
}
