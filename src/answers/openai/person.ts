import { createHmac } from "node:crypto";
import type { OpenAiSettings } from "./settings.ts";

/**
 * Builds the name a provider knows a person by: the same for each of their messages, and nothing to be found out from it
 * without the key. Undefined where none is to be sent.
 */
export function createPersonId(
  settings: Pick<OpenAiSettings, "api_key" | "safety_identifier">,
): (contactId: string) => string | undefined {
  if (!settings.safety_identifier) return () => undefined;
  // A key of its own: what is sent must not help to find the one that pays.
  const key = hmac(settings.api_key ?? "", "ponte safety identifier");
  return (contactId) => hmac(key, contactId);
}

function hmac(key: string, text: string): string {
  return createHmac("sha256", key).update(text).digest("hex");
}
