import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { HttpRequest, HttpResponse } from "../../transport.ts";
import type { OutboundReference, SendReceipt } from "../channel.ts";
import { anything, identifier, isRecord, present } from "../whatsapp/inbound/fields.ts";
import { call } from "./call.ts";
import { readJids } from "./jid.ts";
import { readJson } from "../provider-answer.ts";
import { payloadSchema } from "./outbound/payload.ts";
import { refusalOf } from "./refusals.ts";
import type { EvolutionSettings } from "./settings.ts";

/** Builds the description of the call that sends one payload. Throws `channel_invalid_payload` for anything else. */
export function createPrepare(
  settings: EvolutionSettings,
): (payload: unknown, message: OutboundReference) => HttpRequest {
  return (payload, { account }) => {
    const parsed = payloadSchema.safeParse(payload).data;
    if (parsed === undefined) {
      throw new BridgeError("channel_invalid_payload", "the payload names no call and body");
    }
    return call(settings, `message/${parsed.route}`, account, parsed.body);
  };
}

const receiptSchema = z.object({
  key: z.object({ id: identifier, remoteJid: anything, remoteJidAlt: anything }),
});

/**
 * Builds the reader of answers to a send. Only a key is a success: Meta's refusals come with the status of one. A success
 * with neither throws `channel_uncertain`: the message may be on its way.
 */
export function createInterpret(
  settings: EvolutionSettings,
): (response: HttpResponse) => SendReceipt {
  return (response) => {
    if (response.status < 200 || response.status > 299) throw refusalOf(response, settings);
    const body = readJson(response.body);
    const receipt = receiptSchema.safeParse(body).data;
    if (receipt !== undefined) {
      const { id, remoteJid, remoteJidAlt } = receipt.key;
      const identities = readJids([remoteJid, remoteJidAlt]);
      const known = identities.length > 0 ? identities : undefined;
      return present({ externalId: id, identities: known });
    }
    if (isRecord(body) && !("key" in body) && isRefusal(body)) throw refusalOf(response, settings);
    throw new BridgeError("channel_uncertain", "the answer to the send has no message id");
  };
}

function isRefusal(body: Readonly<Record<string, unknown>>): boolean {
  return typeof body["code"] === "number" || body["code"] === "LICENSE_REQUIRED";
}
