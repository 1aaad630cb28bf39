import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { Identity } from "../../messages.ts";
import type { HttpRequest } from "../../transport.ts";
import { repeatabilityOf } from "../azure/repeatability.ts";
import { resourceOf } from "../azure/settings.ts";
import type { OutboundReference } from "../channel.ts";
import type { SmsPayload } from "./render.ts";
import { phoneDigits } from "./senders.ts";
import type { SmsSettings } from "./settings.ts";

const payloadSchema: z.ZodType<SmsPayload> = z.object({ to: z.string(), message: z.string() });

/**
 * Builds the description of the call that sends one payload to one person. Our id is both the request's name, by which
 * the provider knows a repeated one, and the tag that comes back in the delivery report. The partner's key is put in
 * here, so that it is never stored. Throws `channel_invalid_payload`. Source: ACS SMS REST reference, send.
 */
export function createPrepare(
  settings: SmsSettings,
): (payload: unknown, message: OutboundReference) => HttpRequest {
  return (raw, message) => {
    const payload = payloadSchema.safeParse(raw).data;
    if (payload === undefined) {
      throw new BridgeError("channel_invalid_payload", "the payload is no text message");
    }
    const { requestId, firstSent } = repeatabilityOf(message);
    const { report_timeout_s: timeout } = settings;
    return post(settings, "/sms", {
      from: message.account,
      smsRecipients: [
        { to: payload.to, repeatabilityRequestId: requestId, repeatabilityFirstSent: firstSent },
      ],
      message: payload.message,
      smsSendOptions: {
        enableDeliveryReport: true,
        tag: message.id,
        ...(timeout !== undefined && { deliveryReportTimeoutInSeconds: timeout }),
        ...messagingConnect(settings),
      },
    });
  };
}

/** The partner's part of a request, in the form of the api-version. Source: ACS SMS REST reference, Messaging Connect. */
function messagingConnect(settings: SmsSettings): object {
  const { messaging_connect_key: apiKey, messaging_connect_partner: partner } = settings;
  if (!settings.messaging_connect || apiKey === undefined) return {};
  return settings.messaging_connect_shape === "flat"
    ? { messagingConnect: { partner, apiKey } }
    : { messagingConnect: { partner, partnerParams: { apiKey } } };
}

/** A person as the provider's list of opt-outs is told of them. */
interface OptOutChange {
  readonly account: string;
  readonly identities: readonly Identity[];
  readonly optedOut: boolean;
}

/** Builds the call that tells the provider of an opt-out or its end. Source: ACS SMS REST reference, opt-outs. */
export function createAnnounceOptOut(
  settings: SmsSettings,
): (change: OptOutChange) => HttpRequest | undefined {
  return ({ account, identities, optedOut }) => {
    const phone = identities.find(({ kind }) => kind === "phone");
    const digits = phoneDigits(phone?.value);
    if (digits === undefined) return undefined;
    const path = `/sms/optouts:${optedOut ? "add" : "remove"}`;
    return post(settings, path, { from: account, recipients: [{ to: `+${digits}` }] });
  };
}

/** Describes the call that asks whether a number is on the provider's list of opt-outs. */
export function checkOptOut(settings: SmsSettings, account: string, to: string): HttpRequest {
  return post(settings, "/sms/optouts:check", { from: account, recipients: [{ to }] });
}

/** Describes the call that asks what became of a message. Source: ACS SMS REST reference, delivery reports. */
export function lookUpReport(settings: SmsSettings, externalId: string): HttpRequest {
  const path = `/deliveryReports/${encodeURIComponent(externalId)}`;
  return { method: "GET", url: addressOf(settings, path), headers: {} };
}

function post(settings: SmsSettings, path: string, body: object): HttpRequest {
  return {
    method: "POST",
    url: addressOf(settings, path),
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}

function addressOf(settings: SmsSettings, path: string): string {
  const endpoint = resourceOf(settings)?.endpoint ?? "";
  return `${endpoint}${path}?api-version=${settings.api_version}`;
}
