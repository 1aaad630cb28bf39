import { z } from "zod";
import type { AnswerBackend, BackendModule, BackendTools } from "../answers/backend.ts";
import type { Channel, ChannelModule } from "../channels/channel.ts";
import type { Variable } from "../settings.ts";
import { type LoadContext, whereIs } from "./context.ts";
import { type Entry, type Kind, readEntries } from "./entries.ts";
import { namesOf } from "./environment.ts";
import { reportIssues } from "./issues.ts";

/** A channel under its configured name. */
export interface ConfiguredChannel {
  readonly name: string;
  readonly type: string;
  /** Whose it is: a tenant owns whole channels and what happens on them. */
  readonly tenant: string;
  readonly channel: Channel;
  readonly module: ChannelModule;
  /** The settings it was given, as written, for `describeConfig`; secrets included. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A backend under its configured name. */
export interface ConfiguredBackend {
  readonly name: string;
  readonly type: string;
  readonly backend: AnswerBackend;
  /** Asked only where a route, a shadow or a recording names it. */
  readonly isSpare?: boolean;
  readonly module: BackendModule;
  /** The settings it was given, as written, for `describeConfig`; secrets included. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Types that exist without being asked for: a fresh start can be talked to and answers. */
const ALWAYS_ON = { channels: ["rest"], backends: ["templates"] } as const;

export function readChannels(
  modules: readonly ChannelModule[],
  allowInsecure: boolean,
  context: LoadContext,
): readonly ConfiguredChannel[] {
  const kinds = modules.map((module) => ({
    ...kindFrom(module, module.defaultName, ALWAYS_ON.channels),
    module,
  }));
  const channels = readEntries("channels", kinds, context).flatMap((entry) => {
    const channel = configure("channels", entry, entry.kind.module.configure, context);
    if (channel === undefined) return [];
    if (!allowInsecure) refusePlainHttp("channels", entry, channel.endpoints, context);
    const { name, kind, settings, tenant } = entry;
    return [{ name, type: kind.type, tenant, channel, module: kind.module, settings }];
  });
  refuseSecondSocket(channels, context);
  return channels;
}

/** Clients that hold connections say no channel's name: all of them come to the one address there is. */
function refuseSecondSocket(channels: readonly ConfiguredChannel[], context: LoadContext): void {
  const sockets = channels.filter(({ channel }) => channel.web?.protocol === "socketio");
  for (const { name, type } of sockets.slice(1)) {
    const detail = `there can be one channel of type ${type}: all its clients connect at one address`;
    context.problems.push({ where: whereIs(["channels", name], [], context), detail });
  }
}

/** Backends in the order of their modules, and the names of those that were refused. */
export function readBackends(
  modules: readonly BackendModule[],
  tools: BackendTools,
  allowInsecure: boolean,
  context: LoadContext,
): { readonly backends: readonly ConfiguredBackend[]; readonly refused: readonly string[] } {
  const kinds = modules.map((module) => ({
    ...kindFrom(module, module.type, ALWAYS_ON.backends),
    module,
  }));
  const entries = readEntries("backends", kinds, context);
  const ordered = kinds.flatMap((kind) => entries.filter((entry) => entry.kind === kind));
  const backends = ordered.flatMap((entry) => {
    const { name, kind, settings } = entry;
    const create = (raw: unknown) => kind.module.configure(raw, tools);
    const backend = configure("backends", entry, create, context);
    if (backend === undefined) return [];
    if (!allowInsecure) refusePlainHttp("backends", entry, backend.endpoints ?? [], context);
    return [{ name, type: kind.type, backend, module: kind.module, settings }];
  });
  const names = new Set(backends.map(({ name }) => name));
  return { backends, refused: entries.map(({ name }) => name).filter((name) => !names.has(name)) };
}

const kindFrom = (
  module: { readonly type: string; readonly variables: readonly Variable[] },
  defaultName: string,
  alwaysOn: readonly string[],
): Kind => ({
  type: module.type,
  defaultName,
  alwaysOn: alwaysOn.includes(module.type),
  variables: module.variables,
});

/** Calls a module and tells what it refused; gives undefined, and at least one problem, where it refused anything. */
function configure<Configured>(
  section: "channels" | "backends",
  entry: Entry<Kind>,
  create: (raw: unknown) => Configured,
  context: LoadContext,
): Configured | undefined {
  const { name, kind, settings } = entry;
  const namesAt = (setting: unknown): readonly string[] => {
    const variable = kind.variables.find((candidate) => candidate.setting === setting);
    return variable === undefined || !entry.usesEnvironment ? [] : namesOf(variable);
  };
  try {
    return create(settings);
  } catch (error) {
    if (error instanceof z.core.$ZodError) {
      const source = {
        pathOf: (path: readonly (string | number)[]) => [section, name, ...path],
        namesOf: (path: readonly (string | number)[]) => namesAt(path[2]),
        knownKeys: kind.variables.map(({ setting }) => setting),
        input: settings,
      };
      reportIssues(error.issues, source, context);
      return undefined;
    }
    // A module says in a plain Error what is wrong with the files it reads; any other kind of error is a bug.
    if (!(error instanceof Error) || error.name !== "Error") throw error;
    context.problems.push({ where: whereIs([section, name], [], context), detail: error.message });
    return undefined;
  }
}

/** Tokens and message texts travel to these addresses: plain http is for the same machine only. */
function refusePlainHttp(
  section: "channels" | "backends",
  entry: Entry<Kind>,
  endpoints: readonly string[],
  context: LoadContext,
): void {
  for (const endpoint of endpoints) {
    const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
    if (url === undefined || (url.protocol === "http:" && !isLoopback(url.hostname))) {
      const setting = settingHolding(endpoint, entry);
      const variable = entry.kind.variables.find((candidate) => candidate.setting === setting);
      const path = [section, entry.name, ...(setting === undefined ? [] : [setting])];
      const names = variable === undefined || !entry.usesEnvironment ? [] : namesOf(variable);
      const detail =
        url === undefined
          ? "a provider address is not a URL"
          : "plain http to another machine; use https or set PONTE_ALLOW_INSECURE=true";
      context.problems.push({ where: whereIs(path, names, context), detail });
    }
  }
}

/** Modules may take a closing slash off an address, so the beginning decides. */
function settingHolding(endpoint: string, entry: Entry<Kind>): string | undefined {
  const holds = (value: unknown) => typeof value === "string" && value.startsWith(endpoint);
  return Object.entries(entry.settings).find(([, value]) => holds(value))?.[0];
}

/** Whether a host of a URL is this machine. */
export const isLoopback = (host: string): boolean =>
  /^127(\.\d{1,3}){3}$/.test(host) ||
  ["localhost", "[::1]"].includes(host) ||
  host.endsWith(".localhost");
