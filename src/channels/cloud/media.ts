import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { HttpRequest } from "../../transport.ts";
import type { MediaSource } from "../media-source.ts";
import { isRecord } from "../whatsapp/inbound/fields.ts";
import { readJson } from "../provider-answer.ts";
import { readRefusal } from "./send.ts";
import type { CloudSettings } from "./settings.ts";

/** Where the provider keeps people's files. Source: Cloud API reference, media, download media. */
const FILE_HOSTS = ["lookaside.fbsbx.com"];

/** Ids of files are digits; anything else must not become part of an address. */
const MEDIA_ID = /^\d{1,64}$/;

const fileSchema = z.object({ url: z.url({ protocol: /^https?$/ }) });

/**
 * Builds the source of files: a call with the file's id gives an address that works for five minutes and asks for the
 * same token. Source: Cloud API reference, media, retrieve media URL.
 */
export function createMediaSource(
  settings: CloudSettings,
  secrets: readonly string[],
): MediaSource {
  const get = (url: string): HttpRequest => ({
    method: "GET",
    url,
    headers: { authorization: `Bearer ${settings.access_token}` },
  });
  return {
    request: ({ id }, account) => {
      if (id === undefined || !MEDIA_ID.test(id)) return undefined;
      const owner = new URLSearchParams({ phone_number_id: account }).toString();
      return get(`${settings.graph_url}/${settings.api_version}/${id}?${owner}`);
    },
    locate: ({ status, body }) => {
      const answer = readJson(body);
      const refusal = readRefusal(answer, status, secrets);
      if (refusal !== undefined) throw refusal;
      const file = fileSchema.safeParse(isRecord(answer) ? answer : undefined).data;
      if (file === undefined)
        throw new BridgeError("channel_unreadable", "the answer does not say where the file is");
      return { kind: "at", request: get(file.url) };
    },
    trustedHosts: FILE_HOSTS,
  };
}
