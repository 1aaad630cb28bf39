import type { ProviderAnswer } from "./line.ts";

/** An answer in JSON. */
export function json(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): ProviderAnswer {
  return {
    status,
    headers: { ...headers, "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify(body),
  };
}

/** An answer that is a file. */
export function fileAnswer(bytes: Uint8Array, mimeType: string): ProviderAnswer {
  return { status: 200, headers: { "content-type": mimeType }, body: bytes };
}

/** Reads a body; undefined where it is no JSON. */
export function parse(body: string): unknown {
  try {
    const parsed: unknown = JSON.parse(body);
    return parsed;
  } catch {
    return undefined;
  }
}

/** Digits of a phone number without the `+` that calls may write; anything else is left as it is. */
export const withoutPlus = (number: string): string => number.replace(/^\+/, "");

/** Seconds since 1970 of an ISO 8601 time. */
export const unixSeconds = (iso: string): number => Math.floor(Date.parse(iso) / 1000);
