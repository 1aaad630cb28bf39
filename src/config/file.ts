import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument, type Document } from "yaml";
import { expandReferences, hasReference } from "./expand.ts";
import { type ConfigProblem, type SettingPath, isMapping, pathText } from "./problems.ts";

/** A configuration file after parsing and expansion. */
export interface ConfigFile {
  readonly path: string;
  /** The settings; what is blank, or expands to nothing, is left out. */
  readonly value: Readonly<Record<string, unknown>>;
  /** Line of a setting, or of the innermost one around it that the file holds. */
  readonly lineOf: (path: SettingPath) => number | undefined;
  /** Every scalar as written, before expansion, by its path. */
  readonly scalars: readonly { readonly path: SettingPath; readonly written: unknown }[];
  /** Scalars whose references could not be resolved; each is a problem already. */
  readonly broken: readonly SettingPath[];
}

type Environment = Readonly<Record<string, string | undefined>>;

interface Reading {
  readonly document: Document;
  readonly lines: Map<string, number>;
  readonly lineAt: (offset: number) => number;
  readonly scalars: { path: SettingPath; written: unknown }[];
  readonly broken: SettingPath[];
  readonly where: (path: SettingPath) => string;
  readonly env: Environment;
  readonly problems: ConfigProblem[];
}

/** An empty file, for a start without one. */
export const noFile = (path: string): ConfigFile => ({
  path,
  value: {},
  lineOf: () => undefined,
  scalars: [],
  broken: [],
});

/** Reads YAML; what is wrong with it goes to `problems`, and what can be read is returned all the same. */
export function parseConfigFile(
  path: string,
  text: string,
  env: Environment,
  problems: ConfigProblem[],
): ConfigFile {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const lineAt = (offset: number) => counter.linePos(offset).line;
  for (const error of [...document.errors, ...document.warnings]) {
    const where = `${path}:${lineAt(error.pos[0])}`;
    problems.push({ where, detail: syntaxDetail(error, text) });
  }
  if (document.errors.length > 0) return noFile(path);
  const lines = new Map<string, number>();
  const reading: Reading = {
    document,
    lines,
    lineAt,
    scalars: [],
    broken: [],
    where: (at) => `${path}:${nearestLine(lines, at)} ${pathText(at)}`,
    env,
    problems,
  };
  const value = readNode(document.contents, [], reading) ?? {};
  if (!isMapping(value))
    problems.push({ where: `${path}:1`, detail: "must hold settings by name" });
  return {
    path,
    value: isMapping(value) ? value : {},
    lineOf: (at) => nearestLine(lines, at),
    scalars: reading.scalars,
    broken: reading.broken,
  };
}

/** Says what the parser found without quoting the file: a line may hold a secret. */
function syntaxDetail(
  error: { code: string; message: string; pos: [number, number] },
  text: string,
) {
  if (error.code === "DUPLICATE_KEY") {
    const key = /^[\w-]+/.exec(text.slice(error.pos[0]))?.[0] ?? "a key";
    return `${key} is written twice`;
  }
  return `not valid YAML: ${error.message.split(/[:"'\\!]/)[0]?.trim()}`;
}

function nearestLine(lines: ReadonlyMap<string, number>, path: SettingPath): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const line = lines.get(pathText(path.slice(0, length)));
    if (line !== undefined) return line;
  }
  return undefined;
}

function readNode(node: unknown, path: SettingPath, reading: Reading): unknown {
  if (isAlias(node)) return readNode(node.resolve(reading.document), path, reading);
  if (isMap(node)) return readMap(node.items, path, reading);
  if (isSeq(node)) {
    return node.items.map((item, index) => {
      noteLine(item, [...path, index], reading);
      return readNode(item, [...path, index], reading);
    });
  }
  if (isScalar(node)) return readScalar(node.value, path, reading);
  return undefined;
}

function readMap(
  items: readonly { key: unknown; value: unknown }[],
  path: SettingPath,
  reading: Reading,
): unknown {
  const entries = items.map(({ key, value }) => {
    const name = String(isScalar(key) ? key.value : key);
    noteLine(key, [...path, name], reading);
    return [name, readNode(value, [...path, name], reading)];
  });
  return Object.fromEntries(entries);
}

/** Blank scalars, and those that expand to nothing, count as not set. */
function readScalar(written: unknown, path: SettingPath, reading: Reading): unknown {
  if (written === null) return undefined;
  reading.scalars.push({ path, written });
  if (typeof written !== "string" || !written.includes("${")) return written;
  const expansion = expandReferences(written, reading.env);
  if (expansion.kind === "problem") {
    reading.broken.push(path);
    reading.problems.push({ where: reading.where(path), detail: expansion.detail });
    return undefined;
  }
  return expansion.text === "" && hasReference(written) ? undefined : expansion.text;
}

function noteLine(node: unknown, path: SettingPath, reading: Reading): void {
  const offset =
    isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined;
  if (typeof offset === "number") reading.lines.set(pathText(path), reading.lineAt(offset));
}
