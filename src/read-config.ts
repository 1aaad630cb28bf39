import { BACKEND_MODULES } from "./answers/index.ts";
import type { BackendModule, BackendTools } from "./answers/backend.ts";
import { loadRules, type NotificationRules } from "./campaigns/events/load-rules.ts";
import type { ChannelModule } from "./channels/channel.ts";
import { CHANNEL_MODULES } from "./channels/index.ts";
import { type Config, loadConfig } from "./config.ts";
import type { HttpClient } from "./http/client.ts";
import { listFiles, locate, readText, readTextIfAny } from "./program.ts";
import { watchFiles } from "./watch-files.ts";

/** What the program was told, in all its files. */
export interface Told {
  readonly config: Config;
  readonly notifications: NotificationRules | undefined;
  /** The rules for events as they are written, to tell whether they changed. */
  readonly rulesText: string | undefined;
  /** Looks after the files of the backends no more. */
  readonly unwatch: () => void;
}

export interface ConfigSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly client: Pick<HttpClient, "http" | "stream">;
  /** Takes what the operator should know; backends are made before the log is. */
  readonly warn: (message: string) => void;
  /** Kinds of channel and backend beside those that come with the program. */
  readonly channels?: readonly ChannelModule[] | undefined;
  readonly backends?: readonly BackendModule[] | undefined;
}

/** Reads the configuration file, the environment and the rules for events. Throws a `ConfigError` with every problem. */
export function readConfig(given: ConfigSources): Told {
  const { client, warn } = given;
  const watches: (() => void)[] = [];
  const unwatch = (): void => {
    for (const stop of watches) stop();
  };
  const tools: BackendTools = {
    http: (request, options) => client.http(request, { ...options, tellsTrace: true }),
    stream: (request, options) => client.stream(request, { ...options, tellsTrace: true }),
    random: Math.random,
    now: () => new Date(),
    warn,
    watch: (paths, onChange) => {
      const stop = watchFiles(paths.map(locate), onChange, () =>
        warn("template files are not watched: a change needs a reload"),
      );
      watches.push(stop);
      return stop;
    },
    readText,
    listFiles,
  };
  try {
    return { ...readAll(given, tools), unwatch };
  } catch (error) {
    unwatch();
    throw error;
  }
}

function readAll(given: ConfigSources, tools: BackendTools): Omit<Told, "unwatch"> {
  const { env, channels = [], backends = [] } = given;
  const modules = {
    channels: [...CHANNEL_MODULES, ...channels],
    backends: [...BACKEND_MODULES, ...backends],
  };
  const config = loadConfig(env, readTextIfAny, modules, tools);
  const { enabled, file } = config.notifications;
  if (!enabled) return { config, notifications: undefined, rulesText: undefined };
  const sources = { path: file, readFile: readTextIfAny, env, channels: config.channels };
  return { config, notifications: loadRules(sources), rulesText: readTextIfAny(file) };
}
