import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import { z } from "zod";
import { fillDataFolder } from "../database.ts";
import { type BridgeProcess, startBridge } from "../e2e/bridge-process.ts";
import { type Graph, startGraph } from "../standins/graph.ts";
import { freePort } from "../standins/listen.ts";
import { createCli } from "./in-process.ts";

export const ACCOUNT = "810000000000001";
export const OWNER = "820000000000001";
const ADMIN_KEY = "admin-key-of-the-setup-tests-0123456789";
export const SECRETS = {
  token: "EAAtoken-of-the-setup-tests-0123456789",
  appSecret: "app-secret-of-the-setup-tests-0123456789",
  verifyToken: "verify-token-of-the-setup-tests-0123456789",
} as const;

type Environment = Readonly<Record<string, string>>;

const report = z.object({
  ok: z.boolean(),
  checks: z.array(
    z.object({
      area: z.string(),
      name: z.string(),
      level: z.enum(["ok", "warn", "fail"]),
      detail: z.string(),
      fix: z.string().optional(),
      fixable: z.boolean(),
    }),
  ),
  repaired: z.array(z.object({ what: z.string(), outcome: z.string() })).optional(),
});

/** A bridge that is set up as it must be, with its provider and its public address. */
export interface SetupScene {
  readonly graph: Graph;
  readonly bridge: BridgeProcess;
  readonly url: string;
  readonly folder: string;
  readonly env: Environment;
  /** Where the webhook of the bridge is. */
  readonly webhook: string;
  /** Runs a command as the operator of the bridge does, with some variables changed. */
  readonly ponte: (
    words: readonly string[],
    options?: { readonly env?: Environment; readonly answer?: boolean },
  ) => ReturnType<ReturnType<typeof createCli>>;
  /** Runs the doctor and reads its report. */
  readonly doctor: (
    env?: Environment,
    words?: readonly string[],
    answer?: boolean,
  ) => Promise<z.output<typeof report>>;
  /** Puts the provider back as it was. */
  readonly reset: () => void;
  readonly close: () => Promise<void>;
}

export async function startSetupScene(): Promise<SetupScene> {
  const folder = mkdtempSync(path.join(tmpdir(), "ponte-setup-"));
  const graph = await startGraph({
    token: SECRETS.token,
    appSecret: SECRETS.appSecret,
    phoneNumberIds: [ACCOUNT],
    templates: { businessAccount: OWNER, known: [] },
  });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const config = path.join(folder, "bridge.yml");
  writeFileSync(config, stringify({ answers: { language: "pt-BR" } }));
  await fillDataFolder(path.join(folder, "data"));
  const env = {
    PONTE_CONFIG: config,
    PONTE_DATA_DIR: path.join(folder, "data"),
    PONTE_ADMIN_KEY: ADMIN_KEY,
    HOST: "127.0.0.1",
    PORT: String(port),
    PUBLIC_URL: url,
    WPP_AUTHORIZATION_TOKEN: SECRETS.token,
    WPP_VERIFY_TOKEN: SECRETS.verifyToken,
    WHATSAPP_APP_SECRET: SECRETS.appSecret,
    WHATSAPP_BUSINESS_ACCOUNT_ID: OWNER,
    WPP_PHONE_NUMBER_IDENTIFIER: ACCOUNT,
    WHATSAPP_GRAPH_URL: graph.url,
  };
  const bridge = await startBridge(env);
  const cli = createCli({ url, key: ADMIN_KEY });
  const webhook = `${url}/webhooks/whatsapp/webhook`;
  const { registry } = graph;
  const ponte: SetupScene["ponte"] = (words, { env: changed = {}, answer = false } = {}) =>
    cli(words, { env: { ...env, ...changed }, answer });
  const reset = (): void => {
    registry.subscription = {
      url: webhook,
      verifyToken: SECRETS.verifyToken,
      fields: ["messages"],
    };
    registry.apps.splice(0, registry.apps.length, registry.appId);
    registry.calls.length = 0;
    registry.isHanging = false;
    registry.token.isValid = true;
    registry.token.expiresAt = 0;
    registry.number.status = "CONNECTED";
    registry.number.quality = "GREEN";
  };
  reset();
  return {
    graph,
    bridge,
    url,
    folder,
    env,
    webhook,
    ponte,
    doctor: async (changed = {}, words = [], answer = false) => {
      const run = await ponte(["doctor", ...words], { env: changed, answer });
      return report.parse(run.results[0]);
    },
    reset,
    close: async () => {
      await bridge.stop("SIGKILL");
      await graph.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
