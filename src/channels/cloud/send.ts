import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { ProviderError } from "../../messages.ts";
import type { HttpRequest, HttpResponse } from "../../transport.ts";
import { ALL_SIGNS, type OutboundReference, type SendReceipt, type Signs } from "../channel.ts";
import { cleanError, codeOf, readJson } from "../provider-answer.ts";
import { classify } from "../whatsapp/refusals/errors.ts";
import { anything, identifier, isRecord, present } from "../whatsapp/inbound/fields.ts";
import { hintFor } from "../whatsapp/refusals/hints.ts";
import { readIdentities } from "../whatsapp/inbound/identities.ts";
import { readProviderError } from "../whatsapp/inbound/provider-errors.ts";
import type { CloudSettings } from "./settings.ts";

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

/**
 * Builds the description of the call that marks a message as read and shows that an answer is being written. The sign alone
 * does not exist. Source: Cloud API guide, typing indicators.
 */
export function createAcknowledge(
  settings: CloudSettings,
): (message: { account: string; externalId: string }, signs?: Signs) => HttpRequest | [] {
  return ({ account, externalId }, { read, typing } = ALL_SIGNS) => {
    if (!read) return [];
    return post(settings, account, {
      messaging_product: "whatsapp",
      status: "read",
      message_id: externalId,
      ...(typing && { typing_indicator: { type: "text" } }),
    });
  };
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
    const refusal = readRefusal(body, response.status, secrets);
    if (refusal !== undefined) throw refusal;
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

/** The refusal in an answer to any call; undefined where the call succeeded. */
export function readRefusal(
  body: unknown,
  httpStatus: number,
  secrets: readonly string[],
): BridgeError | undefined {
  const error = readProviderError(isRecord(body) ? body["error"] : undefined);
  if (error !== undefined) return refused(cleanError(error, secrets), httpStatus);
  return httpStatus < 200 || httpStatus > 299 ? unexplained(httpStatus) : undefined;
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
