import type { ConfigProblem } from "./problems.ts";

/** A variable under any of its names. */
interface Named {
  readonly name: string;
  readonly aliases?: readonly string[];
}

export const namesOf = (variable: Named): readonly string[] => [
  variable.name,
  ...(variable.aliases ?? []),
];

/**
 * Reads a variable under its name or an alias; an empty one counts as not set. Names that are set to different values
 * are a problem, because either could be the one that was meant.
 */
export function readVariable(
  variable: Named,
  env: Readonly<Record<string, string | undefined>>,
  problems: ConfigProblem[],
): string | undefined {
  const set = namesOf(variable).filter((name) => env[name] !== undefined && env[name] !== "");
  const values = new Set(set.map((name) => env[name]));
  if (values.size > 1) {
    problems.push({ where: set.join(", "), detail: "names for one setting with different values" });
  }
  return values.values().next().value;
}
