import { ACCOUNTS } from "../webhook.ts";

/** The number that people write to. */
export const ACCOUNT = ACCOUNTS[0] ?? "";
export const TOKEN = "bench-token-0123456789";
export const VERIFY_TOKEN = "bench-verify-token";
export const WEBHOOK_PATH = "/webhooks/whatsapp/webhook";

/** What a server is started among: the provider, the bot and what it may keep things in. */
export interface Place {
  readonly graphUrl: string;
  readonly rasaUrl: string;
  /** A PostgreSQL database, for those that use one. */
  readonly databaseUrl?: string;
  /** A folder that outlives the process. */
  readonly folder: string;
}
