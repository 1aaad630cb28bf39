import type { Config } from "./config.ts";
import { namesOfChanged, namesOfFixed, keepFixed } from "./config-changes.ts";
import { ConfigError } from "./config/problems.ts";
import { BridgeError } from "./errors.ts";
import type { Setup } from "./generation.ts";
import type { ReloadReport } from "./http/api/dependencies.ts";
import type { Metrics } from "./http/metrics.ts";
import type { Log } from "./log.ts";

/** What was read again, and how to let go of it where it is not used, or no more. */
export interface Reading extends Setup {
  readonly rulesText?: string | undefined;
  readonly unwatch: () => void;
}

/** Reads the configuration again. What cannot change while the program runs is taken from `current`. Throws a `ConfigError`. */
export type Reread = (fix: (next: Config) => Config) => Reading;

export interface ReloadDependencies {
  readonly first: Reading;
  readonly reread: Reread;
  /** Puts a new generation in the place of the present one; what fails leaves that one at work. Throws `store_*`. */
  readonly replace: (next: Setup) => Promise<void>;
  readonly metrics: Pick<Metrics, "reloaded">;
  readonly log: Log;
  /** Writes down who had the configuration read again, and what came of it. Never fails. */
  readonly audit: (actor: string, detail: Readonly<Record<string, unknown>>) => Promise<void>;
}

/** Reads the configuration again for somebody and goes on with it; one that is wrong changes nothing. Throws `store_*`. */
export type Reload = (actor: string) => Promise<ReloadReport>;

/** Makes the reload of one process. Reloads that are asked for meanwhile come one after another. */
export function createReload(deps: ReloadDependencies): Reload {
  const { metrics, log, audit } = deps;
  let current = deps.first;
  let last: Promise<unknown> = Promise.resolve();

  const perform = async (): Promise<ReloadReport> => {
    const found = readAgain(current.config, deps.reread);
    if (found.outcome === "refused") return found;
    const { next, needsRestart } = found;
    try {
      await deps.replace(next);
    } catch (error) {
      next.unwatch();
      throw error;
    }
    const changed = changesBetween(current, next);
    current.unwatch();
    current = next;
    return { outcome: "done", changed, needsRestart, notices: next.config.notices };
  };

  const once: Reload = async (actor) => {
    const report = await perform().catch(async (error: unknown) => {
      metrics.reloaded("failed");
      log.error("the configuration could not be taken; the one before stays in use", { error });
      await audit(actor, { outcome: "failed" });
      throw error;
    });
    metrics.reloaded(report.outcome);
    tell(report, log);
    await audit(actor, detailOf(report));
    return report;
  };

  return (actor) => {
    const mine = last.then(() => once(actor));
    last = mine.catch(() => undefined);
    return mine;
  };
}

type Found =
  | Extract<ReloadReport, { outcome: "refused" }>
  | { readonly outcome: "read"; readonly next: Reading; readonly needsRestart: readonly string[] };

function readAgain(current: Config, reread: Reread): Found {
  let needsRestart: readonly string[] = [];
  try {
    const next = reread((wanted) => {
      needsRestart = namesOfFixed(current, wanted);
      return keepFixed(current, wanted);
    });
    return { outcome: "read", next, needsRestart };
  } catch (error) {
    if (error instanceof ConfigError) return { outcome: "refused", problems: error.problems };
    throw error;
  }
}

function changesBetween(before: Reading, after: Reading): readonly string[] {
  const names = namesOfChanged(before.config, after.config);
  const isKeyNew = before.adminKey !== after.adminKey && !names.includes("server.admin_key");
  return [
    ...names,
    ...(isKeyNew ? ["server.admin_key"] : []),
    ...(before.rulesText === after.rulesText ? [] : [after.config.notifications.file]),
  ];
}

function detailOf(report: ReloadReport): Readonly<Record<string, unknown>> {
  if (report.outcome === "refused")
    return { outcome: "refused", problems: report.problems.map(({ where }) => where) };
  const { outcome, changed, needsRestart } = report;
  return { outcome, changed, needs_restart: needsRestart };
}

function tell(report: ReloadReport, log: Log): void {
  if (report.outcome === "refused") {
    log.error("the configuration read again cannot be used; the one before stays in use", {
      problems: report.problems.map(({ where, detail }) => `${where}: ${detail}`),
    });
    return;
  }
  const { changed, needsRestart, notices } = report;
  log.info("the configuration was read again", { changed });
  if (needsRestart.length > 0)
    log.warn("a change of these settings needs a restart: they stay as they were", {
      settings: needsRestart,
    });
  for (const notice of notices) log.warn(notice);
}

/** For a bridge whose owner gave it a configuration that nobody can read again. */
export const refuseReload: Reload = () =>
  Promise.reject(
    new BridgeError("request_conflict", "this bridge was not started from files: start it again"),
  );
