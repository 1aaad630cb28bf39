import type { Generation } from "./generation.ts";
import type { Switchboard } from "./http/switchboard.ts";
import type { Log } from "./log.ts";

/** How long what an earlier generation has begun may take: longer than a backend does, for nobody is in a hurry. */
const RETIRE_MS = 60_000;

/** How long a simulated provider of an earlier generation still reports and keeps its files. */
const SIMULATION_MS = 3_600_000;

type Member = Pick<Generation, "prepare" | "start" | "rest" | "hangUp" | "simulation" | "inner">;

/** The generations of one process: one at work, and earlier ones that end what they have begun. */
export interface Succession<One extends Member> {
  readonly current: () => One;
  /** Lets another generation begin and the present one end. Where it cannot begin, the present one stays. */
  readonly replace: (next: One) => Promise<void>;
  /** Lets all of them end what they do within `graceMs`. */
  readonly rest: (graceMs: number) => Promise<void>;
  readonly hangUp: () => void;
  /** Ends what is simulated. */
  readonly end: () => Promise<void>;
}

export interface SuccessionDependencies {
  readonly switchboard: Pick<Switchboard, "connect">;
  readonly log: Pick<Log, "error">;
}

/** Begins with a generation that is not started yet. */
export function createSuccession<One extends Member>(
  first: One,
  { switchboard, log }: SuccessionDependencies,
): Succession<One> {
  let current = first;
  const retiring = new Set<One>();
  const simulations = new Set([first.simulation]);
  switchboard.connect(first.inner);

  const retire = (old: One): void => {
    retiring.add(old);
    old.hangUp();
    old
      .rest(RETIRE_MS)
      .catch((error: unknown) => log.error("what ran before a reload did not end well", { error }))
      .finally(() => retiring.delete(old));
    const stop = async (): Promise<void> => {
      simulations.delete(old.simulation);
      await old.simulation.stop();
    };
    setTimeout(() => void stop(), SIMULATION_MS).unref();
  };

  return {
    current: () => current,
    replace: async (next) => {
      simulations.add(next.simulation);
      try {
        await next.prepare();
        await next.start();
      } catch (error) {
        simulations.delete(next.simulation);
        await Promise.all([next.rest(0), next.simulation.stop()]);
        // What the failed one may have said of events, the present one says again.
        await current.prepare().catch(() => undefined);
        throw error;
      }
      const old = current;
      current = next;
      switchboard.connect(next.inner);
      retire(old);
    },
    rest: async (graceMs) => {
      await Promise.all([current, ...retiring].map((one) => one.rest(graceMs)));
    },
    hangUp: () => current.hangUp(),
    end: async () => {
      await Promise.all([...simulations].map((simulation) => simulation.stop()));
    },
  };
}
