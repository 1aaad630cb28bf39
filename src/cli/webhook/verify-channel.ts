import type { Opened } from "./desks.ts";
import { askHandshake, type Trial, tryPosts } from "./verify.ts";

/** Does everything that a provider does with a webhook, at the address that would be registered. */
export async function verifyChannel({
  registration: { caller },
  tools,
  served,
  wanted,
}: Opened): Promise<readonly Trial[]> {
  const url = wanted();
  const posts = tryPosts(caller, { url, bare: served(), now: tools.now() }, tools);
  if (caller.handshake === undefined) return posts;
  const handshake = await askHandshake(caller, url, tools);
  return [{ name: "handshake", ...handshake }, ...(await posts)];
}
