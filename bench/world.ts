import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ADMIN_KEY } from "./admin-key.ts";
import { openDatabases } from "./databases.ts";
import { type Subject, startSubject } from "./subject.ts";
import { ACCOUNTS, APP_SECRET } from "./webhook.ts";

/** Messages per second and account that the bridges may send: as fast as any provider allows. */
const PER_SECOND = 1_000;

interface BridgeOptions {
  readonly role: "web" | "worker" | "all";
  /** Embedded where absent. */
  readonly databaseUrl?: string;
  /** Accounts of the channel; four where absent. */
  readonly accounts?: readonly string[];
  /** Leaves everything that users need not set as it comes. */
  readonly isPlain?: boolean;
  /** Runs what `npm run build` made, as the package and the container do, rather than the source. */
  readonly isBuilt?: boolean;
  /** What Node itself is told, such as `--inspect=127.0.0.1:0`. */
  readonly nodeOptions?: readonly string[];
  /** Where the embedded database is kept; a new folder where absent. */
  readonly dataFolder?: string;
  /** The bot and the provider, where they are not the world's own. */
  readonly standinsUrl?: string;
}

/** What the benchmark runs beside the bridge, and how it is cleaned up. */
export interface World {
  readonly standins: Subject;
  /** So much of something as this run is to take: all, or a tenth where it only has to show that it works. */
  readonly scaled: (whole: number) => number;
  /** Whether this run only has to show that everything works. */
  readonly isQuick: boolean;
  /** Which PostgreSQL server it is. */
  readonly databases: string;
  readonly newDatabase: () => Promise<string>;
  /** Removes a database before the end, where it is large. */
  readonly dropDatabase: (url: string) => Promise<void>;
  /** Writes out what the databases hold, so that no round pays for the one before it. */
  readonly checkpoint: () => Promise<void>;
  readonly newFolder: () => string;
  readonly bridge: (options: BridgeOptions) => Promise<Subject>;
  readonly close: () => Promise<void>;
}

/** Starts the stand-ins of the provider and the bot. */
export async function openWorld({ isQuick }: { readonly isQuick: boolean }): Promise<World> {
  const folder = mkdtempSync(path.join(tmpdir(), "ponte-bench-"));
  const standins = await startSubject("bench/echo.ts");
  const steps: (() => Promise<void>)[] = [standins.stop];
  const databases = await openDatabases();

  const environment = ({
    role,
    databaseUrl,
    accounts = ACCOUNTS,
    dataFolder = mkdtempSync(path.join(folder, "data-")),
    standinsUrl = standins.url,
    isPlain = false,
    nodeOptions = [],
  }: BridgeOptions) => {
    const config = path.join(folder, "bridge.yml");
    const whatsapp = { type: "cloud", messages_per_second: PER_SECOND, pair_refill_ms: 1 };
    const settings = {
      channels: { whatsapp },
      engine: { concurrency: 200 },
      campaigns: { bulk_share: 1 },
      api: { per_minute: 1_000_000 },
    };
    writeFileSync(config, JSON.stringify(isPlain ? {} : settings));
    return {
      PONTE_CONFIG: config,
      PONTE_ROLE: role,
      PONTE_ADMIN_KEY: ADMIN_KEY,
      PONTE_DATA_DIR: dataFolder,
      LOG_LEVEL: "error",
      WPP_AUTHORIZATION_TOKEN: "bench-token-0123456789",
      WPP_VERIFY_TOKEN: "bench-verify-token",
      WHATSAPP_APP_SECRET: APP_SECRET,
      WPP_PHONE_NUMBER_IDENTIFIER: accounts.join(","),
      WHATSAPP_GRAPH_URL: standinsUrl,
      RASA_URL: standinsUrl,
      ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
      NODE_OPTIONS: nodeOptions.join(" "),
    };
  };

  return {
    standins,
    scaled: (whole) => (isQuick ? Math.ceil(whole / 10) : whole),
    isQuick,
    databases: databases.about,
    newDatabase: databases.create,
    dropDatabase: databases.drop,
    checkpoint: databases.checkpoint,
    newFolder: () => mkdtempSync(path.join(folder, "data-")),
    bridge: (options) =>
      startSubject(
        options.isBuilt === true ? "dist/main.js" : "src/main.ts",
        [],
        environment(options),
      ),
    close: async () => {
      for (const step of steps.toReversed()) await step();
      await databases.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
