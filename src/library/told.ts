import type { BackendModule } from "../answers/backend.ts";
import type { ChannelModule } from "../channels/channel.ts";
import { configSecrets } from "../config/describe.ts";
import { createHttp, type HttpClient } from "../http/client.ts";
import { createLogger, type Log } from "../log.ts";
import { readConfig, type Told } from "../read-config.ts";

/** How a part of the bridge is told what to do. */
export interface LibraryOptions {
  /** Variables by name, as docs/configuration.md lists them. The process's own environment is not read. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Takes the log, a JSON object a line, without secrets; standard output where absent. */
  readonly logTo?: NodeJS.WritableStream;
  /** Channels beside those that come with the program, for `type` in the configuration file. */
  readonly channels?: readonly ChannelModule[];
  /** Backends beside those that come with the program. */
  readonly backends?: readonly BackendModule[];
}

/** The settings, and what is made first: the log must know every secret before it writes a line. */
export interface LibraryParts {
  readonly told: Told;
  readonly client: HttpClient;
  /** Opens the log, which then says what was noticed so far. */
  readonly openLog: (moreSecrets?: readonly string[], maskKey?: string) => Log;
}

/** Reads the settings. Throws a `ConfigError` with every problem. */
export function readParts(options: LibraryOptions): LibraryParts {
  const client = createHttp();
  const early: string[] = [];
  const reports = { warn: (message: string): void => void early.push(message) };
  const told = readConfig({ ...options, client, warn: (message) => reports.warn(message) });
  const openLog: LibraryParts["openLog"] = (moreSecrets = [], maskKey) => {
    const log = createLogger({
      level: told.config.server.logLevel,
      secrets: [...configSecrets(told.config), ...moreSecrets],
      ...(options.logTo === undefined ? {} : { stream: options.logTo }),
      ...(maskKey === undefined ? {} : { maskKey }),
    });
    reports.warn = (message) => log.warn(message);
    for (const message of [...early, ...told.config.notices]) log.warn(message);
    return log;
  };
  return { told, client, openLog };
}
