import { createHash } from "node:crypto";
import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { HttpRequest, HttpResponse } from "../../transport.ts";
import { present, readEach, text } from "../whatsapp/inbound/fields.ts";
import { evidenceOf, fieldsOf, isSuccess, readTaken, requestIdentifier } from "./answers.ts";
import { readJson } from "../provider-answer.ts";
import { endpointsOf, type Place } from "./endpoints.ts";
import { refusalOf } from "./refusals.ts";
import { postJson } from "./send.ts";

/** Bytes of a file to upload, by the first half of its MIME type. Source: published integrations, media upload. */
const MAX_UPLOAD_BYTES: Readonly<Record<string, number>> = {
  image: 5_000_000,
  video: 16_000_000,
  audio: 16_000_000,
};

/** Bytes of any other file. Source: published integrations, media upload. */
const MAX_DOCUMENT_BYTES = 95_000_000;

/** A webhook as the provider has it registered; the token that goes with it is never read. */
export interface RegisteredWebhook {
  readonly id?: string;
  readonly uri: string;
}

/** What is to be registered. */
export interface WebhookRegistration {
  readonly uri: string;
  /** Sent back by the provider with every call; none where absent. */
  readonly token?: string;
}

export interface Upload {
  readonly fileName: string;
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

/** The state of a request, as far as it can be read. */
export interface RequestState {
  readonly requestId?: string;
  readonly messageId?: string;
  readonly evidence: string;
}

/**
 * Describes the calls that an operator makes, never the server by itself: a second machine or a developer's laptop that
 * registered a webhook at its start would take the messages of production. Source: published integrations.
 */
export function createOperations(place: Place) {
  const endpoints = endpointsOf(place);
  const get = (url: string): HttpRequest => ({ method: "GET", url, headers: {} });
  return {
    listWebhooks: () => get(endpoints.webhooks),
    /** "plain" is how an older integration registered its address; it has no place for a token. */
    setWebhook: (webhook: WebhookRegistration, as: "json" | "plain" = "json"): HttpRequest =>
      as === "json"
        ? postJson(endpoints.webhooks, bodyOf(webhook))
        : {
            method: "POST",
            url: endpoints.webhooks,
            headers: { "content-type": "text/plain" },
            body: webhook.uri,
          },
    changeWebhook: (id: string, webhook: WebhookRegistration): HttpRequest => ({
      ...postJson(endpoints.webhook(id), { id, ...bodyOf(webhook) }),
      method: "PUT",
    }),
    deleteWebhook: (id: string): HttpRequest => ({
      method: "DELETE",
      url: endpoints.webhook(id),
      headers: {},
    }),
    requestState: (id: string) => get(endpoints.request(id)),
    upload: (file: Upload) => uploadTo(endpoints.uploads, file),
  };
}

function bodyOf({ uri, token }: WebhookRegistration): object {
  return { uri, jwtToken: token ?? null };
}

const webhookSchema = z
  .object({ id: requestIdentifier.optional().catch(undefined), uri: text })
  .transform(present);

/**
 * Reads the list of registered webhooks, alone or under the first key that holds one; undefined where there is no list.
 * Throws `channel_*` for a refusal.
 */
export function readWebhooks(
  response: HttpResponse,
  secrets: readonly string[],
): readonly RegisteredWebhook[] | undefined {
  if (!isSuccess(response.status)) throw refusalOf(response, secrets);
  const body = readJson(response.body);
  if (Array.isArray(body)) return readEach(body, webhookSchema);
  if (webhookSchema.safeParse(body).success) return readEach([body], webhookSchema);
  const list = Object.values(fieldsOf(body)).find((value) => Array.isArray(value));
  return list === undefined ? undefined : readEach(list, webhookSchema);
}

/** Reads what became of a request: nobody has described the answer, so it is kept whole. Throws `channel_*`. */
export function readRequestState(response: HttpResponse, secrets: readonly string[]): RequestState {
  if (!isSuccess(response.status)) throw refusalOf(response, secrets);
  const { messageId, requestId } = readTaken(readJson(response.body));
  return present({ messageId, requestId, evidence: evidenceOf(response.body, secrets) });
}

/** Reads the media id of an upload. Throws `channel_*`. */
export function readUpload(response: HttpResponse, secrets: readonly string[]): string {
  if (!isSuccess(response.status)) throw refusalOf(response, secrets);
  const id = z.object({ id: requestIdentifier }).safeParse(readJson(response.body)).data?.id;
  if (id === undefined) {
    throw new BridgeError("channel_unreadable", "the answer to the upload has no media id");
  }
  return id;
}

/** Throws `channel_invalid_payload` for a file that the provider would refuse for its size or its name. */
function uploadTo(url: string, { fileName, mimeType, bytes }: Upload): HttpRequest {
  const limit = MAX_UPLOAD_BYTES[mimeType.split("/")[0] ?? ""] ?? MAX_DOCUMENT_BYTES;
  if (bytes.byteLength > limit) {
    throw new BridgeError("channel_invalid_payload", `the file has more than ${limit} bytes`);
  }
  if (!/^[\w.+-]+\/[\w.+-]+$/.test(mimeType)) {
    throw new BridgeError("channel_invalid_payload", "the MIME type of the file is malformed");
  }
  const boundary = `ponte-${createHash("sha256").update(bytes).digest("hex")}`;
  const name = fileName.replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  const head = [
    `--${boundary}`,
    'Content-Disposition: form-data; name="mediaType"',
    "",
    mimeType,
    `--${boundary}`,
    `Content-Disposition: form-data; name="file"; filename="${name.toWellFormed()}"`,
    `Content-Type: ${mimeType}`,
    "",
    "",
  ].join("\r\n");
  return {
    method: "POST",
    url,
    headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
    bytes: Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
}
