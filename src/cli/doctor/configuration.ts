import { existsSync, readFileSync } from "node:fs";
import { BACKEND_MODULES } from "../../answers/index.ts";
import { CHANNEL_MODULES } from "../../channels/index.ts";
import type { Config } from "../../config.ts";
import { namesOf } from "../../config/environment.ts";
import { ConfigError, type ConfigProblem } from "../../config/problems.ts";
import { nearest } from "../../config/suggest.ts";
import { SERVER_VARIABLES } from "../../config/variables.ts";
import { CliError } from "../failure.ts";
import { whereFound } from "../init/where-found.ts";
import type { Check } from "./check.ts";

/** Variables that the command line reads itself. */
const OF_THE_COMMAND = ["PONTE_URL", "PONTE_API_KEY", "PONTE_CONFIG"];

const ENV_FILE = ".env";

/** Every variable that anything reads. */
function knownVariables(): readonly string[] {
  const all = [
    ...SERVER_VARIABLES,
    ...[...CHANNEL_MODULES, ...BACKEND_MODULES].flatMap((module) => module.variables),
  ];
  return [...new Set([...all.flatMap(namesOf), ...OF_THE_COMMAND])];
}

/** The lines on which a file of variables sets each of them; the last one counts. */
export function linesOfVariables(text: string): ReadonlyMap<string, number> {
  const lines = text.split("\n").map((line, index) => ({
    name: /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=/.exec(line)?.[1],
    number: index + 1,
  }));
  return new Map(lines.flatMap(({ name, number }) => (name === undefined ? [] : [[name, number]])));
}

const readEnvFile = (): string => (existsSync(ENV_FILE) ? readFileSync(ENV_FILE, "utf8") : "");

/** Names of variables inside the words that say where a problem is. */
const namedIn = (where: string): readonly string[] =>
  where.match(/\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b/g) ?? [];

/** A name that is short where a variable has it, with its line in `.env`; what stands in the configuration file as it is told. */
function placeOf({ where }: ConfigProblem, lines: ReadonlyMap<string, number>): string {
  const names = namedIn(where);
  const [variable] = names;
  if (variable === undefined || /^\S+:\d+ /.test(where)) return where;
  const written = names.find((name) => lines.has(name));
  return written === undefined ? variable : `${ENV_FILE}:${lines.get(written) ?? 0} ${written}`;
}

/** The setting's own path, where a variable stands for it. */
function settingOf({ where }: ConfigProblem): string {
  const path = /^([a-z][\w.-]*) \(/.exec(where)?.[1];
  return path === undefined ? "" : ` (${path})`;
}

function fixOf({ where, detail }: ConfigProblem): string {
  const [variable] = namedIn(where);
  if (variable === undefined) return "docs/configuration.md explains every setting";
  const source = whereFound(variable);
  const known = source === undefined ? "" : `: ${source}`;
  return /not set|is needed/.test(detail)
    ? `set ${variable} in ${ENV_FILE}${known}`
    : `correct ${variable} in ${ENV_FILE}${known}`;
}

/** What is wrong with the configuration, a row each, and what looks like a slip of the pen. */
export function problemRows(problems: readonly ConfigProblem[]): readonly Check[] {
  const lines = linesOfVariables(readEnvFile());
  const rows = problems.map((problem): Check => ({
    area: "configuration",
    name: placeOf(problem, lines),
    level: "fail",
    detail: `${problem.detail}${settingOf(problem)}`,
    fix: fixOf(problem),
  }));
  return [...rows, ...strayRows(undefined)];
}

/** The problems of a configuration that was refused; throws what is no such refusal. */
export function problemsOf(thrown: unknown): readonly ConfigProblem[] {
  const cause = thrown instanceof CliError ? thrown.cause : thrown;
  if (cause instanceof ConfigError) return cause.problems;
  throw thrown;
}

/** What was read, and what should be known of it although nothing is wrong. */
export function configurationRows({ file, notices }: Config): readonly Check[] {
  const read: Check = {
    area: "configuration",
    name: file ?? "no file",
    level: "ok",
    detail:
      file === undefined ? "everything has its default, or comes from variables" : "can be used",
  };
  const remarks = notices.map((notice): Check => ({
    area: "configuration",
    name: "remark",
    level: "warn",
    detail: notice,
  }));
  return [read, ...remarks, ...strayRows(file)];
}

/** Variables of `.env` that nothing reads and that look like one that something does. */
function strayRows(file: string | undefined): readonly Check[] {
  const known = knownVariables();
  const referred = file === undefined ? "" : readFileSync(file, "utf8");
  return [...linesOfVariables(readEnvFile())].flatMap(([name, line]) => {
    if (known.includes(name) || referred.includes(`\${${name}`)) return [];
    const meant = nearest(name, known);
    if (meant === undefined) return [];
    return [
      {
        area: "configuration",
        name: `${ENV_FILE}:${line} ${name}`,
        level: "warn" as const,
        detail: "nothing reads this variable",
        fix: `did you mean ${meant}?`,
      },
    ];
  });
}
