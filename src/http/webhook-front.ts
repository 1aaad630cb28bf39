import type { IncomingMessage, ServerResponse } from "node:http";
import { parse } from "node:querystring";
import type { WebhookRequest } from "../channels/channel.ts";
import { BridgeError } from "../errors.ts";
import { withCorrelation } from "../log.ts";
import { openSpan } from "../trace.ts";
import { ALIASES } from "./aliases.ts";
import type { AppDependencies } from "./dependencies.ts";
import { plainHeaders } from "./plain-headers.ts";
import { chooseRequestId } from "./request-id.ts";
import { createWebhookHandler, type WebhookHandler } from "./webhook-handler.ts";
import { findParties } from "./webhook-parties.ts";
import type { WebhookResponse } from "./webhook-response.ts";

/** Takes a call, or leaves it to whoever comes after: then it has touched nothing, and says false. */
export type Front = (request: IncomingMessage, response: ServerResponse) => boolean;

interface Served {
  readonly name: string;
  /** The pattern of its address, as the router names it. */
  readonly route: string;
  readonly handler: WebhookHandler;
}

const SUFFIX = "{/*suffix}";

/**
 * Takes the calls that come by the thousand: a provider's POST to the very address of a webhook, with a body of known and
 * fitting length. Finding and reading those takes the router three times as long as all that is done with them. Whatever is
 * odd, or no POST, goes the router's way, where it is answered in the same words.
 */
export function createWebhookFront(deps: AppDependencies): Front {
  const served = listServed(deps);
  return (request, response) => {
    if (request.method !== "POST") return false;
    const { path, query } = splitUrl(request.url ?? "");
    const found = served.get(path);
    if (found === undefined || !isPlain(request, found.handler.maxBodyBytes)) return false;
    take(deps, found, request, response, query);
    return true;
  };
}

function listServed(deps: AppDependencies): ReadonlyMap<string, Served> {
  const served = new Map<string, Served>();
  for (const [name, parties] of findParties([...deps.channels.values()])) {
    const handler = createWebhookHandler(deps, name, parties);
    if (!handler.methods.has("POST")) continue;
    const route = `/webhooks/:name/webhook${SUFFIX}`;
    served.set(`/webhooks/${name}/webhook`, { name, route, handler });
    for (const { path, channel, serves } of ALIASES)
      if (serves === "webhook" && channel === name)
        served.set(path.replace(SUFFIX, ""), { name, route: path, handler });
  }
  return served;
}

function splitUrl(url: string): { path: string; query: string } {
  const mark = url.indexOf("?");
  if (mark === -1) return { path: url, query: "" };
  return { path: url.slice(0, mark), query: url.slice(mark + 1) };
}

/** Whether the body is as long as it says, no longer than may be, and packed in nothing. */
function isPlain({ headers }: IncomingMessage, maxBytes: number): boolean {
  if (headers["content-encoding"] !== undefined || headers["transfer-encoding"] !== undefined)
    return false;
  const length = headers["content-length"];
  return length !== undefined && Number(length) <= maxBytes;
}

function take(
  { metrics }: AppDependencies,
  { name, route, handler }: Served,
  request: IncomingMessage,
  response: ServerResponse,
  query: string,
): void {
  const started = performance.now();
  const id = chooseRequestId(request.headers["x-request-id"]);
  const facts = { "http.request.method": "POST", "http.route": route };
  const span = openSpan(`POST ${route}`, { kind: "server", parent: null, facts });
  response.once("close", () => {
    const { statusCode, writableFinished } = response;
    if (writableFinished)
      metrics.webhookAnswered(name, statusCode, (performance.now() - started) / 1_000);
    span.add({ "http.response.status_code": statusCode });
    if (statusCode >= 500) span.fail(String(statusCode));
    span.end();
  });
  const answer = (given: WebhookResponse): void => write(response, id, given);
  withCorrelation(id, () =>
    span.run(() => {
      readBody(request)
        .then((rawBody) => handler.handle(toCall(request, query, rawBody)))
        .catch(handler.refuse)
        .then(answer, () => response.destroy());
    }),
  );
}

function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.once("end", () => {
      const [only] = parts;
      resolve(parts.length === 1 && only !== undefined ? only : Buffer.concat(parts));
    });
    // An error is followed by a close, and so is an end.
    request.on("error", () => undefined);
    request.once("close", () => {
      if (!request.complete)
        reject(new BridgeError("request_malformed", "the request cannot be read"));
    });
  });
}

function toCall(request: IncomingMessage, query: string, rawBody: Buffer): WebhookRequest {
  return {
    method: "POST",
    suffix: "",
    headers: plainHeaders(request.headers),
    query: query === "" ? {} : parse(query),
    rawBody,
  };
}

function write(
  response: ServerResponse,
  id: string,
  { status, headers, body }: WebhookResponse,
): void {
  if (response.headersSent) return;
  response
    .writeHead(status, {
      "X-Request-Id": id,
      "X-Content-Type-Options": "nosniff",
      ...headers,
      "Content-Length": Buffer.byteLength(body),
    })
    .end(body);
}
