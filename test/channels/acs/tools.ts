import { createHttp } from "../../../src/http/client.ts";
import type { SendTools } from "../../../src/flow/send.ts";

/** The tools of the real client, with a cache that forgets everything. */
export function startTools(timeoutMs = 2_000): SendTools & { readonly close: () => void } {
  const { http, stream, close } = createHttp();
  const cache = { get: () => Promise.resolve(undefined), set: () => Promise.resolve() };
  return { http, stream, cache, now: () => new Date(), timeoutMs, close };
}
