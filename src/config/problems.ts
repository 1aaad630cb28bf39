/** One thing wrong with the configuration. Neither field ever holds a configured value. */
export interface ConfigProblem {
  /** File and line, setting path and variable names, as far as each is known. */
  readonly where: string;
  readonly detail: string;
}

/** The configuration cannot be used. Lists every problem found, so that one reading mends all of them. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    const lines = problems.map(({ where, detail }) => `  - ${where}: ${detail}`);
    super([`the configuration has ${count}`, ...lines].join("\n"));
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/** Where a setting is written, from its outermost key to its own. */
export type SettingPath = readonly (string | number)[];

export const pathText = (path: SettingPath): string => path.join(".");

/** Narrows to a mapping of YAML or JSON. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
