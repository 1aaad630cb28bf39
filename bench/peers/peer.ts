import { existsSync, readFileSync } from "node:fs";
import { type Subject, startSubject } from "../subject.ts";
import { APP_SECRET } from "../webhook.ts";
import { bridgeEnvironment } from "./bridge.ts";
import { ACCOUNT, type Place, TOKEN, VERIFY_TOKEN } from "./place.ts";

/** One of the programs that are compared. */
export interface Peer {
  readonly name: string;
  readonly version: string;
  readonly isOurs: boolean;
  readonly usesPostgres: boolean;
  /** When it answers a webhook with 200, in words. */
  readonly acknowledges: string;
  readonly start: (place: Place) => Promise<Subject>;
}

const MODULES = new URL("node_modules/", import.meta.url);
const PACKAGES = ["chat", "@kapso/whatsapp-cloud-api", "whatsapp-api-js"] as const;

/** Why the rivals cannot be run here; undefined where they can. */
export function rivalsMissing(): string | undefined {
  const areThere = PACKAGES.every((name) => existsSync(new URL(`${name}/package.json`, MODULES)));
  return areThere ? undefined : "skipped: rivals, run npm ci in bench/peers";
}

function versionIn(name: string): string {
  const { version }: { version: string } = JSON.parse(
    readFileSync(new URL(`${name}/package.json`, MODULES), "utf8"),
  );
  return version;
}

const startRival = (script: string, place: Place): Promise<Subject> =>
  startSubject(`bench/peers/${script}`, [], {
    PEER_TOKEN: TOKEN,
    PEER_APP_SECRET: APP_SECRET,
    PEER_VERIFY_TOKEN: VERIFY_TOKEN,
    PEER_PHONE_NUMBER_ID: ACCOUNT,
    PEER_GRAPH_URL: place.graphUrl,
    PEER_RASA_URL: place.rasaUrl,
    ...(place.databaseUrl !== undefined && { PEER_DATABASE_URL: place.databaseUrl }),
  });

const startOurs = (place: Place): Promise<Subject> =>
  startSubject("src/main.ts", [], bridgeEnvironment(place));

const OURS = { isOurs: true, acknowledges: "after COMMIT", start: startOurs } as const;

/** Everything that can be run here, ours first. */
export function listPeers(ownVersion: string): readonly Peer[] {
  const ours = [
    { ...OURS, name: "Ponte on PostgreSQL", version: ownVersion, usesPostgres: true },
    { ...OURS, name: "Ponte embedded", version: ownVersion, usesPostgres: false },
  ];
  if (rivalsMissing() !== undefined) return ours;
  const chatSdk = {
    version: versionIn("chat"),
    isOurs: false,
    acknowledges: "at once, message not stored",
    start: (place: Place) => startRival("chat-sdk.mjs", place),
  };
  return [
    ...ours,
    { ...chatSdk, name: "Chat SDK on PostgreSQL", usesPostgres: true },
    { ...chatSdk, name: "Chat SDK on memory", usesPostgres: false },
    {
      name: "kapso SDK",
      version: versionIn("@kapso/whatsapp-cloud-api"),
      isOurs: false,
      usesPostgres: false,
      acknowledges: "at once, message not stored",
      start: (place) => startRival("kapso.mjs", place),
    },
    {
      name: "whatsapp-api-js",
      version: versionIn("whatsapp-api-js"),
      isOurs: false,
      usesPostgres: false,
      acknowledges: "once the reply is sent",
      start: (place) => startRival("whatsapp-api-js.mjs", place),
    },
  ];
}
