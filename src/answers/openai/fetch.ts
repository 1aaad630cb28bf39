import type { Http } from "../../transport.ts";
import type { OpenAiSettings } from "./settings.ts";

/** Bytes of one answer that are read; the longest answer of a model is far shorter. */
const MAX_ANSWER_BYTES = 2 * 1024 * 1024;

/** Statuses whose answers cannot have a body. */
const BODILESS = new Set([204, 205, 304]);

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * Builds the SDK's `fetch` on our own client, so that time limits, size limits and addresses are ours. Of the SDK's headers
 * only what the protocol needs is sent: the others tell of our machine, or come from variables meant for other programs.
 */
export function sdkFetch(http: Http, settings: OpenAiSettings): Fetch & { Response: object } {
  const { api_key: key, timeout_ms: timeoutMs } = settings;
  const authorization = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const send: Fetch = async (input, init) => {
    const { signal, ...parts } = init ?? {};
    const request = new Request(input, parts);
    const response = await http(
      {
        method: request.method === "GET" ? "GET" : "POST",
        url: request.url,
        headers: {
          accept: "application/json",
          "content-type": request.headers.get("content-type") ?? "application/json",
          ...authorization,
        },
        ...(await bodyOf(request, parts.body)),
      },
      { timeoutMs, maxBytes: MAX_ANSWER_BYTES, ...(signal && { signal }) },
    );
    const body = BODILESS.has(response.status) ? null : response.body;
    return new Response(body, { status: response.status, headers: response.headers });
  };
  // The SDK asks its `fetch` for this class before it sends a file; without it, it would fetch an address to learn it.
  return Object.assign(send, { Response });
}

async function bodyOf(request: Request, body: unknown) {
  if (body === undefined || body === null) return {};
  return typeof body === "string"
    ? { body }
    : { bytes: new Uint8Array(await request.arrayBuffer()) };
}
