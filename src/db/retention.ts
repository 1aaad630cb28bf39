import type { Database } from "./driver.ts";
import { REQUESTS_KEPT } from "./idempotency-keys.ts";
import { dropOldPartitions, type SplitTable } from "./partitions.ts";

/** Days to keep each kind of row. */
export interface Retention {
  readonly rawWebhooksDays: number;
  /** At least 8, because Meta repeats a webhook for 7 days and the row is what recognises the repetition. */
  readonly inboxDays: number;
  readonly parkedDays: number;
  readonly historyDays: number;
}

interface DaysRule {
  readonly kind: "days";
  readonly days: keyof Retention;
  /** Deletes what is past `$1` days, at most `$2` rows. */
  readonly text: string;
  readonly split?: SplitTable;
}

/** How long the rows of a table are kept: by a setting, for a fixed time, with the rows of another table, or for good. */
export type Rule =
  | DaysRule
  | { readonly kind: "time"; readonly what: string; readonly text: string }
  | { readonly kind: "with"; readonly table: string }
  | { readonly kind: "kept"; readonly why: string };

const OLD = "< now() - $1::int * interval '1 day' limit $2::int";

const deletion = (table: string, key: string, past: string): string =>
  `delete from ${table} where (${key}) in (${past}) returning 1`;

/** A rule by the age that a column tells. */
const byAge = (table: string, days: keyof Retention, column: string, key = "id"): DaysRule => ({
  kind: "days",
  days,
  text: deletion(table, key, `select ${key} from ${table} where ${column} ${OLD}`),
});

/** Removes the history of settled messages with its statuses and attempts. */
const DELETE_MESSAGES = `
  with old as (
    select id from messages where created_at < now() - $1::int * interval '1 day'
      and status not in ('queued', 'sending', 'uncertain') limit $2::int
  ),
  statuses as (delete from message_statuses where message_id in (select id from old)),
  attempts as (delete from send_attempts where message_id in (select id from old))
  delete from messages where id in (select id from old) returning 1`;

const OF_THE_PERSON = "it belongs to the person: it goes when the person is erased";

/** What becomes of the rows of every table. A test compares this with the tables there are. */
export const RULES: Readonly<Record<string, Rule>> = {
  webhook_events: {
    ...byAge("webhook_events", "rawWebhooksDays", "received_at"),
    split: "webhook_events",
  },
  outgoing_events: byAge("outgoing_events", "rawWebhooksDays", "created_at"),
  inbox: byAge("inbox", "inboxDays", "done_at"),
  parked_statuses: byAge(
    "parked_statuses",
    "parkedDays",
    "parked_at",
    "channel, external_id, status",
  ),
  interactions: { ...byAge("interactions", "historyDays", "created_at"), split: "interactions" },
  campaign_recipients: {
    kind: "days",
    days: "historyDays",
    text: deletion(
      "campaign_recipients",
      "id",
      `select r.id from campaign_recipients r join campaigns c on c.id = r.campaign_id where c.finished_at ${OLD}`,
    ),
  },
  campaigns: {
    kind: "days",
    days: "historyDays",
    text: deletion(
      "campaigns",
      "id",
      `select c.id from campaigns c
       where not exists (select from campaign_recipients r where r.campaign_id = c.id) and c.finished_at ${OLD}`,
    ),
  },
  campaign_events: { kind: "with", table: "campaigns" },
  campaign_imports: { kind: "with", table: "campaigns" },
  campaign_import_lines: { kind: "with", table: "campaigns" },
  button_payloads: byAge("button_payloads", "historyDays", "used_at"),
  notification_events: byAge("notification_events", "historyDays", "received_at"),
  account_notices: byAge("account_notices", "historyDays", "at"),
  token_usage: byAge("token_usage", "historyDays", "day", "day, backend, contact_id"),
  messages: { kind: "days", days: "historyDays", text: DELETE_MESSAGES },
  message_statuses: { kind: "with", table: "messages" },
  send_attempts: { kind: "with", table: "messages" },
  media_files: { kind: "with", table: "messages" },
  idempotency_keys: {
    kind: "time",
    what: REQUESTS_KEPT,
    text: deletion(
      "idempotency_keys",
      "owner, key",
      `select owner, key from idempotency_keys where created_at < now() - interval '${REQUESTS_KEPT}' limit $1::int`,
    ),
  },
  sign_outs: {
    kind: "time",
    what: "until the session would have ended by itself",
    text: deletion(
      "sign_outs",
      "session_id",
      "select session_id from sign_outs where ends_at < now() limit $1::int",
    ),
  },
  rate_buckets: { kind: "kept", why: "a chore of its own deletes each bucket once it is full" },
  contacts: { kind: "kept", why: OF_THE_PERSON },
  contact_identities: { kind: "kept", why: OF_THE_PERSON },
  conversations: { kind: "kept", why: OF_THE_PERSON },
  opt_outs: { kind: "kept", why: "consent and its withdrawal must stay provable (LGPD, art. 8)" },
  erased_opt_outs: {
    kind: "kept",
    why: "a digest keeps the wish of somebody erased not to be written to again",
  },
  audit_log: { kind: "kept", why: "who did what must stay provable; it holds no message" },
  api_keys: { kind: "kept", why: "the audit log names keys that were revoked" },
  account_states: { kind: "kept", why: "one row for each account" },
  templates: {
    kind: "kept",
    why: "one row for each template, those that are gone are named by campaigns",
  },
  template_syncs: { kind: "kept", why: "one row for each channel" },
  event_subscriptions: { kind: "kept", why: "replaced by every start" },
  database_copies: { kind: "kept", why: "one row at most" },
  schema_migrations: { kind: "kept", why: "one row for each migration" },
};

/** Rows deleted in one statement, so that none runs for long. */
const SLICE = 5_000;

/** How many rows went, by table; those of which none went are left out. */
export type Expired = Readonly<Record<string, number>>;

/** Deletes what is past its retention, whole months first where a table is split by them. Throws `store_*`. */
export async function deleteExpired(db: Database, retention: Retention): Promise<Expired> {
  const gone: Record<string, number> = {};
  const count = (table: string, rows: number): void => {
    if (rows > 0) gone[table] = (gone[table] ?? 0) + rows;
  };
  for (const [table, rule] of Object.entries(RULES)) {
    if (rule.kind === "days") {
      const days = retention[rule.days];
      if (rule.split !== undefined) count(table, await dropOldPartitions(db, rule.split, days));
      count(table, await deleteInSlices(db, rule.text, [days, SLICE]));
    }
    if (rule.kind === "time") count(table, await deleteInSlices(db, rule.text, [SLICE]));
  }
  count("send_attempts", await dropOldPartitions(db, "send_attempts", retention.historyDays));
  return gone;
}

async function deleteInSlices(
  db: Database,
  text: string,
  values: readonly number[],
): Promise<number> {
  let deleted = 0;
  for (;;) {
    const rows = await db.query(text, values);
    deleted += rows.length;
    if (rows.length < SLICE) return deleted;
  }
}
