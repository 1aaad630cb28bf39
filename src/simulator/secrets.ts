import { createHmac } from "node:crypto";

/**
 * Makes the secrets of the simulated lines out of the admin key: every process makes the same ones, none is written down, and
 * whoever does not know the key cannot forge a simulated webhook. Base64, as Azure wants its keys; URL-safe otherwise.
 */
export function secretMaker(adminKey: string, line: string): (what: string) => string {
  return (what) => {
    const digest = createHmac("sha256", adminKey).update(`simulator ${line} ${what}`).digest();
    return digest.toString(what === "access key" ? "base64" : "base64url");
  };
}

/** What stands in place of a secret in a call that is to be refused. */
export const WRONG_SECRET = "not-the-secret-of-this-line";
