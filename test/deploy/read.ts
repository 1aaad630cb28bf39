import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";

const ROOT = path.resolve(import.meta.dirname, "../..");

export const place = (file: string): string => path.join(ROOT, file);

export const readFile = (file: string): string => readFileSync(place(file), "utf8");

/** Reads YAML strictly: a key given twice is an error. */
export function readYaml(file: string): unknown {
  const value: unknown = parse(readFile(file), { uniqueKeys: true, strict: true });
  return value;
}
