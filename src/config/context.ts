import type { ConfigFile } from "./file.ts";
import { type ConfigProblem, type SettingPath, isMapping, pathText } from "./problems.ts";

/** What the steps of loading share: where settings come from, and what was found wrong with them. */
export interface LoadContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly file: ConfigFile;
  /** Paths, as text, that a variable filled because the file leaves them out. */
  readonly filled: Set<string>;
  readonly problems: ConfigProblem[];
  /** What the operator should know although the start goes on. */
  readonly notices: string[];
}

/** Says where a setting is: file and line where the file has a part in it, its path, the variables that may set it. */
export function whereIs(path: SettingPath, names: readonly string[], context: LoadContext): string {
  const line = context.filled.has(pathText(path)) ? undefined : context.file.lineOf(path);
  const place = line === undefined ? "" : `${context.file.path}:${line} `;
  return `${place}${pathText(path)}${names.length === 0 ? "" : ` (${names.join(", ")})`}`;
}

/** Whether a reference at, inside or around a path could not be resolved: what it lacks is reported already. */
export function isBroken(path: SettingPath, context: LoadContext): boolean {
  return context.file.broken.some((broken) => {
    const shared = Math.min(broken.length, path.length);
    return pathText(broken.slice(0, shared)) === pathText(path.slice(0, shared));
  });
}

/** Whether the file sets a path, be it with a reference that could not be resolved. */
export function isWritten(path: SettingPath, context: LoadContext): boolean {
  return valueAt(path, context.file.value) !== undefined || isBroken(path, context);
}

export function valueAt(path: SettingPath, root: unknown): unknown {
  return path.reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return Reflect.get(value, key);
    return isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }, root);
}
