import type { Cache } from "../cache/cache.ts";
import type { Config } from "../config.ts";
import { simulatorMode } from "../config/simulator.ts";
import type { Log } from "../log.ts";
import type { MediaStore } from "../media/store.ts";
import { createBehaviours } from "./behaviours.ts";
import { createFiles } from "./files.ts";
import { createSimulator } from "./index.ts";
import { openLines } from "./lines/index.ts";
import { addressOf, LINE_NAMES } from "./names.ts";
import { withOwnCopy } from "./own-copy.ts";
import type { Simulator } from "./simulator.ts";
import { createShelf } from "./templates.ts";
import { createTimers } from "./timers.ts";
import { type Client, overSimulator } from "./transport.ts";

/** A configuration and a client with the simulated lines in them. */
export interface Simulation {
  /** Undefined where the simulator is switched off. */
  readonly simulator: Simulator | undefined;
  readonly channels: Config["channels"];
  readonly client: Client;
  /** Ends what is simulated; calls that are due later are not made. */
  readonly stop: () => Promise<void>;
}

export interface SimulationParts {
  readonly config: Pick<Config, "channels" | "simulator">;
  readonly client: Client;
  readonly adminKey: string;
  readonly log: Pick<Log, "warn">;
  readonly cache: Cache;
  readonly store: MediaStore;
  /** Where our webhooks are, without a slash at the end; asked once we listen. */
  readonly baseUrl: () => string;
}

/** Adds the simulated lines to the operator's channels, and their providers to the client. */
export function openSimulation(parts: SimulationParts): Simulation {
  const { config, client, log } = parts;
  const cache = withOwnCopy(parts.cache);
  const mode = simulatorMode(config.simulator, config.channels.values());
  if (mode === undefined) {
    const stop = () => Promise.resolve();
    return { simulator: undefined, channels: config.channels, client, stop };
  }
  const onProblem = (error: unknown): void => log.warn("the simulator failed", { error });
  const lines = openLines(parts.adminKey);
  const timers = createTimers(onProblem);
  const files = createFiles(cache, parts.store, onProblem);
  const { simulator, deskOf } = createSimulator({
    mode,
    lines,
    timers,
    files,
    http: client.http,
    baseUrl: parts.baseUrl,
    behaviours: createBehaviours(cache),
    shelfOf: (channel) => createShelf(cache, channel),
    now: () => new Date(),
  });
  const providers = new Map(
    LINE_NAMES.flatMap((name) => {
      const line = lines.get(name)?.line;
      if (line === undefined) return [];
      const desk = deskOf(line);
      const { host } = new URL(addressOf(name));
      return [
        [host, (call: Parameters<typeof line.answer>[0]) => line.answer(call, desk)] as const,
      ];
    }),
  );
  const simulated = [...lines.values()].map(({ channel }) => channel);
  return {
    simulator,
    channels: new Map([
      ...config.channels,
      ...simulated.map((channel) => [channel.name, channel] as const),
    ]),
    client: overSimulator(client, (host) => providers.get(host)),
    stop: async () => {
      await timers.stop();
      await files.close();
    },
  };
}

/** The secrets of the simulated lines, which must not reach a log; none where there are no lines. */
export function simulatorSecrets(
  config: Pick<Config, "channels" | "simulator">,
  adminKey: string,
): readonly string[] {
  if (simulatorMode(config.simulator, config.channels.values()) === undefined) return [];
  return [...openLines(adminKey).values()].flatMap(({ channel }) => channel.channel.secrets);
}
