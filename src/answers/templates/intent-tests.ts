import { isNode, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { toError } from "../../errors.ts";

/** The name under which a test file lists what no intent should take. */
const OUT_OF_SCOPE = "out_of_scope";

/** A phrase and the intent it means; `want` is undefined where none should take it. */
export interface IntentCase {
  readonly text: string;
  readonly want: string | undefined;
}

const phrase = z.string("a phrase is a text").trim().min(1, "an empty phrase tests nothing");
const schema = z.record(z.string(), z.array(phrase, "write a list of phrases"), {
  error: "write intents, each with a list of phrases",
});

/**
 * Reads a file of phrases by intent, `{ intent: [phrase], out_of_scope: [phrase] }` in YAML. Throws an Error that lists
 * everything wrong with it, by file and line.
 */
export function readIntentTests(path: string, text: string): readonly IntentCase[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => `${path}:${Math.max(lines.linePos(offset).line, 1)}`;
  refuse(document.errors.map(({ pos, message }) => `${at(pos[0])}: ${message}`));
  const parsed = schema.safeParse(toValue(path, () => document.toJS()) ?? {});
  if (parsed.success) {
    return Object.entries(parsed.data).flatMap(([name, phrases]) =>
      phrases.map((said) => ({ text: said, want: name === OUT_OF_SCOPE ? undefined : name })),
    );
  }
  const problems = parsed.error.issues.map(({ path: keys, message }) => {
    const node = document.getIn(keys, true);
    const place = isNode(node) ? at(node.range?.[0] ?? 0) : path;
    return [place, ...keys.slice(0, 1).map(String), message].join(": ");
  });
  refuse(problems);
  return [];
}

/** An alias that names nothing, or so many that they would fill the memory, is told as a problem of the file. */
function toValue(path: string, read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return refuse([`${path}: ${toError(error).message}`]);
  }
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new Error(problems.join("\n"));
}
