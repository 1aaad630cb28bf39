import { isDeepStrictEqual } from "node:util";
import type { Config } from "./config.ts";

/** What belongs to the process and not to what it was told: it stays until a restart. */
const FIXED = {
  server: ["port", "host", "role"],
  database: ["url", "dataDir", "poolSize"],
  redis: ["url"],
  spool: ["folder"],
} as const;

/** Sections whose settings stand in them by name. */
const SECTIONS = [
  "server",
  "database",
  "redis",
  "answers",
  "commands",
  "conversation",
  "delivery",
  "engine",
  "retention",
  "media",
  "spool",
  "webhooks",
  "api",
  "campaigns",
  "templates",
  "costs",
  "notifications",
  "simulator",
] as const satisfies readonly (keyof Config)[];

/** Takes a new configuration but for what cannot change while the program runs. */
export function keepFixed(current: Config, next: Config): Config {
  const { port, host, role } = current.server;
  return {
    ...next,
    server: { ...next.server, port, host, role },
    database: current.database,
    redis: current.redis,
    spool: { ...next.spool, folder: current.spool.folder },
  };
}

/** Names what a restart would change, as the configuration file does. */
export function namesOfFixed(current: Config, next: Config): readonly string[] {
  return Object.entries(FIXED).flatMap(([section, keys]) =>
    namesOfChanged(current, next).filter((name) =>
      keys.some((key) => name === `${section}.${snakeCase(key)}`),
    ),
  );
}

/** Names the settings that differ, as the configuration file does; no value. */
export function namesOfChanged(before: Config, after: Config): readonly string[] {
  const sections = SECTIONS.flatMap((section) =>
    differing(before[section], after[section]).map((key) => `${section}.${snakeCase(key)}`),
  );
  return [
    ...(before.file === after.file ? [] : ["PONTE_CONFIG"]),
    ...sections,
    ...namesOfEntries("channels", before.channels, after.channels),
    ...namesOfEntries("backends", byName(before.backends), byName(after.backends)),
  ];
}

interface Entry {
  readonly name: string;
  readonly type: string;
  readonly tenant?: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

type Entries = ReadonlyMap<string, Entry>;

const byName = (entries: readonly Entry[]): Entries =>
  new Map(entries.map((entry) => [entry.name, entry]));

function namesOfEntries(section: string, before: Entries, after: Entries): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [old, now] = [before.get(name), after.get(name)];
    if (old === undefined) return [`${section}.${name} (added)`];
    if (now === undefined) return [`${section}.${name} (removed)`];
    const plain = ({ settings, type, tenant }: Entry) => ({ ...settings, type, tenant });
    return differing(plain(old), plain(now)).map((key) => `${section}.${name}.${key}`);
  });
}

function differing(before: object, after: object): readonly string[] {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  return [...new Set([...old.keys(), ...now.keys()])].filter(
    (key) => !isDeepStrictEqual(old.get(key), now.get(key)),
  );
}

const snakeCase = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
