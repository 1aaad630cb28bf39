import type { Database } from "../../src/db/driver.ts";

/** Everything that tests fill, in an order that no reference forbids. */
const TABLES = [
  "interactions",
  "send_attempts",
  "message_statuses",
  "parked_statuses",
  "messages",
  "inbox",
  "webhook_events",
  "button_payloads",
  "opt_outs",
  "erased_opt_outs",
  "conversations",
  "contact_identities",
  "contacts",
  "media_files",
  "token_usage",
  "account_states",
  "account_notices",
  "outgoing_events",
  "event_subscriptions",
  "notification_events",
  "campaign_import_lines",
  "campaign_imports",
  "campaign_events",
  "campaign_recipients",
  "campaigns",
  "templates",
  "template_syncs",
  "api_keys",
  "sign_outs",
  "idempotency_keys",
  "audit_log",
  "database_copies",
  "rate_buckets",
] as const;

/**
 * Empties what tests fill, in one round trip. For a few rows `delete` takes a hundredth of what `truncate` does, which makes new
 * files for every partition and index.
 */
export async function emptyDatabase(db: Pick<Database, "script">): Promise<void> {
  await db.script(TABLES.map((table) => `delete from ${table}`).join("; "));
}
