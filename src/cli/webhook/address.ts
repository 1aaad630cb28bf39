import type { ConfiguredChannel } from "../../config/modules.ts";

/** Where a channel is served below a public address. */
export const servedAt = (base: string, name: string): string =>
  `${base}/webhooks/${encodeURIComponent(name)}/webhook`;

/** The address to register for a channel; it may hold a secret. */
export const wantedAddress = (base: string, { name, channel }: ConfiguredChannel): string =>
  channel.registration?.address(servedAt(base, name)) ?? servedAt(base, name);

/** Query keys that hold no secret. */
const HARMLESS = new Set(["stream"]);

/**
 * An address as it may be shown: secrets of ours are taken out wherever they stand, and of other bridges where they usually
 * stand, behind `/webhook/` and in the query.
 */
export function shownAddress(address: string, secrets: readonly string[]): string {
  const cleaned = secrets
    .filter((secret) => secret !== "")
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .reduce((text, secret) => text.replaceAll(secret, "***"), address);
  const url = URL.parse(cleaned);
  if (url === null) return "an address that is none";
  const path = url.pathname.replace(/(\/webhook)\/[^/]+/, "$1/***");
  const query = [...url.searchParams.keys()].map((key) =>
    HARMLESS.has(key) ? `${key}=${url.searchParams.get(key) ?? ""}` : `${key}=***`,
  );
  return `${url.origin}${path}${query.length === 0 ? "" : `?${query.join("&")}`}`;
}
