import type { z } from "zod";
import { CliError, messageOf } from "./failure.ts";
import { pageOf, parseJson, refusal } from "./api-answer.ts";

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** A call with a body: JSON, or a stream of the given type. */
export interface Send {
  readonly body?: unknown;
  readonly stream?: { readonly type: string; readonly content: ReadableStream<Uint8Array> };
  readonly query?: Query;
  /** Repeated under the same key, the call is answered and not done again. */
  readonly idempotencyKey?: string;
}

/** The REST API of a running bridge. Every call throws a `CliError` in words for people where it is refused. */
export interface ApiClient {
  readonly url: string;
  readonly get: <Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    query?: Query,
  ) => Promise<z.output<Schema>>;
  readonly send: <Schema extends z.ZodType>(
    method: "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    schema: Schema,
    content?: Send,
  ) => Promise<z.output<Schema>>;
  /** Every row of a list, page after page. */
  readonly list: <Schema extends z.ZodType>(
    path: string,
    row: Schema,
    query?: Query,
  ) => AsyncGenerator<z.output<Schema>>;
  /** The answer as it comes, for files and live events. */
  readonly open: (
    path: string,
    query?: Query,
    headers?: Record<string, string>,
  ) => Promise<Response>;
}

export interface ApiOptions {
  readonly url: string;
  readonly key: string;
  readonly signal: AbortSignal;
  readonly version: string;
}

/** Makes a client. Nothing is called yet. */
export function createApiClient({ url, key, signal, version }: ApiOptions): ApiClient {
  const base = url.replace(/\/+$/, "");

  const call = async (
    method: string,
    path: string,
    content: Send & { headers?: Record<string, string> },
  ) => {
    const { body, stream, query, idempotencyKey } = content;
    const headers: Record<string, string> = {
      authorization: `Bearer ${key}`,
      "user-agent": `ponte-cli/${version}`,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(stream !== undefined && { "content-type": stream.type }),
      ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
      ...content.headers,
    };
    const request: RequestInit & { duplex?: "half" } = {
      method,
      headers,
      signal,
      redirect: "error",
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(stream !== undefined && { body: stream.content, duplex: "half" }),
    };
    const response = await reach(`${base}/api/v1${path}${queryText(query)}`, request, base);
    if (!response.ok) throw await refusal(response, `${method} /api/v1${path}`, base);
    return response;
  };

  const read = async <Schema extends z.ZodType>(
    response: Response,
    schema: Schema,
  ): Promise<z.output<Schema>> => {
    const text = await response.text();
    const parsed = schema.safeParse(text === "" ? undefined : parseJson(text));
    if (parsed.success) return parsed.data;
    throw new CliError(`${base} answered in a form that this version does not know`, {
      advice: "the bridge may be of another version: compare `ponte --version` with GET /health",
    });
  };

  const get: ApiClient["get"] = async (path, schema, query) =>
    read(await call("GET", path, { ...(query !== undefined && { query }) }), schema);

  return {
    url: base,
    get,
    send: async (method, path, schema, content = {}) =>
      read(await call(method, path, content), schema),
    list: async function* (path, row, query = {}) {
      let cursor: string | undefined;
      do {
        const page = await get(path, pageOf(row), { limit: 200, ...query, cursor });
        yield* page.data;
        cursor = page.next_cursor ?? undefined;
      } while (cursor !== undefined);
    },
    open: (path, query, headers) =>
      call("GET", path, {
        ...(query !== undefined && { query }),
        ...(headers !== undefined && { headers }),
      }),
  };
}

function queryText(query: Query = {}): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) given.set(name, String(value));
  return given.size === 0 ? "" : `?${given.toString()}`;
}

async function reach(address: string, request: RequestInit, base: string): Promise<Response> {
  try {
    return await fetch(address, request);
  } catch (error) {
    if (request.signal?.aborted === true) throw error;
    const cause = error instanceof Error ? error.cause : undefined;
    throw new CliError(`no bridge answers at ${base} (${messageOf(cause ?? error)})`, {
      advice: "start it with `ponte start`, or name another one with --url or PONTE_URL",
      cause: error,
    });
  }
}
