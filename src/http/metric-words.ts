import { NOTE_CODES } from "../channels/whatsapp/notes.ts";
import { ERRORS } from "../errors.ts";
import { words } from "./instruments.ts";

/** The queues that `/health` shows. */
export const QUEUE_NAMES = ["inbox", "outbox", "dead"] as const;

export type QueueName = (typeof QUEUE_NAMES)[number];

/** The others: recipients of running campaigns that nothing was sent to yet, and events that the operator's systems wait for. */
export const BACKLOG_NAMES = ["campaign", "events"] as const;

export type BacklogName = (typeof BACKLOG_NAMES)[number];

const ERROR_CODES = Object.keys(ERRORS);

/** What the labels of the metrics may be, beside the names of channels and backends, which the configuration gives. */
export const METRIC_WORDS = {
  eventKinds: words(
    [
      "message",
      "status",
      "identity",
      "preference",
      "notice",
      "unsupported",
      "takeover",
      "account",
      "push",
      "push_opted_out",
      "fallback",
      "stale",
      "flood",
      "loop",
      "burst",
      "quarantined",
    ],
    ["kept", "too_large", "refused_type", "unavailable", "off"].map((became) => `file_${became}`),
    Object.keys(NOTE_CODES).map((code) => `note_${code}`),
  ),
  backendOutcomes: words(["answered", "silent", "no_answer"], ERROR_CODES),
  turnOutcomes: words(["answered", "silent", "failed"]),
  sendOutcomes: words(["sent", "retry", "failed", "uncertain"]),
  failureClasses: words(["retry", "throttle", "drop", "fix", "alert"]),
  deliveryStatuses: words(["sent", "delivered", "read", "failed"]),
  severities: words(["info", "warning", "alert"]),
  notificationOutcomes: words(["queued", "skipped", "refused", "known", "ignored"]),
  statusCodes: words([200, 202, 400, 401, 403, 404, 405, 413, 415, 429, 500, 503]),
  deadReasons: words(ERROR_CODES, ["unexpected"]),
  reloadOutcomes: words(["done", "refused", "failed"]),
  tokenKinds: words(["in", "out"]),
  /** Source: Cloud API, `pricing.category` of status webhooks; others are counted as `other`. */
  categories: words([
    "marketing",
    "marketing_lite",
    "utility",
    "authentication",
    "authentication_international",
    "service",
    "referral_conversion",
    "unknown",
  ]),
  spoolOutcomes: words(["kept", "stored", "refused", "damaged"]),
  connectionStates: words(["in_use", "idle", "waiting"]),
} as const;
