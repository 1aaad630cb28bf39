import { createDispatch, type DispatchDependencies } from "./dispatch.ts";
import { createRunner, type Runner, type RunnerDependencies } from "./runner.ts";
import { createWatch, type WatchDependencies } from "./watch.ts";

/** Wires what keeps campaigns going in one process. Nothing runs before `start`. */
export function createCampaigns(
  deps: Omit<DispatchDependencies, "bulkShare"> &
    Pick<RunnerDependencies, "observer"> & {
      readonly settings: WatchDependencies["settings"] & {
        readonly bulkShare: number;
        readonly tickMs: number;
      };
    },
): Runner {
  const { db, channels, settings, observer } = deps;
  return createRunner({
    db,
    dispatch: createDispatch({ ...deps, bulkShare: settings.bulkShare }),
    watch: createWatch({ db, channels, settings }),
    channels: [...channels.keys()],
    tickMs: settings.tickMs,
    observer,
  });
}
