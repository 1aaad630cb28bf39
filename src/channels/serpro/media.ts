import type { HttpRequest, HttpResponse } from "../../transport.ts";
import type { FileLocation, MediaReference, MediaSource } from "../media-source.ts";
import { fieldsOf, isSuccess } from "./answers.ts";
import { readJson } from "../provider-answer.ts";
import { endpointsOf } from "./endpoints.ts";
import { refusalOf } from "./refusals.ts";
import type { SerproSettings } from "./settings.ts";

/** Where Meta keeps files; it may be named in an answer, and is never sent our credentials. */
const META_FILES = "lookaside.fbsbx.com";

/** A media id; nothing else may become a part of an address. */
const FILE_ID = /^[A-Za-z0-9_-]{1,256}$/;

/**
 * Fetches files by their id. The answer is the file itself; an answer in JSON that names an address, as Meta's would, is
 * followed. A person may send a JSON file of their own, so only addresses that files can have are taken from one.
 * Source: published integrations, media download.
 */
export function createMedia(
  settings: SerproSettings,
  secrets: () => readonly string[],
): MediaSource {
  return {
    request: (media, account) => requestFor(media, account, settings),
    locate: (response) => locate(response, settings, secrets()),
  };
}

function requestFor(
  { id }: MediaReference,
  account: string,
  settings: SerproSettings,
): HttpRequest | undefined {
  if (id === undefined || !FILE_ID.test(id) || account !== settings.phone_number_id)
    return undefined;
  return { method: "GET", url: endpointsOf(settings).file(id), headers: {} };
}

function locate(
  response: HttpResponse,
  settings: SerproSettings,
  secrets: readonly string[],
): FileLocation | undefined {
  if (!isSuccess(response.status)) throw refusalOf(response, secrets);
  if (!/^application\/json\b/i.test(response.headers["content-type"] ?? "")) return undefined;
  const { url } = fieldsOf(readJson(response.body));
  if (typeof url !== "string" || !holdsFiles(url, settings)) return undefined;
  return { kind: "at", request: { method: "GET", url, headers: {} } };
}

function holdsFiles(address: string, settings: SerproSettings): boolean {
  const url = URL.parse(address);
  if (url === null || url.username !== "" || url.password !== "") return false;
  if (url.protocol === "https:" && url.host === META_FILES) return true;
  const folder = `${endpointsOf(settings).uploads}/`;
  return url.href.startsWith(folder) && FILE_ID.test(url.href.slice(folder.length));
}
