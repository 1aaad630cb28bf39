import { writeFileSync } from "node:fs";
import path from "node:path";
import { ADMIN_KEY } from "../admin-key.ts";
import { APP_SECRET } from "../webhook.ts";
import { ACCOUNT, type Place, TOKEN, VERIFY_TOKEN } from "./place.ts";

/** Milliseconds; the defaults are 30 s and 60 s, which a comparison with many restarts would only spend waiting. */
const LEASE_MS = 2_000;
const UNCERTAIN_WAIT_MS = 10_000;

/** The environment of our own process: two waits after a crash are shortened, nothing else differs from the defaults. */
export function bridgeEnvironment(place: Place): Readonly<Record<string, string>> {
  const config = path.join(place.folder, "bridge.yml");
  const settings = {
    channels: { whatsapp: { type: "cloud", messages_per_second: 1_000, pair_refill_ms: 1 } },
    engine: { lease_ms: LEASE_MS },
    delivery: { uncertain_wait_ms: UNCERTAIN_WAIT_MS },
  };
  writeFileSync(config, JSON.stringify(settings));
  return {
    PONTE_CONFIG: config,
    PONTE_ADMIN_KEY: ADMIN_KEY,
    PONTE_DATA_DIR: path.join(place.folder, "data"),
    LOG_LEVEL: "error",
    WPP_AUTHORIZATION_TOKEN: TOKEN,
    WPP_VERIFY_TOKEN: VERIFY_TOKEN,
    WHATSAPP_APP_SECRET: APP_SECRET,
    WPP_PHONE_NUMBER_IDENTIFIER: ACCOUNT,
    WHATSAPP_GRAPH_URL: place.graphUrl,
    RASA_URL: place.rasaUrl,
    ...(place.databaseUrl !== undefined && { DATABASE_URL: place.databaseUrl }),
  };
}
