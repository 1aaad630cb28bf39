import type { Config } from "../../config.ts";
import type { ConfigProblem } from "../../config/problems.ts";
import type { CliContext } from "../context.ts";
import { bridgeUrl } from "../bridge-access.ts";
import { port, publicAddress } from "./address.ts";
import { backends } from "./answers.ts";
import { channels } from "./channels.ts";
import { type Check, examine } from "./check.ts";
import { clockRows } from "./clock.ts";
import { configurationRows, problemRows, problemsOf } from "./configuration.ts";
import { database } from "./database.ts";
import { dataFolder } from "./folder.ts";
import { adminKey, programChecks, secretFile } from "./program.ts";
import { findRunning } from "./running.ts";
import { createCallTools, openClient, type Scene } from "./scene.ts";
import { services } from "./services.ts";

export interface DiagnoseOptions {
  /** Milliseconds each check may take. */
  readonly timeoutMs: number;
  readonly appId: string | undefined;
}

/** Everything that was looked at, and the configuration it was looked at with. */
export interface Diagnosis {
  readonly checks: readonly Check[];
  /** Undefined where it is refused. */
  readonly config: Config | undefined;
  /** Where a bridge of this folder listens. */
  readonly url: string;
}

/** Looks at everything. */
export async function diagnose(context: CliContext, options: DiagnoseOptions): Promise<Diagnosis> {
  const read = readQuietly(context);
  const env = context.terminal.env;
  const url = context.options.url ?? bridgeUrl(env, read.config?.server.port);
  const checks =
    read.config === undefined
      ? await lookWithout(context, read.problems, options)
      : await lookWith(context, { ...options, config: read.config, url, warnings: read.warnings });
  return { checks, config: read.config, url };
}

/** Reads the configuration. What backends warn of while they are made becomes part of the report. */
function readQuietly(context: CliContext): {
  readonly config: Config | undefined;
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly string[];
} {
  try {
    return { config: context.readConfig().config, problems: [], warnings: [] };
  } catch (error) {
    return { config: undefined, problems: problemsOf(error), warnings: [] };
  }
}

/** A configuration that is refused leaves what needs none; everything else must wait for it. */
async function lookWithout(
  { terminal: { env }, signal }: CliContext,
  problems: readonly ConfigProblem[],
  { timeoutMs }: DiagnoseOptions,
): Promise<readonly Check[]> {
  const folder = env["PONTE_DATA_DIR"] ?? "";
  const local = [
    ...programChecks(),
    secretFile(".env"),
    dataFolder(folder === "" ? "./data" : folder),
  ];
  const found = await examine(local, { timeoutMs, signal });
  const rest: Check = {
    area: "configuration",
    name: "everything else",
    level: "warn",
    detail:
      "database, services, answers and channels are looked at once the configuration can be read",
  };
  return [...found, ...problemRows(problems), rest];
}

async function lookWith(
  context: CliContext,
  options: DiagnoseOptions & { config: Config; url: string; warnings: readonly string[] },
): Promise<readonly Check[]> {
  const { config, url, timeoutMs, appId } = options;
  const { dataDir } = config.database;
  const client = openClient(timeoutMs);
  const { tools, skews } = createCallTools(client);
  const env = context.terminal.env;
  const scene: Scene = { context, env, config, tools, skews, appId };
  const running = findRunning(tools.http, url.replace(/\/+$/, ""));
  const [local, others] = [
    [
      ...programChecks(),
      secretFile(".env"),
      secretFile(`${dataDir}/admin-key`),
      adminKey(config.server.adminKey, dataDir),
      dataFolder(dataDir),
    ],
    [
      database(config.database, running),
      ...services(scene, timeoutMs),
      ...backends(scene, timeoutMs),
      port(scene, running),
      publicAddress(scene, running),
      ...channels(scene),
    ],
  ];
  try {
    const found = await examine([...local, ...others], { timeoutMs, signal: context.signal });
    return [
      ...found.slice(0, 2),
      ...clockRows(ofOthers(skews, [url, config.server.publicUrl])),
      ...configurationRows(config),
      ...found.slice(2),
    ];
  } finally {
    client.close();
  }
}

/** What others' clocks say: this bridge's own answers show nothing. */
function ofOthers(
  skews: ReadonlyMap<string, number>,
  own: readonly (string | undefined)[],
): ReadonlyMap<string, number> {
  const hosts = own.flatMap((address) => URL.parse(address ?? "")?.host ?? []);
  return new Map([...skews].filter(([host]) => !hosts.includes(host)));
}
