/** From 2009, when WhatsApp began, to 2100, in milliseconds: other times are mistakes. */
const EARLIEST_MS = Date.UTC(2009, 0);
const LATEST_MS = Date.UTC(2100, 0);

const ISO_TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?$/i;

/**
 * Reads a time with up to nine fractional digits, of which milliseconds are kept, into ISO 8601 UTC. A time without zone is
 * UTC. Undefined where it is absurd or no time. Source: Event Grid documentation, event schemas.
 */
export function readIsoTime(raw: unknown): string | undefined {
  if (typeof raw !== "string") return undefined;
  const parts = ISO_TIME.exec(raw);
  if (parts === null) return undefined;
  const ms = Date.parse(`${parts[1]}${parts[2] ?? "Z"}`);
  return ms >= EARLIEST_MS && ms < LATEST_MS ? new Date(ms).toISOString() : undefined;
}
