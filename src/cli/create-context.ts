import { createInterface } from "node:readline/promises";
import { VERSION } from "../program.ts";
import type { Told } from "../read-config.ts";
import { createApiClient } from "./api.ts";
import type { CliContext } from "./context.ts";
import { CliError, EXIT } from "./failure.ts";
import { readGlobalOptions } from "./program.ts";
import { startProgress } from "./progress.ts";
import { bridgeKey, bridgeUrl, type Environment, isElsewhere } from "./bridge-access.ts";
import { createOutput, type Terminal } from "./terminal.ts";

/** Asks on the terminal; where nobody sits there, says which option answers. */
async function ask(
  question: string,
  { stdin, stderr }: Terminal,
  signal: AbortSignal,
): Promise<boolean> {
  if (!stdin.isTTY)
    throw new CliError(`${question} There is nobody to ask.`, {
      code: EXIT.usage,
      advice: "give --yes to go on without asking",
    });
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    const answer = await lines.question(`${question} [y/N] `, { signal });
    return /^(y|yes|s|sim)$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}

type ReadSettings = (env: Environment, warn: (message: string) => void) => Told;

/** Stands in where the call needs no configuration, and so did not load what reads it. */
const readNothing: ReadSettings = () => {
  throw new Error("a command that needs no configuration has read it");
};

/** Puts together what commands work with. */
export function createContext(
  words: readonly string[],
  terminal: Terminal,
  stopping: AbortController,
  readSettings: ReadSettings = readNothing,
): CliContext {
  const options = readGlobalOptions(words);
  const output = createOutput(terminal, options);
  const env = {
    ...terminal.env,
    ...(options.config !== undefined && { PONTE_CONFIG: options.config }),
  };
  const read: CliContext["readConfig"] = (told = env) => readSettings(told, output.note);
  return {
    options,
    terminal,
    output,
    signal: stopping.signal,
    progress: (label, unit) => startProgress(terminal, { label, unit, quiet: options.quiet }),
    readConfig: read,
    api: () => {
      const { server, database } = readWhatIsNeeded(options.url, env, read);
      return createApiClient({
        url: options.url ?? bridgeUrl(env, server?.port),
        key: bridgeKey(env, database),
        signal: stopping.signal,
        version: VERSION,
      });
    },
    confirm: async (question) => options.yes || ask(question, terminal, stopping.signal),
  };
}

/** A bridge elsewhere needs an address and a key; the configuration of this folder is not its own, and may be wrong. */
function readWhatIsNeeded(
  url: string | undefined,
  env: Environment,
  read: CliContext["readConfig"],
) {
  if (isElsewhere(url, env))
    return { server: undefined, database: env["PONTE_DATA_DIR"] ?? "./data" };
  const { config } = read();
  return { server: config.server, database: config.database.dataDir };
}
