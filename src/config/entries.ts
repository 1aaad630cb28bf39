import { z } from "zod";
import { type Variable, flag } from "../settings.ts";
import { type LoadContext, isWritten, whereIs } from "./context.ts";
import { namesOf, readVariable } from "./environment.ts";
import { isMapping, pathText } from "./problems.ts";
import { refuseWrittenSecret } from "./secrets.ts";
import { noteUnused } from "./server.ts";
import { nearest } from "./suggest.ts";

/** What loading needs to know of a kind of channel or backend. */
export interface Kind {
  readonly type: string;
  /** The name of the entry that the environment alone switches on, and that variables fill. */
  readonly defaultName: string;
  /** Whether there is one although nobody asked for it. */
  readonly alwaysOn: boolean;
  readonly variables: readonly Variable[];
}

/** One channel or backend to be configured. */
export interface Entry<Of extends Kind> {
  readonly name: string;
  readonly kind: Of;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Whose it is, for a channel: a tenant owns whole channels. */
  readonly tenant: string;
  /** Whether variables fill what the file leaves out. */
  readonly usesEnvironment: boolean;
}

type Section = "channels" | "backends";

/** The setting that every entry has and no module sees. */
const ENABLED = "enabled";

/** The setting that every channel has and no module sees. */
const TENANT = "tenant";

/** Whose a channel is that says no tenant. */
const DEFAULT_TENANT = "default";

/** Names become parts of URLs and metric labels. */
const ENTRY_NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/** Finds the entries of a section: those of the file in its order, then those the environment switches on. */
export function readEntries<Of extends Kind>(
  section: Section,
  kinds: readonly Of[],
  context: LoadContext,
): readonly Entry<Of>[] {
  const written = context.file.value[section] ?? {};
  if (!isMapping(written)) {
    const detail = "must hold settings by name";
    context.problems.push({ where: whereIs([section], [], context), detail });
    return [];
  }
  const inFile = Object.entries(written).flatMap(([name, value]) => {
    const kind = kindOf(section, name, value, kinds, context);
    return kind === undefined ? [] : [{ name, kind, value: isMapping(value) ? value : {} }];
  });
  const switchedOn = kinds
    .filter((kind) => !inFile.some((entry) => entry.kind.type === kind.type))
    .filter((kind) => kind.alwaysOn || isSwitchedOn(kind, context))
    .filter((kind) => !isNameTaken(section, kind, written, context))
    .map((kind) => ({ name: kind.defaultName, kind, value: {} }));
  return [...inFile, ...switchedOn]
    .filter(({ name, kind, value }) => isEnabled(section, name, kind, value, context))
    .map(({ name, kind, value }) => ({
      name,
      kind,
      settings: settingsOf(section, name, kind, value, context),
      tenant: tenantOf(section, name, value, context),
      usesEnvironment: name === kind.defaultName,
    }));
}

/** The kind that `type` says, or that the entry's name says where there is no `type`. */
function kindOf<Of extends Kind>(
  section: Section,
  name: string,
  value: unknown,
  kinds: readonly Of[],
  context: LoadContext,
): Of | undefined {
  const refuse = (key: readonly string[], detail: string) => {
    context.problems.push({ where: whereIs([section, name, ...key], [], context), detail });
    return undefined;
  };
  if (!ENTRY_NAME.test(name)) {
    return refuse([], "a name has 1 to 63 lower-case letters, digits, - and _");
  }
  if (value !== undefined && !isMapping(value)) return refuse([], "must hold settings by name");
  const type = value?.["type"];
  const kind = kinds.find((candidate) =>
    type === undefined
      ? candidate.defaultName === name || candidate.type === name
      : candidate.type === type,
  );
  if (kind !== undefined) return kind;
  const types = kinds.map((candidate) => candidate.type);
  const meant = typeof type === "string" ? nearest(type, types) : undefined;
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  return refuse(["type"], `must be one of ${types.join(", ")}${hint}`);
}

function isSwitchedOn(kind: Kind, context: LoadContext): boolean {
  const isSet = (variable: Variable) =>
    namesOf(variable).some((name) => (context.env[name] ?? "") !== "");
  const together = kind.variables.filter(({ switchesOn }) => switchesOn === "together");
  return (
    kind.variables.some((variable) => variable.switchesOn === true && isSet(variable)) ||
    (together.length > 0 && together.every(isSet))
  );
}

function isNameTaken(
  section: Section,
  kind: Kind,
  written: Readonly<Record<string, unknown>>,
  context: LoadContext,
): boolean {
  if (!Object.hasOwn(written, kind.defaultName)) return false;
  context.problems.push({
    where: whereIs([section, kind.defaultName], [], context),
    detail: `has another type, but the environment or the default asks for one of type ${kind.type} by this name`,
  });
  return true;
}

/** What the file says, else what the variable of a kind that has one says, else yes. */
function isEnabled(
  section: Section,
  name: string,
  kind: Kind,
  value: Readonly<Record<string, unknown>>,
  context: LoadContext,
): boolean {
  const variable = kind.variables.find(({ setting }) => setting === ENABLED);
  const isFilled = variable !== undefined && name === kind.defaultName;
  const filled = isFilled ? readVariable(variable, context.env, context.problems) : undefined;
  const parsed = z.optional(flag()).safeParse(value[ENABLED] ?? filled);
  if (parsed.success) return parsed.data !== false;
  const names = isFilled && value[ENABLED] === undefined ? namesOf(variable) : [];
  const where = whereIs([section, name, ENABLED], names, context);
  context.problems.push({ where, detail: "must be true or false" });
  return false;
}

/** Whose a channel is. A number of YAML's is refused: `007` and `7` would be one tenant. */
function tenantOf(
  section: Section,
  name: string,
  value: Readonly<Record<string, unknown>>,
  context: LoadContext,
): string {
  const tenant = (section === "channels" ? value[TENANT] : undefined) ?? DEFAULT_TENANT;
  if (typeof tenant === "string" && ENTRY_NAME.test(tenant)) return tenant;
  const where = whereIs([section, name, TENANT], [], context);
  const detail = "must be a name of 1 to 63 lower-case letters, digits, - and _";
  context.problems.push({ where, detail });
  return DEFAULT_TENANT;
}

/** The entry's own settings, with the variables for what the file leaves out. */
function settingsOf(
  section: Section,
  name: string,
  kind: Kind,
  value: Readonly<Record<string, unknown>>,
  context: LoadContext,
): Readonly<Record<string, unknown>> {
  const settings: Record<string, unknown> = { ...value };
  delete settings["type"];
  delete settings[ENABLED];
  if (section === "channels") delete settings[TENANT];
  for (const variable of kind.variables) {
    if (variable.setting === ENABLED) continue;
    const path = [section, name, variable.setting];
    const names = name === kind.defaultName ? namesOf(variable) : [];
    if (variable.secret === true) refuseWrittenSecret(path, "value", names, context);
    if (name !== kind.defaultName) continue;
    const found = readVariable(variable, context.env, context.problems);
    if (found === undefined) continue;
    if (isWritten(path, context)) noteUnused(names, path, context);
    else {
      settings[variable.setting] = found;
      context.filled.add(pathText(path));
    }
  }
  return settings;
}
