import { z } from "zod";
import { flag } from "../settings.ts";
import { COMMAND_NAMES } from "./command-settings.ts";
import { type LoadContext, isWritten } from "./context.ts";
import { namesOf, readVariable } from "./environment.ts";
import { reportIssues, reportUnknownKey } from "./issues.ts";
import { type SettingPath, isMapping, pathText } from "./problems.ts";
import { ROUTE_KEYS } from "./route-settings.ts";
import { refuseWrittenSecret } from "./secrets.ts";
import { serverSettings } from "./settings.ts";
import { SERVER_VARIABLES } from "./variables.ts";

/** Sections of the file that are read elsewhere. */
const OTHER_SECTIONS = ["channels", "backends"];

/** The server's own settings, and those that other parts are checked by even where the rest is refused. */
export interface ServerReading {
  /** Undefined, with at least one problem, where the sections cannot be used. */
  readonly settings: z.output<typeof serverSettings> | undefined;
  readonly allowInsecure: boolean;
  readonly chain: readonly string[] | undefined;
}

const allowInsecure = z.object({ allowInsecure: flag() });
const chain = z.object({ chain: z.array(z.string()) });

/** Reads the server's own sections: the file first, then the variables for what it leaves out. */
export function readServerSettings(context: LoadContext): ServerReading {
  const written = context.file.value;
  for (const section of Object.keys(written)) {
    if (OTHER_SECTIONS.includes(section) || section in serverSettings.shape) continue;
    const known = [...Object.keys(serverSettings.shape), ...OTHER_SECTIONS];
    reportUnknownKey([], section, known, context);
  }
  const input = Object.fromEntries(
    Object.entries(serverSettings.shape).map(([section, schema]) => [
      section,
      sectionInput(section, written[section], Object.keys(schema.shape), context),
    ]),
  );
  const parsed = serverSettings.safeParse(input);
  if (!parsed.success) {
    const knownKeys = [...COMMAND_NAMES, ...ROUTE_KEYS];
    const source = { pathOf: snakePath, namesOf: variablesAt, knownKeys, input };
    reportIssues(parsed.error.issues, source, context);
  }
  return {
    settings: parsed.data,
    allowInsecure: allowInsecure.safeParse(input["server"]).data?.allowInsecure ?? false,
    chain: chain.safeParse(input["answers"]).data?.chain,
  };
}

/** Renames a section's keys for the schema, refuses unknown ones and fills in the variables. */
function sectionInput(
  section: string,
  written: unknown,
  known: readonly string[],
  context: LoadContext,
): unknown {
  if (written !== undefined && !isMapping(written)) return written;
  const settings: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(written ?? {})) {
    const name = known.find((candidate) => snakeCase(candidate) === key);
    if (name === undefined) reportUnknownKey([section], key, known.map(snakeCase), context);
    else settings[name] = value;
  }
  for (const variable of SERVER_VARIABLES) {
    const [owner, key] = variable.path ?? [];
    const name = known.find((candidate) => snakeCase(candidate) === key);
    if (owner !== section || key === undefined || name === undefined) continue;
    const names = namesOf(variable);
    if (variable.secret) refuseWrittenSecret([section, key], variable.secret, names, context);
    const value = readVariable(variable, context.env, context.problems);
    if (value === undefined) continue;
    if (isWritten([section, key], context)) noteUnused(names, [section, key], context);
    else {
      settings[name] = value;
      context.filled.add(pathText([section, key]));
    }
  }
  return settings;
}

/** Says that a variable is set in vain, unless the file refers to it. */
export function noteUnused(
  names: readonly string[],
  path: SettingPath,
  context: LoadContext,
): void {
  const refers = context.file.scalars.some(
    ({ path: at, written }) =>
      pathText(at.slice(0, path.length)) === pathText(path) &&
      typeof written === "string" &&
      names.some((name) => written.includes(`\${${name}`)),
  );
  if (refers) return;
  const place = `${context.file.path}:${context.file.lineOf(path)}`;
  context.notices.push(`${names.join(", ")} not used: ${place} sets ${pathText(path)}`);
}

const snakeCase = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Only sections and their keys are renamed: below them stand languages and the operator's own names. */
const snakePath = (path: SettingPath): SettingPath =>
  path.map((key, depth) => (depth < 2 && typeof key === "string" ? snakeCase(key) : key));

function variablesAt(path: SettingPath): readonly string[] {
  const variable = SERVER_VARIABLES.find(
    (candidate) =>
      candidate.path !== undefined && pathText(candidate.path) === pathText(path.slice(0, 2)),
  );
  return variable === undefined ? [] : namesOf(variable);
}
