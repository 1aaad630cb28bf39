import type { WebhookCaller } from "../webhook-registration.ts";

/** Asks an address for a challenge with a verify token, as Meta does. Source: Cloud API reference, webhook verification. */
export function askForChallenge(
  url: string,
  token: string,
  challenge: string,
): ReturnType<NonNullable<WebhookCaller["handshake"]>> {
  const query = new URLSearchParams({
    "hub.mode": "subscribe",
    "hub.verify_token": token,
    "hub.challenge": challenge,
  });
  const separator = url.includes("?") ? "&" : "?";
  return {
    request: { method: "GET", url: `${url}${separator}${query.toString()}`, headers: {} },
    isAnswered: ({ status, body }) => status === 200 && body === challenge,
  };
}
