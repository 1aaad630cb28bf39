import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { HttpRequest, HttpResponse } from "../../transport.ts";
import type { OutboundReference, Probe, SendReceipt } from "../channel.ts";
import type { MediaSource } from "../media-source.ts";
import { repeatabilityOf } from "../azure/repeatability.ts";
import { anything, identifier, isRecord, present } from "../whatsapp/inbound/fields.ts";
import { readIdentities } from "../whatsapp/inbound/identities.ts";
import { readJson } from "../provider-answer.ts";
import { refusalOf } from "./refusals.ts";
import type { AcsSettings } from "./settings.ts";

/** What calls need to know of the resource. */
export type CallSettings = Pick<AcsSettings, "api_version" | "interactive_api_version"> & {
  readonly endpoint: string;
};

/** Kinds that the stable version does not know. Source: Azure Communication Services REST reference, Messages. */
const NEW_KINDS: ReadonlySet<unknown> = new Set(["interactive", "sticker", "reaction"]);

/**
 * Builds the description of the call that sends one payload, under a pair of headers by which the provider knows a repeated
 * request and sends the message once. Throws `channel_invalid_payload` for anything but an object.
 * Source: Azure Communication Services REST reference, Messages, send.
 */
export function createPrepare(
  settings: CallSettings,
): (payload: unknown, message: OutboundReference) => HttpRequest {
  return (payload, message) => {
    if (!isRecord(payload)) {
      throw new BridgeError("channel_invalid_payload", "the payload is not an object");
    }
    const { plain: _plain, ...content } = payload;
    const { requestId, firstSent } = repeatabilityOf(message);
    const isNew = NEW_KINDS.has(payload["kind"]);
    const version = isNew ? settings.interactive_api_version : settings.api_version;
    return {
      method: "POST",
      url: `${settings.endpoint}/messages/notifications:send?api-version=${version}`,
      headers: {
        "content-type": "application/json",
        "x-ms-client-request-id": message.id,
        "repeatability-request-id": requestId,
        "repeatability-first-sent": firstSent,
      },
      body: JSON.stringify({ ...content, channelRegistrationId: message.account }),
    };
  };
}

const receiptSchema = z.object({
  receipts: z.tuple([z.object({ messageId: identifier, to: anything })], z.unknown()),
});

/**
 * Builds the reader of answers to a send. A success without an id, and a repeated request that the provider no longer knows,
 * throw `channel_uncertain`: the message may be on its way. Refusals throw the code of their class.
 */
export function createInterpret(
  secrets: readonly string[],
): (response: HttpResponse) => SendReceipt {
  return (response) => {
    const { status, headers, body } = response;
    if (headers["repeatability-result"]?.toLowerCase() === "rejected") {
      throw new BridgeError("channel_uncertain", "Azure does not know the repeated request");
    }
    if (status < 200 || status > 299) throw refusalOf(response, secrets);
    const receipt = receiptSchema.safeParse(readJson(body)).data?.receipts[0];
    if (receipt === undefined) {
      throw new BridgeError("channel_uncertain", "the answer to the send has no message id");
    }
    const identities = readIdentities([receipt.to]);
    return present({
      externalId: receipt.messageId,
      identities: identities.length > 0 ? identities : undefined,
    });
  };
}

/** Builds the description of the call that fetches a file; the answer is the file itself. */
export function createMedia({ endpoint, api_version: version }: CallSettings): MediaSource {
  return {
    request: ({ id }) => {
      if (id === undefined) return undefined;
      const url = `${endpoint}/messages/streams/${encodeURIComponent(id)}?api-version=${version}`;
      return { method: "GET", url, headers: {} };
    },
  };
}

/** Builds the cheap call that shows whether a channel works: one of its templates is listed. */
export function createProbe(settings: CallSettings, secrets: readonly string[]): Probe {
  const { endpoint, api_version: version } = settings;
  return {
    request: (account) => {
      const path = `/messages/channels/${encodeURIComponent(account)}/templates`;
      const url = `${endpoint}${path}?api-version=${version}&maxPageSize=1`;
      return { method: "GET", url, headers: {} };
    },
    read: (response) => {
      if (response.status === 200) return { state: "connected", detail: "" };
      if (response.status === 404) return { state: "disconnected", detail: "no such channel" };
      throw refusalOf(response, secrets);
    },
  };
}
