import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import { createServerDatabase } from "../database.ts";
import { type BridgeProcess, startBridge } from "../e2e/bridge-process.ts";
import { listen, stopListening } from "../standins/listen.ts";
import { moduleOf, type Subject } from "./subjects.ts";

const ADMIN_KEY = "admin-key-of-the-tests-0123456789";

/** A bridge with every channel, a database and a provider of all that takes whatever it is sent. */
export interface FuzzedBridge {
  readonly bridge: BridgeProcess;
  readonly databaseUrl: string;
  readonly close: () => Promise<void>;
}

/** Answers everything as taken, in the shapes of all providers at once: what is fuzzed is not theirs. */
async function startSink(): Promise<{ url: string; close: () => Promise<void> }> {
  const state = { taken: 0 };
  const server = createServer((request, response) => {
    request.resume().once("end", () => {
      state.taken += 1;
      const id = `sink-${String(state.taken)}`;
      const token = { access_token: "token-of-the-tests", token_type: "Bearer", expires_in: 3_600 };
      const taken = {
        id,
        messages: [{ id }],
        receipts: [{ messageId: id, to: "" }],
        key: { id },
        value: [{ messageId: id, httpStatusCode: 202, successful: true }],
      };
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ ...token, ...taken }));
    });
  });
  const port = await listen(server);
  return { url: `http://127.0.0.1:${String(port)}`, close: () => stopListening(server) };
}

/** Where each kind of channel finds its provider. */
function placesOf({ type, settings }: Subject, sink: string): Readonly<Record<string, unknown>> {
  switch (type) {
    case "cloud":
      return { graph_url: sink };
    case "serpro":
    case "evolution":
      return { base_url: sink };
    case "sms":
      return { endpoint: sink };
    case "acs":
    case "acs-connect": {
      const text = String(settings["connection_string"]);
      return { connection_string: text.replace(/endpoint=[^;]*/, `endpoint=${sink}/`) };
    }
    default:
      return {};
  }
}

/** A channel's entry in the file, and the variables that hold its secrets. */
function entryOf(subject: Subject, sink: string) {
  const secret = new Set(
    moduleOf(subject)
      .variables.filter((variable) => variable.secret === true)
      .map(({ setting }) => setting),
  );
  const env: Record<string, string> = {};
  const entry: Record<string, unknown> = { type: subject.type };
  for (const [key, value] of Object.entries({ ...subject.settings, ...placesOf(subject, sink) })) {
    const name = `FUZZ_${subject.name}_${key}`.replaceAll("-", "_").toUpperCase();
    if (secret.has(key)) env[name] = [value].flat().map(String).join(",");
    entry[key] = secret.has(key) ? `\${${name}}` : value;
  }
  return { entry, env };
}

/** Starts it; needs a PostgreSQL server. */
export async function startFuzzedBridge(subjects: readonly Subject[]): Promise<FuzzedBridge> {
  const sink = await startSink();
  const server = await createServerDatabase();
  const folder = mkdtempSync(path.join(tmpdir(), "ponte-fuzz-"));
  const clean = async (): Promise<void> => {
    await sink.close();
    await server.drop();
    rmSync(folder, { recursive: true, force: true });
  };
  const entries = subjects.map((subject) => ({ subject, ...entryOf(subject, sink.url) }));
  const config = path.join(folder, "bridge.yml");
  const channels = Object.fromEntries(entries.map(({ subject, entry }) => [subject.name, entry]));
  writeFileSync(config, stringify({ channels, conversation: { flood_messages: 10_000 } }));
  try {
    const bridge = await startBridge({
      PONTE_CONFIG: config,
      PONTE_DATA_DIR: path.join(folder, "data"),
      PONTE_ADMIN_KEY: ADMIN_KEY,
      DATABASE_URL: server.url,
      LOG_LEVEL: "error",
      ...Object.assign({}, ...entries.map(({ env }) => env)),
    });
    const close = async (): Promise<void> => {
      await bridge.stop("SIGKILL");
      await clean();
    };
    return { bridge, databaseUrl: server.url, close };
  } catch (error) {
    await clean();
    throw error;
  }
}
