import { openAdminKey } from "../admin-key.ts";
import { openBridge } from "../bridge.ts";
import { VERSION } from "../program.ts";
import { simulatorSecrets } from "../simulator/open.ts";
import { type LibraryOptions, readParts } from "./told.ts";

/** A bridge that runs in this process. */
export interface RunningBridge {
  /** Where it listens. */
  readonly url: string;
  /** The key of its API: the configured one, else the one kept in the data folder. */
  readonly adminKey: string;
  /** Stops taking work, lets what runs end, closes everything; done in less than 10 s. */
  readonly close: () => Promise<void>;
}

/**
 * Starts a whole bridge in this process: server, worker and database, as `ponte start` does, without touching the
 * process's signals, environment or exit code. Throws a `ConfigError` with every problem of the settings, and a
 * `BridgeError` where the database cannot be used.
 */
export async function startBridge(options: LibraryOptions): Promise<RunningBridge> {
  const { told, client, openLog } = readParts(options);
  const { config } = told;
  const admin = openAdminKey(config.server.adminKey, config.database.dataDir);
  const log = openLog([...simulatorSecrets(config, admin.key), admin.key], admin.key);
  const bridge = await openBridge({
    ...told,
    client,
    log,
    adminKey: admin.key,
    version: VERSION,
  });
  return { url: bridge.url, adminKey: admin.key, close: bridge.close };
}
