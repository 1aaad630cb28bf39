import type { Finding } from "../../channels/webhook-registration.ts";
import { BridgeError } from "../../errors.ts";
import { CliError, messageOf } from "../failure.ts";

/** Something that `--fix` can put right. */
export interface Repair {
  /** What is done, for people: "makes the folder ./data". */
  readonly what: string;
  /** Asked first where it changes more than this machine's own files. */
  readonly question?: string;
  readonly run: () => Promise<void>;
}

/** What one look found. */
export interface Found extends Finding {
  /** What was looked at, where one look sees several things. */
  readonly name?: string;
  readonly repair?: Repair;
}

/** One row of the report. */
export interface Check extends Found {
  readonly area: string;
  readonly name: string;
}

/** One thing to look at. */
export interface Examination {
  readonly area: string;
  readonly name: string;
  /** What to do where it never answers. */
  readonly ifSilent?: string;
  readonly look: () => Promise<Found | readonly Found[]>;
}

/** What went wrong while something was looked at, in words. */
export function failureOf(thrown: unknown): Found {
  if (thrown instanceof BridgeError)
    return { level: "fail", detail: `${thrown.detail} (${thrown.code})` };
  if (thrown instanceof CliError)
    return {
      level: "fail",
      detail: thrown.message,
      ...(thrown.advice !== undefined && { fix: thrown.advice }),
    };
  return { level: "fail", detail: messageOf(thrown) };
}

export interface Patience {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Looks at everything at once. What does not answer in time is a failure by its name; Ctrl-C ends all. */
export async function examine(
  examinations: readonly Examination[],
  patience: Patience,
): Promise<readonly Check[]> {
  const rows = await Promise.all(examinations.map((one) => lookAt(one, patience)));
  return rows.flat();
}

async function lookAt(
  { area, name, ifSilent, look }: Examination,
  { timeoutMs, signal }: Patience,
): Promise<readonly Check[]> {
  signal.throwIfAborted();
  const { promise: ended, resolve, reject } = Promise.withResolvers<Found>();
  const silent: Found = {
    level: "fail",
    detail: `no answer within ${timeoutMs / 1_000} s`,
    ...(ifSilent !== undefined && { fix: ifSilent }),
  };
  const timer = setTimeout(() => resolve(silent), timeoutMs);
  const stop = (): void => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    const found = await Promise.race([look().catch(failureOf), ended]);
    const all = Array.isArray(found) ? found : [found];
    return all.map((one: Found) => ({ ...one, area, name: one.name ?? name }));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}
