import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { openAdminKey } from "./admin-key.ts";
import { BACKEND_MODULES } from "./answers/index.ts";
import { loadRules, type NotificationRules } from "./campaigns/events/load-rules.ts";
import type { BackendTools } from "./answers/backend.ts";
import { type Bridge, openBridge } from "./bridge.ts";
import { CHANNEL_MODULES } from "./channels/index.ts";
import { type Config, loadConfig } from "./config.ts";
import { configSecrets, describeConfig } from "./config/describe.ts";
import { ConfigError } from "./config/problems.ts";
import { BridgeError } from "./errors.ts";
import { createHttp, type HttpClient } from "./http/client.ts";
import { createLogger, type Log } from "./log.ts";
import { simulatorMode } from "./config/simulator.ts";
import { simulatorSecrets } from "./simulator/open.ts";
import { watchFiles } from "./watch-files.ts";
import { z } from "zod";

/** How long a stop may take before the process ends whatever is left. */
const STOP_LIMIT_MS = 9_500;

const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")));

function fail(lines: readonly string[]): never {
  process.stderr.write(`${lines.join("\n")}\n`);
  process.exit(1);
}

/** Backends are made before the log is, which must know their secrets; what they report before that is kept. */
const reports = { warn: (message: string): void => void process.stderr.write(`${message}\n`) };

/** What the program was told, in all its files. */
interface Told {
  readonly config: Config;
  readonly notifications: NotificationRules | undefined;
}

function readConfig(client: HttpClient): Told {
  const tools: BackendTools = {
    http: client.http,
    stream: client.stream,
    random: Math.random,
    now: () => new Date(),
    warn: (message) => reports.warn(message),
    watch: (paths, onChange) =>
      watchFiles(paths, onChange, () =>
        reports.warn("template files are not watched: a change needs a restart"),
      ),
    readText: (file) => readFileSync(file, "utf8"),
    listFiles: (folder) =>
      readdirSync(folder, { recursive: true, encoding: "utf8" })
        .toSorted()
        .map((file) => path.join(folder, file)),
  };
  const readFile = (file: string) => (existsSync(file) ? readFileSync(file, "utf8") : undefined);
  const modules = { channels: CHANNEL_MODULES, backends: BACKEND_MODULES };
  try {
    const config = loadConfig(process.env, readFile, modules, tools);
    const { enabled, file } = config.notifications;
    const sources = { path: file, readFile, env: process.env, channels: config.channels };
    return { config, notifications: enabled ? loadRules(sources) : undefined };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const problems = error.problems.map(({ where, detail }) => `  ${where}: ${detail}`);
    return fail(["The configuration cannot be used:", ...problems]);
  }
}

function greet(bridge: Bridge, config: Config, newKey: string | undefined): void {
  const base = config.server.publicUrl ?? bridge.url;
  const webhooks = [...config.channels.values()].map(
    ({ name, type }) => `  ${name.padEnd(12)} ${base}/webhooks/${name}/webhook  (${type})`,
  );
  const isSimulated = simulatorMode(config.simulator, config.channels.values()) !== undefined;
  const pages = [
    ...(isSimulated ? [`Simulator: ${base}/simulator`] : []),
    `Dashboard: ${base}/admin`,
  ];
  const lines = [
    `Ponte ${version} listens on ${bridge.url}`,
    "Channels:",
    ...webhooks,
    `Answers: ${config.answers.chain.join(", then ")}`,
    `API: ${base}/api/v1  health: ${base}/health`,
    ...(config.server.role === "worker" ? [] : pages),
    "Try it:",
    `  curl -XPOST ${bridge.url}/webhooks/rest/webhook -d '{"sender":"me","message":"oi"}'`,
    ...(newKey === undefined
      ? []
      : [`Admin key (shown once, kept in ${config.database.dataDir}): ${newKey}`]),
  ];
  process.stderr.write(`${lines.join("\n")}\n`);
}

/** The first signal stops in order, a second one at once. */
function stopOnSignal(bridge: Bridge, log: Log): void {
  let isStopping = false;
  const stop = (signal: string): void => {
    if (isStopping) process.exit(1);
    isStopping = true;
    log.info("stopping", { signal });
    setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
    bridge.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error("the stop failed", { error });
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

const client = createHttp();
const { config, notifications } = readConfig(client);
const admin = openAdminKey(config.server.adminKey, config.database.dataDir);
const log = createLogger({
  level: config.server.logLevel,
  secrets: [...configSecrets(config), ...simulatorSecrets(config, admin.key), admin.key],
  maskKey: admin.key,
});
reports.warn = (message) => log.warn(message);
log.info("starting", { version, configuration: describeConfig(config) });
for (const notice of config.notices) log.warn(notice);
try {
  const bridge = await openBridge({
    config,
    notifications,
    client,
    log,
    adminKey: admin.key,
    version,
  });
  stopOnSignal(bridge, log);
  greet(bridge, config, admin.isNew ? admin.key : undefined);
} catch (error) {
  if (error instanceof BridgeError) fail([`Ponte cannot start: ${error.detail} (${error.code})`]);
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE")
    fail([`Ponte cannot start: port ${config.server.port} is taken; set PORT to another one`]);
  log.error("the start failed", { error });
  process.exit(1);
}
