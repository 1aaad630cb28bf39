import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseEnv } from "node:util";
import { stringify } from "yaml";
import { createServerDatabase, fillDataFolder, hasServer } from "../database.ts";
import { type Graph, startGraph } from "../standins/graph.ts";
import type { GraphOptions } from "../standins/graph-desk.ts";
import { type RasaBot, type RasaOptions, type RasaStandin, startRasa } from "../standins/rasa.ts";
import { type BridgeProcess, type Environment, startBridge } from "./bridge-process.ts";

export const ACCOUNT = "810000000000001";
export const ADMIN_KEY = "admin-key-of-the-tests-0123456789";
export const SECRETS = {
  token: "EAAtoken-of-the-tests-0123456789",
  appSecret: "app-secret-of-the-tests-0123456789",
  verifyToken: "verify-token-of-the-tests-0123456789",
} as const;

export type Driver = "postgres" | "embedded";

/** The drivers whole-process tests run on. */
export async function listDrivers(): Promise<readonly { driver: Driver }[]> {
  const embedded = { driver: "embedded" } as const;
  return (await hasServer()) ? [{ driver: "postgres" }, embedded] : [embedded];
}

/** The quickest of them, for what the driver has no part in: durability, order and crashes are shown on each. */
export async function listQuickestDriver(): Promise<readonly { driver: Driver }[]> {
  return (await listDrivers()).slice(0, 1);
}

/** Settings that make waiting short, and one person as fast as many; everything else is as users have it. */
const SETTINGS = {
  channels: {
    whatsapp: { type: "cloud", pair_burst: 45, pair_refill_ms: 1, messages_per_second: 1_000 },
  },
  engine: { lease_ms: 1_500, poll_ms: 25 },
  answers: { retry_base_ms: 50, max_attempts: 8 },
  delivery: { retry_base_ms: 50, uncertain_wait_ms: 1_500 },
};

export interface WorldOptions {
  readonly driver: Driver;
  readonly bot?: RasaBot;
  readonly rasa?: RasaOptions;
  readonly graph?: Partial<GraphOptions>;
  /** Sections of the configuration file, beside the short waits. */
  readonly settings?: Readonly<Record<string, object>>;
  readonly env?: Environment;
  /** Starts bridges in the world's own folder, where this is their `.env`; what it names they get from nowhere else. */
  readonly envFile?: string;
  /** Use this database instead of a new one. */
  readonly databaseUrl?: string;
}

/** A bridge process with a provider, a bot and a database around it. */
export interface World {
  readonly graph: Graph;
  readonly rasa: RasaStandin;
  readonly databaseUrl: string | undefined;
  /** Holds `bridge.yml`, the embedded database and, where one was given, `.env`. */
  readonly folder: string;
  /** The running bridge; the newest one after a restart. */
  readonly bridge: () => BridgeProcess;
  /** Starts the bridge again, and points the provider at it. */
  readonly start: () => Promise<BridgeProcess>;
  /** Starts one more bridge on the same database, with some variables of its own. */
  readonly startAnother: (own?: Environment) => Promise<BridgeProcess>;
  /** Posts a signed webhook to a bridge; 0 where no answer came. */
  readonly post: (body: unknown, bridge?: BridgeProcess) => Promise<number>;
  readonly api: (route: string) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

function environmentOf(
  options: WorldOptions,
  graph: Graph,
  rasa: RasaStandin,
  folder: string,
  databaseUrl: string | undefined,
): Environment {
  const config = path.join(folder, "bridge.yml");
  writeFileSync(config, stringify({ ...SETTINGS, ...options.settings }));
  return {
    PONTE_CONFIG: config,
    PONTE_DATA_DIR: path.join(folder, "data"),
    PONTE_ADMIN_KEY: ADMIN_KEY,
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    WPP_AUTHORIZATION_TOKEN: SECRETS.token,
    WPP_VERIFY_TOKEN: SECRETS.verifyToken,
    WHATSAPP_APP_SECRET: SECRETS.appSecret,
    WPP_PHONE_NUMBER_IDENTIFIER: ACCOUNT,
    WHATSAPP_GRAPH_URL: graph.url,
    RASA_URL: rasa.url,
    ...options.env,
  };
}

async function postTo(graph: Graph, bridge: BridgeProcess, body: unknown): Promise<number> {
  const { rawBody, headers } = graph.signedWebhook(body);
  try {
    const url = `${bridge.url}/webhooks/whatsapp/webhook`;
    const response = await fetch(url, { method: "POST", headers, body: new Uint8Array(rawBody) });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}

/** Starts everything. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const folder = mkdtempSync(path.join(tmpdir(), "ponte-e2e-"));
  const graph = await startGraph({
    token: SECRETS.token,
    appSecret: SECRETS.appSecret,
    phoneNumberIds: [ACCOUNT],
    ...options.graph,
  });
  const rasa = await startRasa(options.bot, options.rasa);
  const usesServer = options.driver === "postgres" && options.databaseUrl === undefined;
  const server = usesServer ? await createServerDatabase() : undefined;
  const databaseUrl = options.databaseUrl ?? server?.url;
  if (options.driver === "embedded") await fillDataFolder(path.join(folder, "data"));
  const { envFile = "" } = options;
  const inFile = parseEnv(envFile);
  const env = Object.fromEntries(
    Object.entries(environmentOf(options, graph, rasa, folder, databaseUrl)).filter(
      ([name]) => !(name in inFile),
    ),
  );
  if (envFile !== "") writeFileSync(path.join(folder, ".env"), envFile);
  const bridges: BridgeProcess[] = [];
  const startAnother = async (own: Environment = {}): Promise<BridgeProcess> => {
    const bridge = await startBridge({ ...env, ...own }, envFile === "" ? {} : { cwd: folder });
    bridges.push(bridge);
    return bridge;
  };
  const start = async (): Promise<BridgeProcess> => {
    const bridge = await startAnother();
    graph.deliverTo(`${bridge.url}/webhooks/whatsapp/webhook`);
    return bridge;
  };
  const newest = (): BridgeProcess => {
    const bridge = bridges.at(-1);
    if (bridge === undefined) throw new Error("no bridge was started");
    return bridge;
  };
  const close = async (): Promise<void> => {
    await Promise.all(bridges.map((bridge) => bridge.stop("SIGKILL")));
    await graph.close();
    await rasa.close();
    await server?.drop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    graph,
    rasa,
    databaseUrl,
    folder,
    bridge: newest,
    start,
    startAnother,
    post: (body, bridge = newest()) => postTo(graph, bridge, body),
    api: async (route) => {
      const headers = { authorization: `Bearer ${ADMIN_KEY}` };
      const response = await fetch(`${newest().url}/api/v1${route}`, { headers });
      return response.json();
    },
    close,
  };
}

/** Waits until `condition` holds; throws with what `describe` says when it does not in time. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  describe: () => unknown = () => "the condition",
  limitMs = 30_000,
): Promise<void> {
  const deadline = Date.now() + limitMs;
  let pauseMs = 10;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not in time: ${JSON.stringify(await describe())}`);
    await sleep(pauseMs);
    pauseMs = Math.min(pauseMs * 1.5, 250);
  }
}
