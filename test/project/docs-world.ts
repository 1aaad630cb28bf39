import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fillDataFolder } from "../database.ts";
import { startBridge } from "../e2e/bridge-process.ts";
import { freePorts } from "../standins/listen.ts";
import { RABBITMQ_URL } from "../standins/rabbitmq.ts";
import { until } from "../until.ts";

/** What a reader of the documents has: a checkout, and what `docs/rehearse.md` starts. */
export interface DocsWorld {
  /** A new folder that looks like a checkout in which a bridge was started once: making a database takes seconds. */
  readonly newFolder: () => Promise<string>;
  readonly env: Readonly<Record<string, string>>;
  readonly replacements: readonly (readonly [string, string])[];
  readonly close: () => Promise<void>;
}

const ROOT = new URL("../../", import.meta.url).pathname;

/** What the documents say the reader has set. */
const TRIAL = {
  WPP_AUTHORIZATION_TOKEN: "trial-token",
  WPP_VERIFY_TOKEN: "trial-verify-token",
  WHATSAPP_APP_SECRET: "trial-app-secret",
  WPP_PHONE_NUMBER_IDENTIFIER: "810000000000001",
  WHATSAPP_BUSINESS_ACCOUNT_ID: "900000000000001",
  PONTE_ADMIN_KEY: "trial-admin-key-0123456789",
} as const;

async function newFolder(base: string): Promise<string> {
  const folder = mkdtempSync(path.join(base, "reader-"));
  for (const name of ["src", "test", "examples", "node_modules", "tsconfig.json", "package.json"])
    symlinkSync(path.join(ROOT, name), path.join(folder, name));
  for (const name of ["config", ".env.example", "ngrok.yml.example"])
    cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  await fillDataFolder(path.join(folder, "data"));
  return folder;
}

/** Makes folders, ports and variables for documents that start everything themselves. */
export async function makeReader(): Promise<DocsWorld> {
  const base = mkdtempSync(path.join(tmpdir(), "ponte-docs-"));
  const [bridge = 0, graph = 0, rasa = 0] = await freePorts(3);
  const { PATH = "", HOME = "" } = process.env;
  return {
    newFolder: () => newFolder(base),
    env: {
      PATH,
      HOME,
      HOST: "127.0.0.1",
      PORT: String(bridge),
      GRAPH_PORT: String(graph),
      RASA_PORT: String(rasa),
      PONTE_URL: `http://127.0.0.1:${bridge}`,
      NODE_COMPILE_CACHE: path.join(tmpdir(), "ponte-compiled"),
    },
    replacements: [
      ["localhost:5006", `127.0.0.1:${bridge}`],
      ["127.0.0.1:5006", `127.0.0.1:${bridge}`],
      ["127.0.0.1:5080", `127.0.0.1:${graph}`],
      ["127.0.0.1:5081", `127.0.0.1:${rasa}`],
      ["amqp://guest:guest@127.0.0.1:5672", RABBITMQ_URL],
    ],
    close: () => {
      rmSync(base, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

/** The same with the stand-ins and a bridge that run already, as `docs/rehearse.md` leaves them. */
export async function startDocsWorld(): Promise<DocsWorld> {
  const reader = await makeReader();
  const folder = await reader.newFolder();
  const { GRAPH_PORT: graph = "", RASA_PORT: rasa = "" } = reader.env;
  const standins = spawn(process.execPath, ["test/standins/main.ts"], {
    cwd: folder,
    env: reader.env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said = { text: "" };
  standins.stdout.on("data", (chunk: Buffer) => (said.text += chunk.toString()));
  await until(() => said.text.includes("listens on"));
  const addresses = {
    WHATSAPP_GRAPH_URL: `http://127.0.0.1:${graph}`,
    RASA_URL: `http://127.0.0.1:${rasa}`,
    RABBITMQ_URL,
    ENABLE_WHATSAPP_NOTIFICATIONS: "true",
    PONTE_SIMULATOR: "admin",
  };
  const bridge = await startBridge({
    ...reader.env,
    ...TRIAL,
    ...addresses,
    PONTE_DATA_DIR: path.join(folder, "data"),
  });
  return {
    ...reader,
    env: { ...reader.env, ...TRIAL, ...addresses },
    close: async () => {
      await bridge.stop("SIGKILL");
      standins.kill("SIGKILL");
      await reader.close();
    },
  };
}
