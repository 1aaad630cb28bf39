import { createHash, randomBytes } from "node:crypto";

/** A key as its holder writes it: which one it is, then what only the holder knows. */
const SHAPE = /^ponte_([\w-]{8})_[\w-]{32}$/;

/** The SHA-256 of a key. Keys are random and long, so a plain digest cannot be turned back. */
export function digestKey(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}

/** Makes a key of 192 random bits. */
export function createKey(): { readonly id: string; readonly key: string } {
  const id = randomBytes(6).toString("base64url");
  return { id, key: `ponte_${id}_${randomBytes(24).toString("base64url")}` };
}

/** Reads which key a text claims to be; undefined where it is none of ours. */
export function readKeyId(text: string): string | undefined {
  return SHAPE.exec(text)?.[1];
}
