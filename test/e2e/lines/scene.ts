import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import { z } from "zod";
import { createServerDatabase, hasServer } from "../../database.ts";
import { type RasaBot, type RasaStandin, startRasa } from "../../standins/rasa.ts";
import { type BridgeProcess, startBridge } from "../bridge-process.ts";
import { eventually } from "../world.ts";
import type { Line } from "./line.ts";

const ADMIN_KEY = "admin-key-of-the-tests-0123456789";
const CALLBACK_SECRET = "callback-secret-of-the-tests-0123456789";

const page = z.object({ data: z.array(z.record(z.string(), z.unknown())) });

/** A bridge with one line and a bot. */
export interface Scene {
  readonly line: Line;
  readonly rasa: RasaStandin;
  readonly bridge: BridgeProcess;
  /** Undefined where the bridge runs on its own database. */
  readonly databaseUrl: string | undefined;
  /** Asks the bridge to ask the provider. */
  readonly check: () => Promise<unknown>;
  readonly api: (route: string, method?: string, body?: object) => Promise<unknown>;
  readonly rows: (route: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  readonly close: () => Promise<void>;
}

/** What a new user would set for a line, beside short waits. `callback` puts the bot on its callback channel. */
export interface SceneOptions {
  readonly open: () => Promise<Line>;
  readonly bot: RasaBot;
  readonly callback?: boolean;
  /** Files of a Rasa project, by name: they answer instead of a Rasa server. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Opens a line, a bot and a bridge between them. */
export async function openScene(options: SceneOptions): Promise<Scene> {
  const endings: (() => Promise<unknown> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const end of endings.splice(0).toReversed()) await end();
  };
  try {
    return { ...(await assemble(options, endings)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function assemble(
  { open, bot, callback = false, files }: SceneOptions,
  endings: (() => Promise<unknown> | void)[],
): Promise<Omit<Scene, "close">> {
  const line = await open();
  endings.push(line.close);
  const folder = mkdtempSync(path.join(tmpdir(), "ponte-line-"));
  endings.push(() => rmSync(folder, { recursive: true, force: true }));
  const target = { url: "" };
  const rasa = await startRasa(bot, callback ? { callback: callbackTo(target) } : {});
  endings.push(rasa.close);
  const server = (await hasServer()) ? await createServerDatabase() : undefined;
  if (server !== undefined) endings.push(server.drop);
  const bridge = await startBridge({
    PONTE_CONFIG: writeConfig(folder, line, files),
    PONTE_DATA_DIR: path.join(folder, "data"),
    PONTE_ADMIN_KEY: ADMIN_KEY,
    ...(server !== undefined && { DATABASE_URL: server.url }),
    RASA_URL: rasa.url,
    ...(callback && { RASA_CHANNEL: "callback", CALLBACK_SECRET }),
    ...line.env,
  });
  endings.push(() => bridge.stop("SIGKILL"));
  target.url = bridge.url;
  await line.connect(bridge.url);
  const api = async (route: string, method = "GET", body?: object): Promise<unknown> => {
    const response = await fetch(`${bridge.url}/api/v1${route}`, {
      method,
      headers: { authorization: `Bearer ${ADMIN_KEY}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return response.json();
  };
  const rows = async (route: string) => page.parse(await api(route)).data;
  const check = () => api(`/channels/${line.channel}/check`, "POST");
  return { line, rasa, bridge, databaseUrl: server?.url, api, check, rows };
}

/** The bridge's address is known only after the bot's. */
function callbackTo(target: { readonly url: string }) {
  return {
    get url() {
      return `${target.url}/webhooks/callback/webhook?secret=${CALLBACK_SECRET}`;
    },
  };
}

function writeConfig(folder: string, { settings }: Line, files: SceneOptions["files"]): string {
  const file = path.join(folder, "bridge.yml");
  const bot = path.join(folder, "bot");
  for (const [name, text] of Object.entries(files ?? {})) {
    mkdirSync(path.dirname(path.join(bot, name)), { recursive: true });
    writeFileSync(path.join(bot, name), text);
  }
  const ownAnswers = files && {
    backends: { templates: { path: bot } },
    answers: { retry_base_ms: 50, chain: ["templates"] },
  };
  const waits = {
    engine: { poll_ms: 25 },
    answers: { retry_base_ms: 50 },
    delivery: { retry_base_ms: 50, uncertain_wait_ms: 1_500 },
  };
  writeFileSync(
    file,
    stringify({ ...waits, ...ownAnswers, ...(settings && { channels: settings }) }),
  );
  return file;
}

/** Waits until the person has heard these texts, in this order. */
export async function hear({ line, bridge }: Scene, ...want: readonly string[]): Promise<void> {
  await eventually(
    () => {
      const heard = line.heard().join("\n");
      const places = want.map((text) => heard.indexOf(text));
      return places.every((place, at) => place >= 0 && place > (places[at - 1] ?? -1));
    },
    () => ({ heard: line.heard(), log: bridge.output().slice(-2_000) }),
    20_000,
  );
}

/** The values of the variables that must never be seen outside. */
export function secretsOf({ env }: Line): readonly string[] {
  return Object.entries(env)
    .filter(([name]) => /SECRET|KEY|TOKEN|CONNECTION_STRING/.test(name))
    .map(([, value]) => value);
}
