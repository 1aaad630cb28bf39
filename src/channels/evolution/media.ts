import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { HttpRequest, HttpResponse } from "../../transport.ts";
import type { FileLocation, MediaReference, MediaSource } from "../media-source.ts";
import { isRecord } from "../whatsapp/inbound/fields.ts";
import { call } from "./call.ts";
import { readJson } from "../provider-answer.ts";
import { refusalOf } from "./refusals.ts";
import type { EvolutionSettings } from "./settings.ts";

/** Describes how files are had: out of the webhook, from the server's store, or from the server by the message's id. */
export function createMedia(settings: EvolutionSettings): MediaSource {
  return {
    inline: readInline,
    request: (media, account, externalId) =>
      storedAt(media) ?? askFor(settings, account, externalId),
    locate: (response) => readFile(response, settings),
  };
}

/** Finds the file of a message in the webhook that brought it. Source: Evolution API documentation, webhooks, base64. */
function readInline(rawBody: Buffer, externalId: string): Buffer | undefined {
  if (!rawBody.includes('"base64"')) return undefined;
  const body = readJson(rawBody.toString("utf8"));
  const data = isRecord(body) ? body["data"] : undefined;
  const items: readonly unknown[] = Array.isArray(data) ? data : [data];
  for (const item of items) {
    const upsert = upsertSchema.safeParse(item).data;
    if (upsert?.key.id === externalId) return decode(upsert.message.base64);
  }
  return undefined;
}

const upsertSchema = z.object({
  key: z.object({ id: z.string() }),
  message: z.object({ base64: z.string() }),
});

/** Some forks put the prefix of a data address before the bytes. */
function decode(base64: string): Buffer | undefined {
  const bytes = Buffer.from(base64.replace(/^data:[^,]{0,100},/, ""), "base64");
  return bytes.length === 0 ? undefined : bytes;
}

/**
 * A signed address of the server's own store, which is never sent our key. One that only the server can reach is left to the
 * server.
 */
function storedAt({ url }: MediaReference): HttpRequest | undefined {
  const host = url === undefined ? undefined : URL.parse(url)?.hostname;
  if (url === undefined || host === undefined || !/[^.]\.[a-z-]/i.test(host)) return undefined;
  return { method: "GET", url, headers: {} };
}

/** Source: Evolution API documentation, chat, getBase64FromMediaMessage. */
function askFor(settings: EvolutionSettings, account: string, externalId: string): HttpRequest {
  const body = { message: { key: { id: externalId } }, convertToMp4: false };
  return call(settings, "chat/getBase64FromMediaMessage", account, body);
}

const fileSchema = z.object({ base64: z.string().min(1), mediaType: z.string() });

/** Undefined: the answer is the file itself, from the server's store. */
function readFile(response: HttpResponse, settings: EvolutionSettings): FileLocation | undefined {
  const { status, headers, body } = response;
  if (status < 200 || status > 299) throw refusalOf(response, settings);
  if (!(headers["content-type"] ?? "").includes("json")) return undefined;
  const file = fileSchema.safeParse(readJson(body)).data;
  if (file === undefined) return undefined;
  const bytes = decode(file.base64);
  if (bytes !== undefined) return { kind: "bytes", bytes };
  throw new BridgeError("channel_unreadable", "the server's file is empty");
}
