import { listInState } from "../db/campaign-life.ts";
import type { Database } from "../db/driver.ts";
import type { Observer } from "../flow/observer.ts";
import type { Dispatch } from "./dispatch.ts";
import type { Watch } from "./watch.ts";

export interface RunnerDependencies {
  readonly db: Database;
  readonly dispatch: Dispatch;
  readonly watch: Watch;
  /** Names of the channels this process serves. */
  readonly channels: readonly string[];
  /** Pause between two looks for recipients while a campaign runs. */
  readonly tickMs: number;
  readonly observer: Pick<Observer, "problem">;
}

/** The loops that keep campaigns going in this process. */
export interface Runner {
  readonly start: () => void;
  /** Takes nothing more and resolves once what runs has ended. */
  readonly stop: () => Promise<void>;
}

/** Pause between two looks while nothing runs, and between two looks at how campaigns fare. */
const POLL_MS = 1_000;

/** Builds the loops: one releases messages, the other looks after the campaigns. */
export function createRunner(deps: RunnerDependencies): Runner {
  const { db, dispatch, watch, channels, tickMs, observer } = deps;

  /** Releases what may go; returns how long to rest. A failure of one campaign does not hold up the others. */
  const release = async (): Promise<number> => {
    const running = await listInState(db, "running", channels);
    await Promise.all(
      running.map((campaign) =>
        dispatch(campaign).catch((error: unknown) =>
          observer.problem("a campaign was not released", error, { campaign: campaign.id }),
        ),
      ),
    );
    return running.length > 0 ? tickMs : POLL_MS;
  };

  const lookAfter = async (): Promise<number> => {
    await watch();
    return POLL_MS;
  };

  const releasing = repeat(release, (error) =>
    observer.problem("campaigns could not be read", error),
  );
  const watching = repeat(lookAfter, (error) =>
    observer.problem("campaigns could not be looked after", error),
  );
  return {
    start: () => {
      releasing.start();
      watching.start();
    },
    stop: async () => {
      await Promise.all([releasing.stop(), watching.stop()]);
    },
  };
}

/** Does some work again and again, resting from its beginning for as long as it says; a failure rests it longer. */
function repeat(work: () => Promise<number>, onError: (error: unknown) => void) {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  const once = async (): Promise<void> => {
    const startedAt = performance.now();
    const restMs = await work().catch((error: unknown) => {
      onError(error);
      return POLL_MS;
    });
    const left = Math.max(0, restMs - (performance.now() - startedAt));
    if (!stopped) timer = setTimeout(go, left);
  };
  const go = (): void => {
    running = once();
  };
  return {
    start: go,
    stop: (): Promise<void> => {
      stopped = true;
      clearTimeout(timer);
      return running;
    },
  };
}
