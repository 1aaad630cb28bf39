import { createHmac } from "node:crypto";

/** The version of our contract, for bots that will know more than one. */
const CONTRACT = "1";

/**
 * Builds the headers by which a bot knows our call: the version of the contract, an id that stays the same when the call is
 * repeated, and with a secret the signature over `<timestamp>.<body>`, an HMAC-SHA256 in hexadecimal digits.
 */
export function signHeaders(
  body: string,
  eventId: string,
  now: Date,
  secret: string | undefined,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  const headers = {
    "x-bridge-contract": CONTRACT,
    "x-bridge-event-id": eventId,
    "x-bridge-timestamp": timestamp,
  };
  if (secret === undefined) return headers;
  const digest = createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");
  return { ...headers, "x-bridge-signature": `v1=${digest}` };
}
