import { listDueSyncs } from "../../db/template-syncs.ts";
import { type SyncDependencies, type SyncResult, syncTemplates } from "./sync.ts";

export interface KeepSyncedDependencies extends SyncDependencies {
  /** Age at which the templates of a channel are listed again; 0 leaves that to the operator. */
  readonly everyMs: number;
  readonly onResult: (result: SyncResult) => void;
}

/** Pause after a listing that failed, so that a wrong token is not tried every minute. */
const AFTER_ERROR_MS = 10 * 60_000;

/**
 * Lists the templates of those channels that are due, one after the other: at the first start, at their age, and soon after
 * the provider told of a change whose outcome only a listing shows. Meant to be called again and again.
 */
export async function keepSynced(deps: KeepSyncedDependencies): Promise<void> {
  const { db, channels, everyMs, onResult } = deps;
  if (everyMs === 0) return;
  const names = [...channels].flatMap(([name, { channel }]) =>
    channel.templates === undefined ? [] : [name],
  );
  const due = await listDueSyncs(db, names, { everyMs, afterErrorMs: AFTER_ERROR_MS });
  for (const name of due) {
    const result = await syncTemplates(deps, name);
    if (result.kind !== "resting") onResult(result);
  }
}

/** How often the channels are looked at. */
const LOOK_MS = 30_000;

/** Keeps templates in step from now on; the function that comes back ends it. What fails is told to `onProblem`. */
export function startKeepingSynced(
  deps: KeepSyncedDependencies,
  onProblem: (error: unknown) => void,
): () => void {
  const state: { isStopped: boolean; running?: Promise<void> | undefined } = { isStopped: false };
  const look = (): void => {
    state.running ??= keepSynced(deps)
      .catch((error: unknown) => {
        if (!state.isStopped) onProblem(error);
      })
      .finally(() => {
        state.running = undefined;
      });
  };
  look();
  const timer = setInterval(look, LOOK_MS);
  timer.unref();
  return () => {
    state.isStopped = true;
    clearInterval(timer);
  };
}

/** Says in the log what a listing came to, where that is worth a line. */
export function logSync(
  log: { readonly info: LogLine; readonly warn: LogLine },
  result: SyncResult,
): void {
  const { kind, channel } = result;
  if (kind === "failed") {
    const { code, detail } = result.error;
    log.warn("the templates of a channel could not be listed", { channel, code, detail });
  }
  if (kind !== "synced") return;
  const { synced, added, changed, gone, isComplete } = result;
  if (added + changed + gone > 0 || !isComplete)
    log.info("templates were listed", { channel, synced, added, changed, gone, isComplete });
}

type LogLine = (message: string, fields: Readonly<Record<string, unknown>>) => void;
