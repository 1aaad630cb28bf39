import type { SendFailure } from "../../../send-failure.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const drop = { class: "drop" } as const;
const fix = { class: "fix" } as const;
const retry = { class: "retry" } as const;
const alert = { class: "alert", scope: "account" } as const;

/** The number or the business account must rest for `waitMs`. */
const throttle = <const Wait extends number>(waitMs: Wait) =>
  ({ class: "throttle", scope: "account", waitMs }) as const;

/**
 * What each error code means to us, whether it comes as the answer to a send or in a `failed` status. A key is one
 * code or a range `from-to`. `maxAttempts` counts the first try. Problems of one template are `fix` and not `alert`:
 * an alert would stop every conversation of the number.
 * Source: Cloud API reference, error codes; Graph API reference, error handling.
 */
export const ERROR_TABLE = {
  "0": alert,
  "1": { class: "retry", maxAttempts: 3 },
  "2": retry,
  "3": alert,
  "4": throttle(5 * MINUTE),
  "10": alert,
  "33": alert,
  "100": fix,
  "104": alert,
  "190": alert,
  "200-299": alert,
  "368": alert,
  "613": throttle(MINUTE),
  "80007": throttle(MINUTE),
  "130403": drop,
  "130429": throttle(5 * SECOND),
  "130472": drop,
  "130497": drop,
  "131000": { class: "retry", maxAttempts: 4 },
  "131005": alert,
  "131008": fix,
  "131009": fix,
  "131016": retry,
  "131020": drop,
  "131021": drop,
  "131026": drop,
  "131030": fix,
  "131031": alert,
  "131037": alert,
  "131041": drop,
  "131042": alert,
  "131044": alert,
  "131045": alert,
  "131047": { class: "drop", windowClosed: true },
  "131048": { class: "alert", scope: "account", waitMs: 4 * HOUR },
  "131049": drop,
  "131050": { class: "drop", optOut: "marketing" },
  "131051": fix,
  "131052": drop,
  "131053": { class: "retry", maxAttempts: 2 },
  "131055": fix,
  "131056": { class: "throttle", scope: "pair", waitMs: 6 * SECOND },
  "131057": throttle(2 * MINUTE),
  "131059": drop,
  "131060": drop,
  "131062": drop,
  "131063": fix,
  "131064": fix,
  "131200-131215": drop,
  "132000": fix,
  "132001": fix,
  "132005": fix,
  "132007": fix,
  "132008": fix,
  "132012": fix,
  "132015": fix,
  "132016": fix,
  "132018": fix,
  "132068": fix,
  "132069": { class: "throttle", scope: "pair", waitMs: 6 * MINUTE },
  "133000": fix,
  "133004": retry,
  "133005": fix,
  "133006": alert,
  "133008": fix,
  "133009": fix,
  "133010": alert,
  "133015": throttle(5 * MINUTE),
  "133016": throttle(6 * HOUR),
  "134011": alert,
  "134100": fix,
  "134101": { class: "retry", waitMs: 10 * MINUTE },
  "134102": alert,
  "135000": { class: "retry", maxAttempts: 2 },
  "137000": drop,
  "138000-139999": fix,
  "147001-147005": fix,
  "2388019-2388299": fix,
  "2494100": { class: "retry", waitMs: 5 * MINUTE },
} as const satisfies Readonly<Record<string, SendFailure>>;

export type ErrorKey = keyof typeof ERROR_TABLE;

interface ErrorRow {
  readonly key: ErrorKey;
  readonly from: number;
  readonly to: number;
}

const isErrorKey = (key: string): key is ErrorKey => Object.hasOwn(ERROR_TABLE, key);

const ROWS: readonly ErrorRow[] = Object.keys(ERROR_TABLE)
  .filter(isErrorKey)
  .map((key) => {
    const [from, to] = key.split("-").map(Number);
    return { key, from: from ?? 0, to: to ?? from ?? 0 };
  });

/** Finds the row of the table that speaks about a code; undefined for a code that it does not know. */
export function errorKeyOf(code: string): ErrorKey | undefined {
  if (!/^\d{1,9}$/.test(code)) return undefined;
  const number = Number(code);
  return ROWS.find((row) => row.from <= number && number <= row.to)?.key;
}

/**
 * Says what to do about a refusal. The code decides; the HTTP status only where the code is missing or unknown. Without
 * either (an unknown code in a `failed` status) the message is given up: the provider has already done so.
 */
export function classify(code: string, httpStatus?: number): SendFailure {
  const key = errorKeyOf(code);
  if (key !== undefined) return ERROR_TABLE[key];
  if (httpStatus === undefined) return drop;
  if (httpStatus === 429) return throttle(5 * SECOND);
  if (httpStatus === 401 || httpStatus === 403) return alert;
  if (httpStatus === 408 || httpStatus >= 500) return retry;
  return fix;
}
