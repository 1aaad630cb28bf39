import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createServerDatabase } from "../test/database.ts";
import { ADMIN_KEY } from "./admin-key.ts";
import { type Subject, startSubject } from "./subject.ts";
import { ACCOUNTS, APP_SECRET } from "./webhook.ts";

/** Messages per second and account that the bridges may send: as fast as any provider allows. */
const PER_SECOND = 1_000;

interface BridgeOptions {
  readonly role: "web" | "all";
  /** Embedded where absent. */
  readonly databaseUrl?: string;
  /** Accounts of the channel; four where absent. */
  readonly accounts?: readonly string[];
}

/** What the benchmark runs beside the bridge, and how it is cleaned up. */
export interface World {
  readonly standins: Subject;
  /** So much of something as this run is to take: all, or a tenth where it only has to show that it works. */
  readonly scaled: (whole: number) => number;
  readonly newDatabase: () => Promise<string>;
  readonly bridge: (options: BridgeOptions) => Promise<Subject>;
  readonly close: () => Promise<void>;
}

/** Starts the stand-ins of the provider and the bot. */
export async function openWorld({ isQuick }: { readonly isQuick: boolean }): Promise<World> {
  const folder = mkdtempSync(path.join(tmpdir(), "ponte-bench-"));
  const standins = await startSubject("bench/echo.ts");
  const steps: (() => Promise<void>)[] = [standins.stop];

  const environment = ({ role, databaseUrl, accounts = ACCOUNTS }: BridgeOptions) => {
    const config = path.join(folder, "bridge.yml");
    const whatsapp = { type: "cloud", messages_per_second: PER_SECOND, pair_refill_ms: 1 };
    const settings = {
      channels: { whatsapp },
      engine: { concurrency: 200 },
      campaigns: { bulk_share: 1 },
      api: { per_minute: 1_000_000 },
    };
    writeFileSync(config, JSON.stringify(settings));
    return {
      PONTE_CONFIG: config,
      PONTE_ROLE: role,
      PONTE_ADMIN_KEY: ADMIN_KEY,
      PONTE_DATA_DIR: mkdtempSync(path.join(folder, "data-")),
      LOG_LEVEL: "error",
      WPP_AUTHORIZATION_TOKEN: "bench-token-0123456789",
      WPP_VERIFY_TOKEN: "bench-verify-token",
      WHATSAPP_APP_SECRET: APP_SECRET,
      WPP_PHONE_NUMBER_IDENTIFIER: accounts.join(","),
      WHATSAPP_GRAPH_URL: standins.url,
      RASA_URL: standins.url,
      ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    };
  };

  return {
    standins,
    scaled: (whole) => (isQuick ? Math.ceil(whole / 10) : whole),
    newDatabase: async () => {
      const { url, drop } = await createServerDatabase();
      steps.push(drop);
      return url;
    },
    bridge: (options) => startSubject("src/main.ts", [], environment(options)),
    close: async () => {
      for (const step of steps.toReversed()) await step();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
