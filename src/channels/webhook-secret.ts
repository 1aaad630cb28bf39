import { createHash, timingSafeEqual } from "node:crypto";
import type { WebhookRequest } from "./channel.ts";

/** Where a caller may present the secret we agreed upon, beside `?secret=`, `X-Webhook-Secret` and the path. */
export interface SecretPlaces {
  readonly queryKeys?: readonly string[];
  /** Lower case. */
  readonly headers?: readonly string[];
  /** Whether `Authorization`, with or without the word Bearer, may carry it. */
  readonly authorization?: boolean;
}

/**
 * Tells whether a webhook carries one of our secrets: in the query, in a header, or as the first segment of the path after
 * `/webhook/`. Every place is compared with every secret, in a time that tells nothing about them.
 */
export function presentsSecret(
  { headers, query, suffix }: WebhookRequest,
  secrets: readonly string[],
  places: SecretPlaces = {},
): boolean {
  const authorization = headers["authorization"];
  const given = [
    ...["secret", ...(places.queryKeys ?? [])].map((key) => query[key]),
    ...["x-webhook-secret", ...(places.headers ?? [])].map((name) => headers[name]),
    ...(places.authorization === true ? [authorization?.replace(/^bearer +/i, "")] : []),
    suffix.split("/")[0],
  ];
  const found = given.map((value) => typeof value === "string" && isOneOf(value, secrets));
  return found.includes(true);
}

/** Compares with every candidate in a time that tells nothing about them, their lengths included. */
export function isOneOf(given: string, candidates: readonly string[]): boolean {
  const digest = sha256(given);
  const matches = candidates.map((candidate) => timingSafeEqual(digest, sha256(candidate)));
  return matches.includes(true);
}

function sha256(value: string): Buffer {
  return createHash("sha256").update(value).digest();
}
