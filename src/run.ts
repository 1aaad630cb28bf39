import { type AdminKey, openAdminKey } from "./admin-key.ts";
import { type Bridge, openBridge } from "./bridge.ts";
import type { Config } from "./config.ts";
import { configSecrets, describeConfig } from "./config/describe.ts";
import { ConfigError } from "./config/problems.ts";
import { openEnvironmentFile } from "./environment-file.ts";
import { BridgeError } from "./errors.ts";
import { explainListening } from "./explain-listening.ts";
import { createHttp } from "./http/client.ts";
import { createLogger } from "./log.ts";
import { createLogLevels } from "./log-level.ts";
import { simulatorMode } from "./config/simulator.ts";
import { readTextIfAny, VERSION } from "./program.ts";
import { readConfig, type Told } from "./read-config.ts";
import type { Reread } from "./reload.ts";
import { handleSignals, hasTerminal } from "./signals.ts";
import { simulatorSecrets } from "./simulator/open.ts";
import { startTracing } from "./tracing/start.ts";

/** How long a stop may take, beside the time it still serves, before the process ends whatever is left. */
const STOP_LIMIT_MS = 9_500;

/** The same while the program starts: a database that is being made should not be cut off in the middle. */
const STARTING_LIMIT_MS = 60_000;

function fail(lines: readonly string[]): never {
  process.stderr.write(`${lines.join("\n")}\n`);
  process.exit(1);
}

/** Backends are made before the log is, which must know their secrets; what they report before that is kept. */
const reports = { warn: (message: string): void => void process.stderr.write(`${message}\n`) };

const warn = (message: string): void => reports.warn(message);

function readTold(): Told {
  try {
    return readConfig({ env: environment.read(), client, warn });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const problems = error.problems.map(({ where, detail }) => `  ${where}: ${detail}`);
    return fail(["The configuration cannot be used:", ...problems]);
  }
}

function readAdminKey({ server, database }: Config): AdminKey {
  try {
    return openAdminKey(server.adminKey, database.dataDir);
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
    return fail([`Ponte cannot start: ${error.detail} (${error.code})`]);
  }
}

const secretsOf = (told: Config, adminKey: string): readonly string[] => [
  ...configSecrets(told),
  ...simulatorSecrets(told, adminKey),
  adminKey,
];

function greet(bridge: Bridge, newKey: string | undefined): void {
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
    `Ponte ${VERSION} listens on ${bridge.url}`,
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

/** Reads everything as the start did, with the file of the environment as it is now. */
const reread: Reread = (fix) => {
  const next = readConfig({ env: environment.read(), client, warn });
  try {
    const fixed = fix(next.config);
    const { key, isNew, file } = openAdminKey(fixed.server.adminKey, fixed.database.dataDir);
    log.hide([...secretsOf(next.config, key), ...secretsOf(fixed, key)]);
    if (isNew) log.warn("an admin key was made, since none is configured any more", { file });
    return { ...next, config: fixed, adminKey: key };
  } catch (error) {
    next.unwatch();
    throw error;
  }
};

async function stop(signal: string): Promise<void> {
  log.info("stopping", { signal });
  starting.abort();
  try {
    const bridge = await opening.catch(() => undefined);
    await bridge?.close();
    await tracing.stop();
  } catch (error) {
    log.error("the stop failed", { error });
    throw error;
  } finally {
    await tracing.stop();
  }
}

/** What is acknowledged is in the database: to end here and start anew loses nothing, to go on might. */
function endOnBugs(): void {
  process.on("uncaughtException", (error, origin) => {
    log.error("the program met a failure that nobody foresaw, and ends", { error, origin });
    process.exit(1);
  });
}

const client = createHttp();
const environment = openEnvironmentFile({ ...process.env }, () => readTextIfAny(".env"));
const told = readTold();
const { config } = told;
const admin = readAdminKey(config);
const log = createLogger({
  level: config.server.logLevel,
  secrets: secretsOf(config, admin.key),
  maskKey: admin.key,
});
reports.warn = (message) => log.warn(message);
endOnBugs();
const logLevels = createLogLevels({
  configured: config.server.logLevel,
  apply: log.setLevel,
  onChange: ({ level: to, until }) => log.warn("the log level was changed", { to, until }),
});
const tracing = await startTracing({ env: process.env, version: VERSION, log });
log.info("starting", { version: VERSION, configuration: describeConfig(config) });
for (const notice of config.notices) log.warn(notice);
const starting = new AbortController();
// Before anything is taken that a signal must give back.
const startedInTerminal = hasTerminal();
const running: { bridge?: Bridge } = {};
handleSignals((signal, listener) => process.on(signal, listener), {
  stop,
  // What went wrong is in the log already.
  reload: () => void opening.then((bridge) => bridge.reload("signal")).catch(() => undefined),
  toggleDebug: () => void logLevels.toggleDebug(),
  exit: (code) => process.exit(code),
  isTerminalGone: () => startedInTerminal && !hasTerminal(),
  stopLimitMs: () => {
    if (running.bridge === undefined) return STARTING_LIMIT_MS;
    return STOP_LIMIT_MS + running.bridge.config().server.drainMs;
  },
  now: () => performance.now(),
});
const opening = openBridge({
  ...told,
  adminKey: admin.key,
  client,
  log,
  version: VERSION,
  logLevels,
  reread,
  reading: told,
  signal: starting.signal,
});
try {
  const bridge = await opening;
  running.bridge = bridge;
  if (!starting.signal.aborted) greet(bridge, admin.isNew ? admin.key : undefined);
} catch (error) {
  // Whoever stops a start gets what they want.
  if (!starting.signal.aborted) {
    if (error instanceof BridgeError) fail([`Ponte cannot start: ${error.detail} (${error.code})`]);
    const listening = await explainListening(error, config.server, client.http);
    if (listening !== undefined) fail([`Ponte cannot start: ${listening}`]);
    log.error("the start failed", { error });
    process.exit(1);
  }
}
