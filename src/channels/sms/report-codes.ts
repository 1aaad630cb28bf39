import type { SendFailure } from "../../send-failure.ts";

const MINUTE = 60_000;

const drop = { class: "drop" } as const;
const fix = { class: "fix" } as const;
const alert = { class: "alert", scope: "account" } as const;
const slower = { class: "throttle", scope: "account", waitMs: MINUTE } as const;

/** A carrier took the message and tells nothing more. Source: ACS SMS documentation, delivery report codes. */
export const NO_REPORT = "5002";

/**
 * What each code of a delivery report means to us; `maxAttempts` counts the first try. Source: ACS SMS documentation,
 * delivery report codes.
 */
export const REPORT_CODES = {
  "4000": alert,
  "4001": fix,
  "4002": drop,
  "4003": drop,
  "4004": drop,
  "4005": drop,
  "4006": { class: "retry", waitMs: 10 * MINUTE, maxAttempts: 3 },
  "4007": { class: "drop", optOut: "all" },
  "4008": slower,
  "4009": alert,
  "4010": alert,
  "4020": slower,
  "5000": drop,
  "5001": { class: "retry", waitMs: MINUTE, maxAttempts: 3 },
  "9999": { class: "retry", waitMs: MINUTE, maxAttempts: 2 },
} as const satisfies Readonly<Record<string, SendFailure>>;

export type ReportCode = keyof typeof REPORT_CODES;

export const isReportCode = (code: string): code is ReportCode => Object.hasOwn(REPORT_CODES, code);

/** Says what to do about a report of failure. The provider has given up, so an unknown code is final. */
export function classifyReport(code: string): SendFailure {
  return isReportCode(code) ? REPORT_CODES[code] : drop;
}
