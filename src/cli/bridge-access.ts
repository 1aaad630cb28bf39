import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { CliError } from "./failure.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Whether the call names a bridge itself, so that nothing of the configuration here is needed to find one. */
export const isElsewhere = (url: string | undefined, env: Environment): boolean =>
  (url ?? env["PONTE_URL"] ?? "") !== "";

/** Where the bridge of this folder listens, as far as the environment says; the file is asked by the caller. */
export function bridgeUrl(env: Environment, port: number | undefined): string {
  const told = env["PONTE_URL"] ?? "";
  return told === "" ? `http://127.0.0.1:${port ?? env["PORT"] ?? 5006}` : told;
}

/** The key to call the bridge with: one of the variables, else the one that the bridge made in its data folder. */
export function bridgeKey(env: Environment, dataDir: string): string {
  for (const name of ["PONTE_API_KEY", "PONTE_ADMIN_KEY"]) {
    const value = env[name] ?? "";
    if (value !== "") return value;
  }
  const file = path.join(dataDir, "admin-key");
  if (existsSync(file)) return readFileSync(file, "utf8").trim();
  throw new CliError("there is no key to call the bridge with", {
    advice: `set PONTE_API_KEY or PONTE_ADMIN_KEY, or start the bridge here once: it keeps a key in ${file}`,
  });
}
