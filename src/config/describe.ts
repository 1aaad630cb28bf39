import type { Variable } from "../settings.ts";
import type { Config } from "../config.ts";
import { isMapping } from "./problems.ts";

/** Describes the effective configuration for the start log: every setting, and of secrets only whether they are set. */
export function describeConfig(config: Config): Record<string, unknown> {
  const { adminKey, messagingTestRecipient: recipient, ...server } = config.server;
  const { url: databaseUrl, ...database } = config.database;
  const { answers, commands, conversation, delivery, engine, retention } = config;
  const { key, s3SecretAccessKey, ...media } = config.media;
  const { api, campaigns, templates, costs, simulator } = config;
  const { rabbitmqUrl, ...notifications } = config.notifications;
  return {
    file: config.file ?? null,
    server: {
      ...server,
      adminKeyConfigured: adminKey !== undefined,
      messagingTestRecipientConfigured: recipient !== undefined,
    },
    database: { ...database, ...describeUrl(databaseUrl) },
    redis: describeUrl(config.redis.url),
    channels: describeAll([...config.channels.values()]),
    backends: describeAll(config.backends),
    answers,
    commands,
    conversation,
    delivery,
    engine,
    retention,
    webhooks: describeWebhooks(config.webhooks),
    api,
    campaigns,
    templates,
    costs,
    simulator,
    notifications: { ...notifications, ...describeUrl(rabbitmqUrl) },
    media: {
      ...media,
      keyConfigured: key !== undefined,
      s3SecretAccessKeyConfigured: s3SecretAccessKey !== undefined,
    },
  };
}

/** Lists every configured value that must never reach a log, an error or a stored payload, longest first. */
export function configSecrets(config: Config): string[] {
  const secrets = [
    config.server.adminKey,
    config.media.key,
    config.media.s3SecretAccessKey,
    ...Object.values(config.webhooks.endpoints).map(({ secret }) => secret),
    ...urlSecrets(config.database.url),
    ...urlSecrets(config.redis.url),
    ...urlSecrets(config.notifications.rabbitmqUrl),
    ...[...config.channels.values()].flatMap(({ channel }) => channel.secrets),
    ...config.backends.flatMap(({ backend }) => backend.secrets),
  ].filter((secret) => secret !== undefined && secret !== "");
  return [...new Set(secrets.map(String))].toSorted((a, b) => b.length - a.length);
}

/** The path of an address may hold a token of the receiver's own. */
function describeWebhooks({ endpoints }: Config["webhooks"]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(endpoints).map(([name, { url, events, timeout_ms: timeoutMs }]) => [
      name,
      { host: new URL(url).host, secretConfigured: true, events, timeoutMs },
    ]),
  );
}

function describeUrl(url: string | undefined): Record<string, unknown> {
  return url === undefined
    ? { urlConfigured: false }
    : { urlConfigured: true, host: new URL(url).host };
}

/** The password alone, as written and as decoded: a driver's error may quote either. */
function urlSecrets(url: string | undefined): string[] {
  if (url === undefined) return [];
  const { password, searchParams } = new URL(url);
  const inQuery = searchParams.get("password") ?? "";
  return [password, decodeURIComponent(password), inQuery];
}

interface Described {
  readonly name: string;
  readonly type: string;
  readonly tenant?: string;
  readonly module: { readonly variables: readonly Variable[] };
  readonly settings: Readonly<Record<string, unknown>>;
}

const describeAll = (entries: readonly Described[]): Record<string, unknown> =>
  Object.fromEntries(
    entries.map(({ name, type, tenant, module, settings }) => [
      name,
      {
        type,
        ...(tenant !== undefined && { tenant }),
        ...describeSettings(settings, module.variables),
      },
    ]),
  );

function describeSettings(
  settings: Readonly<Record<string, unknown>>,
  variables: readonly Variable[],
): Record<string, unknown> {
  const secret = variables.filter((variable) => variable.secret === true);
  const open = Object.entries(settings).filter(
    ([key, value]) => value !== undefined && !secret.some(({ setting }) => setting === key),
  );
  return Object.fromEntries([
    ...open.map(([key, value]) => [camelCase(key), withoutLogin(value)]),
    ...secret.map(({ setting }) => [
      `${camelCase(setting)}Configured`,
      settings[setting] !== undefined,
    ]),
  ]);
}

/** Takes the login out of a URL, however deep it stands. */
function withoutLogin(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/(:\/\/)[^/?#\s]*@/g, "$1");
  if (Array.isArray(value)) return value.map(withoutLogin);
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withoutLogin(inner)]),
  );
}

const camelCase = (key: string): string =>
  key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
