import { BACKEND_MODULES } from "../../answers/index.ts";
import { CHANNEL_MODULES } from "../../channels/index.ts";
import { type Config, loadConfig } from "../../config.ts";
import type { HttpClient } from "../../http/client.ts";
import { listFiles, readText, readTextIfAny } from "../../program.ts";
import { explainConfig } from "../failure.ts";
import { localConfigText } from "./local-config.ts";

/**
 * Reads how the bot of this folder answers, and nothing of where a bridge of it runs. Throws a `CliError` with every problem.
 */
export function readLocalConfig(
  env: Readonly<Record<string, string | undefined>>,
  client: Pick<HttpClient, "http" | "stream">,
  warn: (message: string) => void,
): Config {
  const readFile = (file: string): string | undefined => {
    const text = readTextIfAny(file);
    return text === undefined ? undefined : localConfigText(text);
  };
  const modules = { channels: CHANNEL_MODULES, backends: BACKEND_MODULES };
  const tools = {
    http: client.http,
    stream: client.stream,
    random: Math.random,
    now: () => new Date(),
    warn,
    watch: () => () => undefined,
    readText,
    listFiles,
  };
  try {
    return loadConfig(env, readFile, modules, tools);
  } catch (error) {
    throw explainConfig(error);
  }
}
