import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { Note } from "../../messages.ts";
import type { HttpRequest, HttpResponse } from "../../transport.ts";
import { ALL_SIGNS, type SendReceipt, type Signs } from "../channel.ts";
import { note } from "../whatsapp/notes.ts";
import { evidenceOf, isSuccess, readTaken } from "./answers.ts";
import { readJson } from "../provider-answer.ts";
import { endpointsOf, FORMS, type Place } from "./endpoints.ts";
import { isMetaError, refusalOf } from "./refusals.ts";

/** A stored payload: the form of the message, and the body that is posted as it is. */
const payloadSchema = z.object({
  form: z.enum(FORMS),
  body: z.record(z.string(), z.unknown()),
});

/**
 * Builds the description of the call that sends one payload; its token is added by `authorize`. Throws
 * `channel_invalid_payload` for anything that `render` does not write.
 */
export function createPrepare(place: Place): (payload: unknown) => HttpRequest {
  const { message } = endpointsOf(place);
  return (payload) => {
    const { success, data } = payloadSchema.safeParse(payload);
    if (!success) {
      throw new BridgeError("channel_invalid_payload", "the payload has no known form");
    }
    return postJson(message(data.form), data.body);
  };
}

/** Builds the description of the call that marks a message as read. */
export function createAcknowledge(
  place: Place,
): (message: { externalId: string }, signs?: Signs) => HttpRequest | [] {
  const { readReceipt } = endpointsOf(place);
  return ({ externalId }, { read } = ALL_SIGNS) =>
    read ? postJson(readReceipt, { message_id: externalId }) : [];
}

/** Describes a call with a JSON body. */
export function postJson(url: string, body: object): HttpRequest {
  return {
    method: "POST",
    url,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}

/**
 * Builds the reader of answers to a send. Any success means that the message was taken: one that names it in no known
 * way gets an id of `newId`, which no status will ever carry, and is kept as evidence. Throws `channel_*` otherwise.
 */
export function createInterpret(
  secrets: () => readonly string[],
  newId: () => string,
): (response: HttpResponse) => SendReceipt {
  return (response) => {
    const body = readJson(response.body);
    if (!isSuccess(response.status) || isMetaError(body)) throw refusalOf(response, secrets());
    const { messageId, requestId, isKnown } = readTaken(body);
    const externalId = messageId ?? requestId ?? `unnamed-${newId()}`;
    return isKnown
      ? { externalId }
      : { externalId, evidence: evidenceOf(response.body, secrets()) };
  };
}

const documentById = z.object({
  form: z.literal("media"),
  body: z.looseObject({ idMedia: z.string(), filename: z.string() }),
});

/**
 * Offers a document by id without its file name: the name of that field is not documented, and integrations disagree.
 * Source: published integrations, sending media.
 */
export function withoutFileName(payload: unknown): { payload: unknown; note: Note } | undefined {
  const document = documentById.safeParse(payload).data;
  if (document === undefined) return undefined;
  const { filename: _, ...body } = document.body;
  return {
    payload: { form: document.form, body },
    note: note("file_name_skipped", "The provider refused the document with its file name."),
  };
}
