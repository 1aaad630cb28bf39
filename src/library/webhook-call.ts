import type { WebhookRequest } from "../channels/channel.ts";
import { readWebhookPath } from "../http/webhook-path.ts";
import { OK, type WebhookResponse } from "../http/webhook-response.ts";

/** A call as any server has it. */
export interface WebhookCall {
  readonly method: string;
  /** The path as the bridge itself serves it, such as `/webhooks/whatsapp/webhook`; aliases are known too. */
  readonly path: string;
  /** Names in any case; a header given twice is one value with commas. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
  /** The bytes as they came: signatures are over these, so nothing may parse or unpack them before. */
  readonly body: Uint8Array;
}

interface Handler {
  readonly handle: (call: WebhookRequest) => Promise<WebhookResponse>;
}

const NOT_FOUND: WebhookResponse = { status: 404, headers: {}, body: "" };

/** Finds the channel that a call is for and has it answered; 404 where no provider's channel is at its path. */
export async function answerCall(
  handlers: ReadonlyMap<string, Handler>,
  { method, path, headers, query, body }: WebhookCall,
): Promise<WebhookResponse> {
  const asked = readWebhookPath(path);
  const handler = asked === undefined ? undefined : handlers.get(asked.channel);
  if (asked === undefined || handler === undefined) return NOT_FOUND;
  if (asked.serves === "status") return method === "GET" ? OK : NOT_FOUND;
  return handler.handle({
    method,
    suffix: asked.suffix,
    headers: lowerCased(headers),
    query: toRecord(query),
    rawBody: Buffer.from(body),
  });
}

function lowerCased(headers: WebhookCall["headers"]): WebhookRequest["headers"] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

/** A key given twice is an array, as Node's own reader has it. */
function toRecord(query: URLSearchParams): WebhookRequest["query"] {
  return Object.fromEntries(
    [...new Set(query.keys())].map((key) => {
      const values = query.getAll(key);
      return [key, values.length === 1 ? values[0] : values];
    }),
  );
}
