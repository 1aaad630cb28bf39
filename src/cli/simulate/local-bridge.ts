import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { openBridge } from "../../bridge.ts";
import { createHttp } from "../../http/client.ts";
import { createLogger } from "../../log.ts";
import { VERSION } from "../../program.ts";
import { type ApiClient, createApiClient } from "../api.ts";
import type { CliContext } from "../context.ts";
import { localEnvironment } from "./local-config.ts";
import { readLocalConfig } from "./read-local.ts";

/** A bridge within this process, with a database that is gone afterwards. */
export interface LocalBridge {
  readonly api: ApiClient;
  readonly close: () => Promise<void>;
}

/** Starts a bridge that answers as the configuration of this folder says and reaches nobody but the simulated lines. */
export async function openLocalBridge(context: CliContext): Promise<LocalBridge> {
  const { terminal, options, output, signal } = context;
  const folder = mkdtempSync(path.join(tmpdir(), "ponte-simulate-"));
  const adminKey = randomBytes(24).toString("base64url");
  const forget = () => rmSync(folder, { recursive: true, force: true });
  const env = {
    ...localEnvironment({
      ...terminal.env,
      ...(options.config !== undefined && { PONTE_CONFIG: options.config }),
    }),
    HOST: "127.0.0.1",
    PORT: "0",
    PONTE_DATA_DIR: folder,
    PONTE_ADMIN_KEY: adminKey,
    PONTE_SIMULATOR: "admin",
  };
  try {
    const client = createHttp();
    const config = readLocalConfig(env, client, output.note);
    const log = createLogger({
      level: "error",
      secrets: [adminKey, ...config.backends.flatMap(({ backend }) => backend.secrets)],
      stream: terminal.stderr,
    });
    const bridge = await openBridge({ config, client, log, adminKey, version: VERSION });
    const api = createApiClient({ url: bridge.url, key: adminKey, signal, version: VERSION });
    const close = async (): Promise<void> => {
      await bridge.close();
      forget();
    };
    return { api, close };
  } catch (error) {
    forget();
    throw error;
  }
}
