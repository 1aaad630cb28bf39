import { createHttp } from "../http/client.ts";
import { readConfig, type Told } from "../read-config.ts";
import type { Environment } from "./bridge-access.ts";
import { explainConfig } from "./failure.ts";

/** Reads the configuration; a wrong one becomes a `CliError` with all its problems, a line each. */
export function readSettings(env: Environment, warn: (message: string) => void): Told {
  try {
    return readConfig({ env, client: createHttp(), warn });
  } catch (error) {
    throw explainConfig(error);
  }
}
