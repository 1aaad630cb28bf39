import { createHash } from "node:crypto";
import type { Request } from "express";

/**
 * Digests a body while somebody else reads it. Gives the digest in hexadecimal once all of it was read, and undefined
 * before: of half a body nobody can say whether it is the same again.
 */
export function tapBody(request: Request): () => string | undefined {
  const hash = createHash("sha256");
  // A listener alone would let the body flow before its reader is there.
  request.pause();
  request.on("data", (chunk: Buffer | string) => hash.update(chunk));
  return () => (request.readableEnded ? hash.copy().digest("hex") : undefined);
}

/** Reads a body for its digest alone. Throws where the caller goes away. */
export async function digestBody(request: Request): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of request.setEncoding("latin1")) hash.update(String(chunk), "latin1");
  return hash.digest("hex");
}
