import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { ProviderError, StatusUpdate } from "../../messages.ts";
import type { SendFailure } from "../../send-failure.ts";
import type { HttpRequest, HttpResponse } from "../../transport.ts";
import type { Probe, SendReceipt } from "../channel.ts";
import { identifier, optionalText } from "../whatsapp/inbound/fields.ts";
import { readJson } from "../provider-answer.ts";
import { refusalOf, refused, type SmsSecrets } from "./refusals.ts";
import { readReport } from "./reports.ts";
import { checkOptOut, lookUpReport } from "./requests.ts";
import type { SmsSettings } from "./settings.ts";

/** Nobody's number: reserved for examples. Source: North American Numbering Plan, 555-0100 to 555-0199. */
const NOBODY = "+14255550100";

/** Statuses that say the call was let in, whatever became of it. */
const LET_IN = [400, 404, 409, 422];

const item = z.object({
  messageId: identifier.optional().catch(undefined),
  httpStatusCode: z.number().catch(0),
  successful: z.boolean().catch(false),
  repeatabilityResult: optionalText,
  errorMessage: optionalText,
});

const receipts = z.object({ value: z.tuple([item], z.unknown()) });

/**
 * Builds the reader of answers to a send. A 202 says nothing of the recipient: its item does. A success without id, and a
 * request that the provider no longer knows whether it has seen, throw `channel_uncertain`; refusals throw `channel_*`.
 * Source: ACS SMS REST reference, send.
 */
export function createInterpret(secrets: SmsSecrets): (response: HttpResponse) => SendReceipt {
  return (response) => {
    const isTaken = response.status >= 200 && response.status <= 299;
    if (!isTaken) throw refusalOf(response, secrets);
    const receipt = receipts.safeParse(readJson(response.body)).data?.value[0];
    if (receipt === undefined) throw uncertain("the answer to the send has no recipient");
    if (receipt.repeatabilityResult?.toLowerCase() === "rejected") {
      throw uncertain("the provider cannot tell whether it has seen this request before");
    }
    const { messageId, successful, httpStatusCode: status, errorMessage = "" } = receipt;
    if (!successful) throw refusedRecipient(status, errorMessage, secrets);
    if (messageId === undefined) throw uncertain("the answer to the send has no message id");
    return { externalId: messageId };
  };
}

function uncertain(detail: string): BridgeError {
  return new BridgeError("channel_uncertain", detail);
}

/** The provider's list of opt-outs speaks in a sentence. Source: ACS SMS documentation, opt-out. */
const OPTED_OUT = /\b4007\b|\bopt(?:ed)?[ -]?out/i;

function refusedRecipient(status: number, message: string, secrets: SmsSecrets): BridgeError {
  const provider: ProviderError = { code: OPTED_OUT.test(message) ? "4007" : "", title: message };
  return refused(provider, recipientFailure(status, message), status, secrets);
}

function recipientFailure(status: number, message: string): SendFailure | undefined {
  if (OPTED_OUT.test(message)) return { class: "drop", optOut: "all" };
  // The recipient alone is wrong: the same request with another one would have been taken.
  return status === 400 || status === 404 ? { class: "drop" } : undefined;
}

/** Builds the check of an account: a look at the opt-out list, which changes nothing and costs nothing. */
export function createProbe(settings: SmsSettings, secrets: SmsSecrets): Probe {
  return {
    request: (account) => checkOptOut(settings, account, NOBODY),
    read: (response) => {
      if (response.status >= 200 && response.status <= 299) {
        return { state: "connected", detail: "" };
      }
      if (!LET_IN.includes(response.status)) throw refusalOf(response, secrets);
      return { state: "connected", detail: "the opt-out list of this sender cannot be read" };
    },
  };
}

/** The look-up of a delivery report, for messages of which no event came. */
export interface ReportLookup {
  readonly request: (externalId: string) => HttpRequest;
  /** Undefined: there is none, or none yet. Throws `channel_*`. */
  readonly read: (response: HttpResponse, account: string) => StatusUpdate | undefined;
}

export function createReportLookup(settings: SmsSettings, secrets: SmsSecrets): ReportLookup {
  return {
    request: (externalId) => lookUpReport(settings, externalId),
    read: (response, account) => {
      if (response.status === 404) return undefined;
      if (response.status !== 200) throw refusalOf(response, secrets);
      const event = readReport(readJson(response.body), account, { at: "", id: "" });
      if (event.kind === "status" && event.at !== "") return event;
      throw new BridgeError("channel_unreadable", "the delivery report cannot be read");
    },
  };
}
