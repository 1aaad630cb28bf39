import { z } from "zod";
import { BridgeError, type ErrorCode } from "../../errors.ts";
import type { ProviderError, SendFailure } from "../../messages.ts";
import type { HttpRequest, HttpResponse } from "../../transport.ts";
import type { OutboundReference, SendReceipt } from "../channel.ts";
import { classify } from "./errors.ts";
import { anything, identifier, isRecord, present } from "./fields.ts";
import { hintFor } from "./hints.ts";
import { readIdentities } from "./identities.ts";
import { readProviderError } from "./provider-errors.ts";
import type { CloudSettings } from "./settings.ts";

/** How a class of failure is named once it leaves the channel. */
const CODE_OF_CLASS: Readonly<Record<SendFailure["class"], ErrorCode>> = {
  retry: "channel_unavailable",
  throttle: "channel_throttled",
  drop: "channel_refused",
  fix: "channel_invalid_payload",
  alert: "channel_account_blocked",
};

/**
 * Builds the description of the call that sends one payload. Our id travels along and comes back in every status, which
 * settles a send whose answer was lost. Throws `channel_invalid_payload` for anything but an object.
 * Source: Cloud API reference, messages, `biz_opaque_callback_data`.
 */
export function createPrepare(
  settings: CloudSettings,
): (payload: unknown, message: OutboundReference) => HttpRequest {
  return (payload, message) => {
    if (!isRecord(payload)) {
      throw new BridgeError("channel_invalid_payload", "the payload is not an object");
    }
    return post(settings, message.account, { ...payload, biz_opaque_callback_data: message.id });
  };
}

/** Builds the description of the call that marks a message as read and shows that an answer is being written. */
export function createAcknowledge(
  settings: CloudSettings,
): (message: { account: string; externalId: string }) => HttpRequest {
  return ({ account, externalId }) =>
    post(settings, account, {
      messaging_product: "whatsapp",
      status: "read",
      message_id: externalId,
      typing_indicator: { type: "text" },
    });
}

function post(settings: CloudSettings, account: string, body: object): HttpRequest {
  return {
    method: "POST",
    url: `${settings.graph_url}/${settings.api_version}/${encodeURIComponent(account)}/messages`,
    headers: {
      authorization: `Bearer ${settings.access_token}`,
      "content-type": "application/json",
    },
    body: JSON.stringify(body),
  };
}

const receiptSchema = z.object({
  messages: z.tuple([z.object({ id: identifier })], z.unknown()),
  contacts: z
    .tuple([z.object({ wa_id: anything, user_id: anything })], z.unknown())
    .optional()
    .catch(undefined),
});

/**
 * Builds the reader of answers to a send. A success without an id throws `channel_uncertain`: the message may be on its
 * way, and only a status can tell. Refusals throw the code of their class with the provider's words and what to do.
 */
export function createInterpret(
  secrets: readonly string[],
): (response: HttpResponse) => SendReceipt {
  return (response) => {
    const body = readJson(response.body);
    const refusal = readProviderError(isRecord(body) ? body["error"] : undefined);
    if (refusal !== undefined) throw refused(withoutSecrets(refusal, secrets), response.status);
    if (response.status < 200 || response.status > 299) throw unexplained(response.status);
    const receipt = receiptSchema.safeParse(body).data;
    if (receipt === undefined) {
      throw new BridgeError("channel_uncertain", "the answer to the send has no message id");
    }
    const [contact] = receipt.contacts ?? [];
    const identities = readIdentities([contact?.wa_id, contact?.user_id]);
    return present({
      externalId: receipt.messages[0].id,
      identities: identities.length > 0 ? identities : undefined,
    });
  };
}

/** An error page of a proxy, or nothing at all. */
function readJson(body: string): unknown {
  try {
    const parsed: unknown = JSON.parse(body);
    return parsed;
  } catch {
    return undefined;
  }
}

function refused(provider: ProviderError, httpStatus: number): BridgeError {
  const failure = classify(provider.code, httpStatus);
  const detail = `${provider.code || "no code"}: ${hintFor(provider.code, "en")}`;
  return new BridgeError(codeOf(failure), detail, { provider, failure });
}

function unexplained(httpStatus: number): BridgeError {
  const failure = classify("", httpStatus);
  const detail = `the provider answered ${String(httpStatus)} without saying why`;
  return new BridgeError(codeOf(failure), detail, { failure });
}

function codeOf(failure: SendFailure): ErrorCode {
  return failure.windowClosed === true ? "channel_window_closed" : CODE_OF_CLASS[failure.class];
}

/** The provider repeats a malformed access token in its message. */
function withoutSecrets(error: ProviderError, secrets: readonly string[]): ProviderError {
  const clean = (value: string) =>
    secrets.reduce((cleaned, secret) => cleaned.replaceAll(secret, "[secret]"), value);
  return present({
    code: error.code,
    title: clean(error.title),
    details: error.details === undefined ? undefined : clean(error.details),
    traceId: error.traceId === undefined ? undefined : clean(error.traceId),
  });
}
