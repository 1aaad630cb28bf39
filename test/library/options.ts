import { Writable } from "node:stream";
import type { LibraryOptions } from "../../src/library/told.ts";
import { signWebhook, textWebhook } from "../standins/graph-webhooks.ts";

const ACCOUNT = "810000000000077";
export const APP_SECRET = "app-secret-of-the-library-0123456789";
export const VERIFY_TOKEN = "verify-token-of-the-library-0123456789";
export const GRID_SECRET = "grid-secret-of-the-library-0123456789";
export const ACS_CHANNEL = "1f0a7c58-2c9b-4d7e-9d51-6a8f00c1e2b3";

/** Settings with a Cloud API channel and one of Azure, and a log that the test can read. */
export function libraryOptions(databaseUrl?: string): LibraryOptions & { log: () => string } {
  const lines: string[] = [];
  const logTo = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString());
      done();
    },
  });
  const env = {
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    WPP_AUTHORIZATION_TOKEN: "EAAtoken-of-the-library-0123456789",
    WPP_VERIFY_TOKEN: VERIFY_TOKEN,
    WPP_PHONE_NUMBER_IDENTIFIER: ACCOUNT,
    WHATSAPP_APP_SECRET: APP_SECRET,
    WHATSAPP_CHANNEL_ID_GUID: ACS_CHANNEL,
    ACS_CONNECTION_STRING: `endpoint=https://library.communication.azure.com/;accesskey=${Buffer.from("key-of-the-library").toString("base64")}`,
    EVENT_GRID_VALIDATION_KEY: GRID_SECRET,
  };
  return { env, logTo, log: () => lines.join("") };
}

/** A person's text as Meta posts it, signed. */
export function signedText(id: string, text: string) {
  const timestamp = Math.floor(Date.now() / 1_000);
  const body = textWebhook({ account: ACCOUNT, from: "5511900000077", id, text, timestamp });
  return signWebhook(body, APP_SECRET);
}
