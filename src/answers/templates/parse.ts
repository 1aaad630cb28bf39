import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type YAMLParseError,
} from "yaml";
import { toError } from "../../errors.ts";
import { type TemplateFile, templateFile } from "./file-schema.ts";

/** Something wrong in a template file. `line` is absent where the file as a whole is meant. */
export interface FileProblem {
  readonly path: string;
  readonly line?: number;
  readonly detail: string;
}

/** A template file that was understood. */
export interface ParsedFile {
  readonly path: string;
  readonly content: TemplateFile;
  /** The line of the deepest part of a key path that is written in the file. */
  readonly lineOf: (keys: readonly PropertyKey[]) => number;
}

/** Characters of one file: about 15,000 examples; more would keep the bridge from its work while it reads them again. */
const MAX_FILE_LENGTH = 1_000_000;

/** Parses a template file, or lists everything that is wrong with it. */
export function parseFile(path: string, text: string): ParsedFile | readonly FileProblem[] {
  if (text.length > MAX_FILE_LENGTH) {
    const detail = `is longer than ${MAX_FILE_LENGTH} characters; split it into several files`;
    return [{ path, detail }];
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number) => Math.max(lines.linePos(offset).line, 1);
  if (document.errors.length > 0) {
    return firstCauses(document.errors).map(({ pos, message }) => ({
      path,
      line: lineAt(pos[0]),
      detail: message,
    }));
  }
  const lineOf = (keys: readonly PropertyKey[]) => lineAt(offsetOf(document, keys));
  const written = toValue(document);
  if (written instanceof Error) return [{ path, detail: written.message }];
  const parsed = templateFile.safeParse(written ?? {});
  if (parsed.success) return { path, content: parsed.data, lineOf };
  return parsed.error.issues.map((issue) => {
    const unknownKey = issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
    const keys = [...issue.path, ...unknownKey];
    return { path, line: lineOf(keys), detail: `${keys.map(String).join(".")}: ${issue.message}` };
  });
}

/** After one mistake in the syntax most of what the parser finds is its echo. */
function firstCauses(errors: readonly YAMLParseError[]): readonly YAMLParseError[] {
  return errors.filter(({ code }, at) => at === 0 || code === "DUPLICATE_KEY");
}

/** Gives an Error for an alias that names nothing, or so many that they would fill the memory. */
function toValue(document: Document): unknown {
  try {
    const value: unknown = document.toJS();
    return value;
  } catch (error) {
    return toError(error);
  }
}

/** Follows a key path as far as the file goes; gives where the last key found is written. */
function offsetOf(document: Document, keys: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const key of keys) {
    if (isAlias(node)) node = node.resolve(document);
    const [place, next] = childOf(node, key);
    if (place === undefined) break;
    offset = place;
    node = next;
  }
  return offset;
}

/** Where a child is written, and the child itself: a map's child begins at its key, a list's at its value. */
function childOf(node: unknown, key: PropertyKey): readonly [number | undefined, unknown] {
  if (isMap(node)) {
    const pair = node.items.find(
      (item) => isScalar(item.key) && String(item.key.value) === String(key),
    );
    return [startOf(pair?.key), pair?.value];
  }
  if (isSeq(node)) {
    const item = node.items[Number(key)];
    return [startOf(item), item];
  }
  return [undefined, undefined];
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
