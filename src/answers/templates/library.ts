import type { Variation } from "./file-schema.ts";
import { type FileProblem, type ParsedFile, parseFile } from "./parse.ts";

/** An intent in one language, ready to be matched. */
export interface Intent {
  readonly name: string;
  readonly language: string | undefined;
  /** Folded. */
  readonly keywords: readonly string[];
  readonly patterns: readonly RegExp[];
  readonly maxWords: number;
  readonly responses: readonly string[];
}

/** Everything the template files say. */
export interface Library {
  /** In the order of the files; one name may stand once per language. */
  readonly intents: readonly Intent[];
  readonly responses: ReadonlyMap<string, readonly Variation[]>;
}

/**
 * Puts template files together. Throws an Error that lists everything wrong with any of them, by file and line: bad
 * YAML, unknown keys, patterns that could take long, names given twice, responses that exist nowhere.
 */
export function buildLibrary(
  files: readonly { readonly path: string; readonly text: string }[],
): Library {
  const results = files.map(({ path, text }) => parseFile(path, text));
  const parsed = results.filter((result) => "content" in result);
  const unreadable = results.flatMap((result) => ("content" in result ? [] : result));
  const { responses, repeated } = collectResponses(parsed);
  const { intents, problems } = collectIntents(parsed, responses, unreadable.length > 0);
  refuse([...unreadable, ...repeated, ...problems]);
  return { intents, responses };
}

function collectResponses(files: readonly ParsedFile[]) {
  const responses = new Map<string, readonly Variation[]>();
  const repeated: FileProblem[] = [];
  for (const { path, content, lineOf } of files) {
    for (const [name, variations] of Object.entries(content.responses)) {
      if (responses.has(name)) {
        const line = lineOf(["responses", name]);
        repeated.push({ path, line, detail: `responses.${name}: stands in another file already` });
      }
      responses.set(name, variations);
    }
  }
  return { responses, repeated };
}

/** `incomplete`: a file could not be read, so a response that seems to be missing may stand there. */
function collectIntents(
  files: readonly ParsedFile[],
  known: ReadonlyMap<string, unknown>,
  incomplete: boolean,
) {
  const intents: Intent[] = [];
  const problems: FileProblem[] = [];
  for (const { path, content, lineOf } of files) {
    for (const [name, written] of Object.entries(content.bridge.intents)) {
      const intent: Intent = {
        name,
        language: written.language ?? content.bridge.language,
        keywords: written.keywords,
        patterns: written.patterns,
        maxWords: written.max_words ?? Infinity,
        responses: written.responses ?? [`utter_${name}`],
      };
      const line = lineOf(["bridge", "intents", name]);
      const problem = (what: string) =>
        problems.push({ path, line, detail: `bridge.intents.${name}: ${what}` });
      if (intents.some((other) => other.name === name && other.language === intent.language)) {
        problem("stands in another file already, for the same language");
      }
      for (const response of intent.responses) {
        if (!incomplete && !known.has(response)) problem(`there is no response ${response}`);
      }
      intents.push(intent);
    }
  }
  return { intents, problems };
}

function refuse(problems: readonly FileProblem[]): void {
  if (problems.length === 0) return;
  const lines = problems.map(
    ({ path, line, detail }) => `${path}${line === undefined ? "" : `:${line}`}: ${detail}`,
  );
  throw new Error(`the template files cannot be used\n${lines.join("\n")}`);
}
