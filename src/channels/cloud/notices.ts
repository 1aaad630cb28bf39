import type { AccountNotice } from "../../account-notice.ts";
import { classify } from "../whatsapp/refusals/errors.ts";
import { storableData } from "../../storable.ts";
import { present } from "../whatsapp/inbound/fields.ts";
import { describeError, readProviderErrors } from "../whatsapp/inbound/provider-errors.ts";
import { readTemplateNews } from "./template-news.ts";

type Severity = AccountNotice["severity"];

interface NoticeField {
  readonly topic: string;
  /** Keys of the value worth telling, in this order. */
  readonly keys: readonly string[];
  /** The key whose word decides the severity, and the words that are more than information. */
  readonly decisive: string;
  readonly severities: Readonly<Record<string, Severity>>;
}

/** Longest part of a notice, in characters. */
const PART_MAX_LENGTH = 200;

/** Characters of JSON, and levels of nesting, that are kept of one part of a notice. */
const DATA_MAX_LENGTH = 2_000;
const DATA_MAX_DEPTH = 6;

const TEMPLATE_KEYS = ["message_template_name", "message_template_language"] as const;

/** Webhook fields about our account, numbers and templates. Source: Cloud API reference, webhook fields. */
const NOTICE_FIELDS: ReadonlyMap<string, NoticeField> = new Map<string, NoticeField>([
  [
    "message_template_status_update",
    {
      topic: "template_status",
      keys: [...TEMPLATE_KEYS, "event", "reason", "rejection_info", "disable_info", "other_info"],
      decisive: "event",
      severities: {
        REJECTED: "warning",
        PAUSED: "warning",
        FLAGGED: "warning",
        LIMIT_EXCEEDED: "warning",
        LOCKED: "warning",
        DISABLED: "alert",
      },
    },
  ],
  [
    "message_template_quality_update",
    {
      topic: "template_quality",
      keys: [...TEMPLATE_KEYS, "previous_quality_score", "new_quality_score"],
      decisive: "new_quality_score",
      severities: { YELLOW: "warning", RED: "warning" },
    },
  ],
  [
    "message_template_components_update",
    { topic: "template_components", keys: TEMPLATE_KEYS, decisive: "", severities: {} },
  ],
  [
    "template_category_update",
    {
      topic: "template_category",
      keys: [...TEMPLATE_KEYS, "previous_category", "new_category", "correct_category"],
      decisive: "new_category",
      severities: { MARKETING: "warning" },
    },
  ],
  [
    "phone_number_quality_update",
    {
      topic: "number_quality",
      keys: [
        "display_phone_number",
        "event",
        "current_limit",
        "max_daily_conversations_per_business",
      ],
      decisive: "event",
      severities: { FLAGGED: "warning", DOWNGRADE: "warning", THROUGHPUT_DOWNGRADE: "warning" },
    },
  ],
  [
    "phone_number_name_update",
    {
      topic: "number_name",
      keys: ["display_phone_number", "decision", "requested_verified_name", "rejection_reason"],
      decisive: "decision",
      severities: { REJECTED: "warning" },
    },
  ],
  [
    "account_update",
    {
      topic: "account_update",
      keys: ["event", "restriction_info", "violation_info", "ban_info", "disconnection_info"],
      decisive: "event",
      severities: {
        ACCOUNT_DELETED: "alert",
        ACCOUNT_OFFBOARDED: "alert",
        ACCOUNT_RESTRICTION: "alert",
        ACCOUNT_VIOLATION: "alert",
        DISABLED_UPDATE: "alert",
        PARTNER_REMOVED: "warning",
        PARTNER_APP_UNINSTALLED: "warning",
      },
    },
  ],
  [
    "account_review_update",
    {
      topic: "account_review",
      keys: ["decision"],
      decisive: "decision",
      severities: { REJECTED: "alert" },
    },
  ],
  [
    "account_alerts",
    {
      topic: "account_alert",
      keys: ["entity_type", "entity_id", "alert_info"],
      decisive: "",
      severities: {},
    },
  ],
  [
    "business_capability_update",
    {
      topic: "business_capability",
      keys: ["max_daily_conversation_per_phone", "max_phone_numbers_per_business"],
      decisive: "",
      severities: {},
    },
  ],
  [
    "security",
    {
      topic: "security",
      keys: ["display_phone_number", "event"],
      decisive: "event",
      severities: { PIN_CHANGED: "warning", PIN_RESET_REQUEST: "warning" },
    },
  ],
  [
    "account_settings_update",
    { topic: "account_settings", keys: ["type"], decisive: "", severities: {} },
  ],
  [
    "business_username_updates",
    { topic: "username", keys: ["display_phone_number", "status"], decisive: "", severities: {} },
  ],
]);

/**
 * Reads a change of a field about our account; undefined for any other field. `at` is the provider's time of it, where it gave
 * one.
 */
export function readNotice(
  field: string,
  value: Readonly<Record<string, unknown>>,
  account: string,
  at?: string,
): AccountNotice | undefined {
  const row = NOTICE_FIELDS.get(field);
  if (row === undefined) return undefined;
  const decisive = value[row.decisive];
  const severity = typeof decisive === "string" ? severityOf(row.severities, decisive) : "info";
  const parts = row.keys.flatMap((key) => describePart(key, value[key]));
  const template = readTemplateNews(field, value);
  return {
    kind: "notice",
    account,
    severity,
    topic: row.topic,
    detail: parts.join("; "),
    ...present({ at, template }),
    data: Object.fromEntries(row.keys.flatMap((key) => keepPart(key, value[key]))),
  };
}

function severityOf(severities: Readonly<Record<string, Severity>>, decisive: string): Severity {
  return (Object.hasOwn(severities, decisive) ? severities[decisive] : undefined) ?? "info";
}

function describePart(key: string, raw: unknown): string[] {
  if (raw === undefined || raw === null) return [];
  const value = storableData(raw);
  const shown = typeof value === "string" ? value : JSON.stringify(value);
  return [`${key}: ${shown.slice(0, PART_MAX_LENGTH).toWellFormed()}`];
}

/** Keeps a part as it came, unless it is far larger than any the provider has described. */
function keepPart(key: string, raw: unknown): [string, unknown][] {
  if (raw === undefined || raw === null) return [];
  const value = storableData(raw, DATA_MAX_DEPTH);
  return JSON.stringify(value).length > DATA_MAX_LENGTH ? [] : [[key, value]];
}

/** Reads errors that a value reports about our number rather than about one message. */
export function readAccountErrors(raw: unknown, account: string): AccountNotice[] {
  return readProviderErrors(raw).map((error) => ({
    kind: "notice",
    account,
    severity: classify(error.code).class === "alert" ? "alert" : "warning",
    topic: "account_error",
    detail: describeError(error),
    data: { code: error.code },
  }));
}
