import type { IncomingHttpHeaders } from "node:http";

/** The headers of a call with one text each, by lower-case name: those that came several times are joined by a comma. */
export function plainHeaders(headers: IncomingHttpHeaders): Record<string, string | undefined> {
  const plain: Record<string, string | undefined> = {};
  for (const name in headers) {
    const value = headers[name];
    plain[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return plain;
}
