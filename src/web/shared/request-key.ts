/**
 * Names a request anew, so that sending it again does it once. Random bytes are there without a secure context too, unlike
 * `crypto.randomUUID`.
 */
export function newRequestKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
