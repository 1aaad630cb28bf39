// What `import … from "ponte/webhooks"` gives: webhooks on servers that are not ours.
export { ConfigError } from "../config/problems.ts";
export { BridgeError } from "../errors.ts";
export type { WebhookResponse } from "../http/webhook-response.ts";
export { openWebhooks } from "./open-webhooks.ts";
export type { Webhooks } from "./open-webhooks.ts";
export type { LibraryOptions } from "./told.ts";
export type { WebhookCall } from "./webhook-call.ts";
