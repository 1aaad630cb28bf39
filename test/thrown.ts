import { BridgeError } from "../src/errors.ts";
import type { HttpResponse } from "../src/transport.ts";

/** Catches the failure that a call names. */
export function thrownBy(call: () => unknown): BridgeError {
  try {
    call();
  } catch (thrown) {
    if (thrown instanceof BridgeError) return thrown;
    throw thrown;
  }
  throw new Error("nothing was thrown");
}

/** An answer of the provider. */
export function response(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return { status, headers, body: typeof body === "string" ? body : JSON.stringify(body) };
}
