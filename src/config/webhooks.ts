import type { LoadContext } from "./context.ts";
import { whereIs } from "./context.ts";
import { isLoopback } from "./modules.ts";
import { isMapping } from "./problems.ts";
import { refuseWrittenSecret } from "./secrets.ts";
import type { WebhookSettings } from "./settings.ts";

/** Refuses signing secrets that stand in the file. They are looked for before anything else is known to be right. */
export function refuseWrittenWebhookSecrets(context: LoadContext): void {
  const section = context.file.value["webhooks"];
  const endpoints = isMapping(section) ? section["endpoints"] : undefined;
  for (const name of isMapping(endpoints) ? Object.keys(endpoints) : [])
    refuseWrittenSecret(["webhooks", "endpoints", name, "secret"], "value", [], context);
}

/** Refuses receivers that would get people's messages over plain http, unless they are on this machine. */
export function checkWebhooks(
  { endpoints }: WebhookSettings,
  allowInsecure: boolean,
  context: LoadContext,
): void {
  if (allowInsecure) return;
  for (const [name, { url }] of Object.entries(endpoints)) {
    const { protocol, hostname } = new URL(url);
    if (protocol !== "http:" || isLoopback(hostname)) continue;
    context.problems.push({
      where: whereIs(["webhooks", "endpoints", name, "url"], [], context),
      detail: "plain http to another machine; use https or set PONTE_ALLOW_INSECURE=true",
    });
  }
}
