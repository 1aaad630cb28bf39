import { ALIASES } from "./aliases.ts";

/** What a path below the server's address asks for. */
export interface WebhookPath {
  readonly channel: string;
  /** What follows `/webhook`, without a leading slash. */
  readonly suffix: string;
  /** "status": only whether the channel is there. */
  readonly serves: "webhook" | "status";
}

const OWN_WEBHOOK = /^\/webhooks\/([^/]+)\/webhook(?:\/(.*))?$/;
const OWN_STATUS = /^\/webhooks\/([^/]+)\/?$/;

/** How an alias says that anything may follow it. */
const ANY_SUFFIX = "{/*suffix}";

/** Reads the path of a call where no router does: the layout of Rasa's connectors, and the aliases. */
export function readWebhookPath(path: string): WebhookPath | undefined {
  const webhook = OWN_WEBHOOK.exec(path);
  if (webhook !== null) return found(webhook[1], webhook[2], "webhook");
  const status = OWN_STATUS.exec(path);
  if (status !== null) return found(status[1], "", "status");
  for (const { path: alias, channel, serves } of ALIASES) {
    const root = alias.replace(ANY_SUFFIX, "");
    const isOpen = root !== alias;
    const rest = path === root ? "" : path.slice(root.length);
    if (!path.startsWith(root) || (rest !== "" && rest !== "/" && !(isOpen && rest[0] === "/")))
      continue;
    return found(channel, rest, serves);
  }
  return undefined;
}

function found(name = "", suffix = "", serves: WebhookPath["serves"]): WebhookPath | undefined {
  const channel = decode(name);
  if (channel === undefined) return undefined;
  const parts = suffix.split("/").filter((part) => part !== "");
  return { channel, suffix: parts.join("/"), serves };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
