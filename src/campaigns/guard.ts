import type { CampaignGuard } from "../db/campaigns.ts";
import type { Trouble } from "../db/campaign-trouble.ts";

/** Why a campaign pauses by itself. `detail` is for its log and shows nothing personal. */
export interface PauseReason {
  readonly reason: PauseWord;
  readonly detail: Readonly<Record<string, string | number>>;
}

/** The closed words of reasons, an operator's own among them. */
export const PAUSE_WORDS = [
  "operator",
  "provider_alert",
  "pair_limit",
  "template_unusable",
  "account_restricted",
  "account_quality",
  "accounts_disconnected",
  "error_rate",
] as const;

export type PauseWord = (typeof PAUSE_WORDS)[number];

/**
 * Codes after which more sending does harm: spam limits, blocks of the account, unpaid bills, a dead token. Source: Cloud
 * API reference, error codes. Other channels' refusals of this kind carry our own reason.
 */
const ALERT_CODES: ReadonlySet<string> = new Set([
  "190",
  "368",
  "131031",
  "131042",
  "131048",
  "131064",
]);
const ALERT_REASON = "channel_account_blocked";

/** The template is paused, disabled, unknown or refused by the provider's rules. Source: Cloud API reference, error codes. */
const TEMPLATE_CODES: ReadonlySet<string> = new Set(["132001", "132007", "132015", "132016"]);

/** Too many messages to one person; so many in a minute mean that the list or the number is at fault. */
const PAIR_CODE = "131056";
const PAIR_BURST = 10;

/** From which share of failures on, of how many messages at least; both of the settings where a campaign says nothing. */
export interface ErrorLimit {
  readonly errorRate: number;
  readonly errorSample: number;
}

/** Decides whether a campaign has to pause; the gravest reason comes first. */
export function judge(
  trouble: Trouble,
  guard: CampaignGuard,
  settings: ErrorLimit,
): PauseReason | undefined {
  return judgeCodes(trouble) ?? judgeAccounts(trouble) ?? judgeErrorRate(trouble, guard, settings);
}

function judgeCodes({ codes, template }: Trouble): PauseReason | undefined {
  const alert = codes.find(({ code, reason }) => ALERT_CODES.has(code) || reason === ALERT_REASON);
  if (alert !== undefined)
    return { reason: "provider_alert", detail: { code: alert.code, count: alert.count } };
  if (template !== null) {
    const status = template.is_gone ? "gone" : template.status;
    return { reason: "template_unusable", detail: { status } };
  }
  const refused = codes.find(({ code }) => TEMPLATE_CODES.has(code));
  if (refused !== undefined)
    return { reason: "template_unusable", detail: { code: refused.code, count: refused.count } };
  const pairs = codes
    .filter(({ code }) => code === PAIR_CODE)
    .reduce((total, { recent }) => total + recent, 0);
  if (pairs < PAIR_BURST) return undefined;
  return { reason: "pair_limit", detail: { code: PAIR_CODE, count: pairs } };
}

function judgeAccounts({ notices, is_cut_off: isCutOff }: Trouble): PauseReason | undefined {
  const restricted = notices.find(
    ({ topic, severity }) => topic !== "number_quality" && severity === "alert",
  );
  if (restricted !== undefined)
    return { reason: "account_restricted", detail: { notice: restricted.detail } };
  const quality = notices.find(({ topic }) => topic === "number_quality");
  if (quality !== undefined)
    return { reason: "account_quality", detail: { notice: quality.detail } };
  return isCutOff ? { reason: "accounts_disconnected", detail: {} } : undefined;
}

function judgeErrorRate(
  { sent, failed }: Trouble,
  guard: CampaignGuard,
  settings: ErrorLimit,
): PauseReason | undefined {
  const rate = guard.error_rate ?? settings.errorRate;
  const sample = guard.sample ?? settings.errorSample;
  const tried = sent + failed;
  if (tried < sample || failed / tried < rate) return undefined;
  return { reason: "error_rate", detail: { failed, tried } };
}
