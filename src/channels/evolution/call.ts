import type { HttpRequest } from "../../transport.ts";
import type { EvolutionSettings } from "./settings.ts";

/** Describes one call about an instance. Source: Evolution API documentation, authentication. */
export function call(
  settings: EvolutionSettings,
  route: string,
  account: string,
  body?: object,
  method: HttpRequest["method"] = body === undefined ? "GET" : "POST",
): HttpRequest {
  const url = `${settings.base_url}/${route}/${encodeURIComponent(account)}`;
  const headers = { apikey: settings.api_key };
  if (body === undefined) return { method, url, headers };
  return {
    method,
    url,
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}
