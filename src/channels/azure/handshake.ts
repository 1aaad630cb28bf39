import { BridgeError } from "../../errors.ts";
import type { WebhookRequest, WebhookResult } from "../channel.ts";
import { readEventGrid, VALIDATION_EVENT } from "./envelope.ts";

type Handshake = Extract<WebhookResult, { kind: "handshake" }>;

/** Longest validation code echoed; the provider's are GUIDs. */
const CODE_MAX_LENGTH = 256;

/** What an origin may look like: one word of printable ASCII, as it goes into a header of the answer. */
const ORIGIN = /^[\x21-\x7e]{1,255}$/;

/**
 * Answers the calls by which Event Grid asks whether this address wants its events: an event of its own by POST, or OPTIONS
 * for CloudEvents. Undefined for a call that brings events. `isGenuine`: the call carries a valid credential; nobody else
 * gets the code back. The address in `validationUrl` is never called: it could lead anywhere, and the answer is enough.
 * Throws `webhook_unverified` for everything but a POST that cannot be answered.
 * Source: Event Grid documentation, endpoint validation; CloudEvents, HTTP 1.1 web hooks for event delivery.
 */
export function answerGridHandshake(
  request: WebhookRequest,
  isGenuine: boolean,
): Handshake | undefined {
  if (request.method === "POST") return isGenuine ? answerValidation(request.rawBody) : undefined;
  if (request.method !== "OPTIONS") throw unverified("Event Grid registers by POST or OPTIONS");
  if (!isGenuine) throw unverified("the call carries no valid credential");
  return answerOptions(request);
}

function answerValidation(rawBody: Buffer): Handshake | undefined {
  const [event, ...others] = readEventGrid(rawBody) ?? [];
  if (event?.type !== VALIDATION_EVENT || others.length > 0) return undefined;
  const code = event.data?.["validationCode"];
  if (typeof code !== "string" || code === "" || code.length > CODE_MAX_LENGTH) return undefined;
  const body = JSON.stringify({ validationResponse: code });
  return { kind: "handshake", contentType: "application/json; charset=utf-8", body };
}

function answerOptions({ headers }: WebhookRequest): Handshake {
  const origin = headers["webhook-request-origin"] ?? "";
  if (!ORIGIN.test(origin)) throw unverified("the call names no origin");
  const asksRate = headers["webhook-request-rate"] !== undefined;
  return {
    kind: "handshake",
    contentType: "text/plain; charset=utf-8",
    body: "",
    headers: {
      Allow: "POST",
      "WebHook-Allowed-Origin": origin,
      ...(asksRate && { "WebHook-Allowed-Rate": "*" }),
    },
  };
}

function unverified(detail: string): BridgeError {
  return new BridgeError("webhook_unverified", detail);
}
