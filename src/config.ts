import type { BackendModule, BackendTools } from "./answers/backend.ts";
import type { ChannelModule } from "./channels/channel.ts";
import { checkRoutes, orderBackends } from "./config/chain.ts";
import type { LoadContext } from "./config/context.ts";
import { checkDebounce } from "./config/debounce.ts";
import { checkFallbacks } from "./config/fallback.ts";
import { type ConfigFile, noFile, parseConfigFile } from "./config/file.ts";
import {
  type ConfiguredBackend,
  type ConfiguredChannel,
  readBackends,
  readChannels,
} from "./config/modules.ts";
import { ConfigError, type ConfigProblem, isMapping } from "./config/problems.ts";
import { readServerSettings } from "./config/server.ts";
import type {
  AnswerSettings,
  ApiSettings,
  CampaignSettings,
  CommandSettings,
  ConversationSettings,
  CostSettings,
  DatabaseSettings,
  DeliverySettings,
  EngineSettings,
  MediaSettings,
  NotificationSettings,
  RedisSettings,
  RetentionSettings,
  ServerSettings,
  SimulatorSettings,
  SpoolSettings,
  TemplateSettings,
  WebhookSettings,
} from "./config/settings.ts";
import { DEFAULT_CONFIG_FILE } from "./config/variables.ts";
import { checkSimulator } from "./config/simulator.ts";
import { checkSpool } from "./config/spool.ts";
import { checkNotifications } from "./config/notifications.ts";
import { checkWebhooks, refuseWrittenWebhookSecrets } from "./config/webhooks.ts";

/** Everything the program was told at start, checked, parsed and frozen. */
export interface Config {
  /** The file that was read; undefined where there was none. */
  readonly file: string | undefined;
  readonly server: ServerSettings;
  readonly database: DatabaseSettings;
  readonly redis: RedisSettings;
  /** By name. */
  readonly channels: ReadonlyMap<string, ConfiguredChannel>;
  /** In the order they are asked, then the spares. */
  readonly backends: readonly ConfiguredBackend[];
  readonly answers: AnswerSettings;
  readonly commands: CommandSettings;
  readonly conversation: ConversationSettings;
  readonly delivery: DeliverySettings;
  readonly engine: EngineSettings;
  readonly retention: RetentionSettings;
  readonly media: MediaSettings;
  readonly spool: SpoolSettings;
  readonly webhooks: WebhookSettings;
  readonly api: ApiSettings;
  readonly campaigns: CampaignSettings;
  readonly templates: TemplateSettings;
  readonly costs: CostSettings;
  readonly notifications: NotificationSettings;
  readonly simulator: SimulatorSettings;
  /** What the operator should know although nothing is wrong; holds no values. */
  readonly notices: readonly string[];
}

/** What can be configured. */
export interface ConfigModules {
  readonly channels: readonly ChannelModule[];
  readonly backends: readonly BackendModule[];
}

/** Characters from which a random key cannot be guessed by trying. */
const SAFE_KEY_LENGTH = 16;

type Environment = Readonly<Record<string, string | undefined>>;
type ReadFile = (path: string) => string | undefined;

/**
 * Reads the configuration file and the environment once, at start. What the file sets wins; a variable fills what it
 * leaves out. Throws a `ConfigError` that lists every problem by file and line, setting and variable, never by value.
 */
export function loadConfig(
  env: Environment,
  readFile: ReadFile,
  modules: ConfigModules,
  tools: BackendTools,
): Config {
  const problems: ConfigProblem[] = [];
  const { file, isPresent } = readConfigFile(env, readFile, problems);
  const context: LoadContext = { env, file, filled: new Set(), problems, notices: [] };
  const { settings, allowInsecure, chain } = readServerSettings(context);
  const channels = readChannels(modules.channels, allowInsecure, context);
  refuseWrittenWebhookSecrets(context);
  if (settings !== undefined) checkWebhooks(settings.webhooks, allowInsecure, context);
  if (settings !== undefined) checkNotifications(settings.notifications, context);
  if (settings !== undefined) checkFallbacks(settings.delivery.fallback, channels, context);
  if (settings !== undefined)
    checkDebounce(settings.conversation.debounceChannels, channels, context);
  if (settings !== undefined)
    checkSimulator(settings.simulator, settings.server, channels, context);
  if (settings !== undefined) checkSpool(settings, channels, context);
  const configured = readBackends(modules.backends, tools, allowInsecure, context);
  const backends = orderBackends({ ...settings?.answers, chain }, configured, context);
  if (settings !== undefined) checkRoutes(settings.answers, channels, context);
  if (settings === undefined || problems.length > 0) throw new ConfigError(unique(problems));
  if ((settings.server.adminKey?.length ?? Infinity) < SAFE_KEY_LENGTH) {
    context.notices.push(
      `the admin key is short: use ${SAFE_KEY_LENGTH} random characters or more`,
    );
  }
  return Object.freeze({
    ...freezeDeeply(settings),
    answers: freezeDeeply({ ...settings.answers, chain: namesInChain(backends) }),
    file: isPresent ? file.path : undefined,
    channels: new Map(channels.map((channel) => [channel.name, Object.freeze(channel)])),
    backends: Object.freeze(backends.map((backend) => Object.freeze(backend))),
    notices: Object.freeze(context.notices),
  });
}

/** A file that is asked for by name must exist; the usual one need not. */
function readConfigFile(
  env: Environment,
  readFile: ReadFile,
  problems: ConfigProblem[],
): { file: ConfigFile; isPresent: boolean } {
  const asked = env["PONTE_CONFIG"] ?? "";
  const path = asked === "" ? DEFAULT_CONFIG_FILE : asked;
  const text = readFile(path);
  if (text !== undefined) {
    return { file: parseConfigFile(path, text, env, problems), isPresent: true };
  }
  if (asked !== "") problems.push({ where: "PONTE_CONFIG", detail: "the file does not exist" });
  return { file: noFile(path), isPresent: false };
}

function namesInChain(backends: readonly ConfiguredBackend[]): string[] {
  return backends.filter(({ isSpare }) => isSpare !== true).map(({ name }) => name);
}

/** One mistake may be met twice, such as two names of a variable that channels share. */
function unique(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

function freezeDeeply<Value>(value: Value): Value {
  if (isMapping(value)) Object.values(value).forEach(freezeDeeply);
  return Object.freeze(value);
}
