import { createHmac, timingSafeEqual } from "node:crypto";
import { APP_SECRET } from "./webhook.ts";

/** Whether a body carries the signature of the provider's app, as every subject of the benchmark checks it. */
export function isGenuine(body: Buffer, header: string | undefined): boolean {
  const want = createHmac("sha256", APP_SECRET).update(body).digest();
  const given = Buffer.from((header ?? "").slice(7), "hex");
  return given.length === want.length && timingSafeEqual(given, want);
}
