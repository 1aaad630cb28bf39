import { parseEnv } from "node:util";

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of the program, with the file of it as it is at the time. */
export interface EnvironmentFile {
  /** The variables: what the process was started with stands, what came from the file is read again. */
  readonly read: () => Environment;
}

/**
 * Remembers which variables of a process came from its file of them. A variable with one value in both places counts as the
 * file's: a service manager may have read the very same file. A file of which a name is not set at all is none of this
 * process's, and is left alone.
 */
export function openEnvironmentFile(
  started: Environment,
  readFile: () => string | undefined,
): EnvironmentFile {
  const first = parse(readFile());
  const isOurs = Object.keys(first).every((name) => started[name] !== undefined);
  if (!isOurs) return { read: () => started };
  const own = Object.fromEntries(
    Object.entries(started).filter(([name, value]) => first[name] !== value),
  );
  return { read: () => ({ ...parse(readFile()), ...own }) };
}

function parse(text: string | undefined): Environment {
  return text === undefined ? {} : parseEnv(text);
}
