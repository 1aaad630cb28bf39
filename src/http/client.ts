import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { AgentOptions as HttpsAgentOptions } from "node:https";
import { isIP } from "node:net";
import type { Readable } from "node:stream";
import axios, { AxiosHeaders } from "axios";
import type { AxiosInstance, AxiosResponse } from "axios";
import { HttpFailure } from "../transport.ts";
import type { Http, HttpRequest, HttpResponse, HttpStream } from "../transport.ts";
import { startAttempt } from "./attempt.ts";
import type { Attempt } from "./attempt.ts";
import { asCallSpan } from "./call-span.ts";
import { isPublicAddress, publicLookup } from "./public-address.ts";
import type { Resolve } from "./public-address.ts";

export interface HttpClientOptions {
  /** Connections to one host at a time; further calls wait for a free one within their time. */
  readonly maxSockets?: number;
  /** Milliseconds for name, TCP and TLS together. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds an unused connection is kept; below the 5 s after which many servers close theirs. */
  readonly idleSocketMs?: number;
  /** Bytes of answer accepted where the call says nothing, counted after decompression. */
  readonly maxBytes?: number;
  /** How the names of `publicOnly` calls are resolved; as everywhere in the system where absent. */
  readonly resolve?: Resolve;
}

export interface HttpClient {
  readonly http: Http;
  readonly stream: HttpStream;
  /** Ends every connection; calls under way fail. */
  readonly close: () => void;
}

type Opened = Omit<HttpResponse, "body"> & { readonly chunks: AsyncIterable<Uint8Array> };

const DEFAULTS = {
  maxSockets: 64,
  connectTimeoutMs: 3_000,
  idleSocketMs: 4_000,
  maxBytes: 5 * 1024 * 1024,
} as const;

/**
 * Builds the one outgoing client: connections are reused and bounded per host, certificates are checked, redirects are
 * answers like any other, and no proxy is taken from the environment.
 */
export function createHttp(options: HttpClientOptions = {}): HttpClient {
  const { maxBytes, connectTimeoutMs, resolve, ...pool } = { ...DEFAULTS, ...options };
  const agentOptions = { keepAlive: true, maxSockets: pool.maxSockets, timeout: pool.idleSocketMs };
  const usual = openLine(agentOptions);
  // Connections of its own: one that was opened for a configured address must not carry a call that may not go there.
  const outside = openLine({ ...agentOptions, lookup: publicLookup(resolve) });

  const open: HttpStream = async (request, limits) => {
    const attempt = startAttempt({ ...limits, connectTimeoutMs });
    try {
      const isOutside = limits.publicOnly === true;
      if (isOutside) refusePrivateLiteral(request.url);
      const answer = await send((isOutside ? outside : usual).client, request, attempt);
      return {
        status: answer.status,
        headers: plainHeaders(answer.headers),
        chunks: readChunks(answer.data, limits.maxBytes ?? maxBytes, attempt),
      };
    } catch (thrown) {
      throw attempt.fail(thrown);
    }
  };

  const stream: HttpStream = (request, limits) =>
    asCallSpan(request, limits, (told) => open(told, limits));

  return {
    stream,
    http: async (request, limits) => collect(await stream(request, limits)),
    close: () => {
      usual.close();
      outside.close();
    },
  };
}

function openLine(options: HttpsAgentOptions): { client: AxiosInstance; close: () => void } {
  const httpAgent = new HttpAgent(options);
  const httpsAgent = new HttpsAgent(options);
  return {
    client: bareAxios(httpAgent, httpsAgent),
    close: () => {
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}

/** A host that is an address is connected to without being looked up, so it is checked here. */
function refusePrivateLiteral(url: string): void {
  const host = new URL(url).hostname.replace(/^\[(.*)\]$/, "$1");
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw new Error("not a public address");
}

/**
 * axios without its own ideas: no JSON, no default headers, no error for a status, no proxy. The transport that each
 * call brings is Node's own, which follows no redirect.
 */
function bareAxios(httpAgent: HttpAgent, httpsAgent: HttpsAgent): AxiosInstance {
  const client = axios.create({
    httpAgent,
    httpsAgent,
    proxy: false,
    responseType: "stream",
    validateStatus: () => true,
  });
  client.defaults.headers.common = new AxiosHeaders();
  return client;
}

function send(
  client: AxiosInstance,
  request: HttpRequest,
  attempt: Attempt,
): Promise<AxiosResponse<Readable>> {
  const secure = request.url.startsWith("https://");
  if (!secure && !request.url.startsWith("http://")) throw new Error("not an http address");
  return client.request({
    url: request.url,
    method: request.method,
    headers: exactHeaders(request.headers),
    ...bodyOf(request),
    signal: attempt.signal,
    transport: attempt.transport(secure),
  });
}

function bodyOf({ body, bytes }: HttpRequest): { data?: Uint8Array } {
  const data = bytes ?? (body === undefined ? undefined : Buffer.from(body, "utf8"));
  return data === undefined ? {} : { data };
}

/** What the call says and nothing guessed; `false` keeps axios from inventing a content type. */
function exactHeaders(headers: HttpRequest["headers"]): AxiosHeaders {
  const exact = new AxiosHeaders({ "User-Agent": "ponte", ...headers });
  if (!exact.has("Content-Type")) exact.set("Content-Type", false);
  return exact;
}

function plainHeaders(headers: AxiosResponse["headers"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]: [string, unknown]) => [
      name.toLowerCase(),
      Array.isArray(value) ? value.join(", ") : String(value),
    ]),
  );
}

async function* readChunks(
  body: Readable,
  maxBytes: number,
  attempt: Attempt,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const chunk of body) {
      if (!(chunk instanceof Uint8Array)) throw new Error("the answer is not bytes");
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw new HttpFailure("too_large", "unknown");
      yield chunk;
    }
  } catch (thrown) {
    throw attempt.fail(thrown);
  } finally {
    attempt.end();
  }
}

async function collect({ status, headers, chunks }: Opened): Promise<HttpResponse> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return { status, headers, body: new TextDecoder().decode(Buffer.concat(parts)) };
}
