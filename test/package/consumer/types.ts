// Compiled by pack.test.ts against the types of the installed package, as a user of the library would.
import {
  type BridgeError,
  ConfigError,
  ERRORS,
  type RunningBridge,
  startBridge,
  VERSION,
} from "ponte";
import { BACKEND_MODULES, defineBackend } from "ponte/backends";
import { CHANNEL_MODULES, type Channel } from "ponte/channels";
import {
  createConverter,
  readRasaMessage,
  type Rendering,
  type Reply,
  splitText,
} from "ponte/convert";
import { openWebhooks, type WebhookCall, type WebhookResponse } from "ponte/webhooks";

export const reply: Reply | undefined = readRasaMessage({ text: "hi" });
export const types: readonly string[] = CHANNEL_MODULES.map(({ type }) => type);
export const count: number = BACKEND_MODULES.length + splitText(VERSION, 20).length;
export const statusOf = (error: BridgeError): number => ERRORS[error.code].status;
export const isConfig = (error: unknown): error is ConfigError => error instanceof ConfigError;
export const start = (): Promise<RunningBridge> => startBridge({ env: { PORT: "0" } });
export type Verify = Channel["receive"];

export async function take(call: WebhookCall): Promise<WebhookResponse> {
  const webhooks = await openWebhooks({ env: {} });
  return webhooks.handle(call);
}

export function render(said: Reply): Rendering {
  const to = { account: "1", identities: [{ kind: "phone", value: "5511900000001" }] } as const;
  return createConverter("cloud", {}).render(said, to);
}

// @ts-expect-error the text of a reply is a text
export const wrong: Reply = { text: 5 };
// @ts-expect-error a backend says how long it may take
export const untimed = defineBackend({ type: "x", variables: [], create: () => ({ secrets: [] }) });
