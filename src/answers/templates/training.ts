import { toError } from "../../errors.ts";
import type { EntitySources } from "./entities.ts";
import { type Annotation, type Example, readExample, readLines } from "./examples.ts";
import type { FileProblem, ParsedFile } from "./parse.ts";
import { compilePythonPattern } from "./python-pattern.ts";
import type { NluItem } from "./training-schema.ts";

/** The examples that one item of `nlu` gives for an intent. */
export interface TrainedIntent {
  readonly file: ParsedFile;
  readonly name: string;
  readonly examples: readonly Example[];
  readonly line: () => number;
}

/** What the `nlu` parts of all files say. */
export interface Training {
  readonly intents: readonly TrainedIntent[];
  readonly sources: EntitySources;
  /** What is left out. */
  readonly notes: readonly FileProblem[];
}

/** An item of `nlu` with its place. */
interface Placed {
  readonly file: ParsedFile;
  readonly item: NluItem;
  readonly line: () => number;
}

interface Named {
  readonly name: string;
  readonly texts: readonly string[];
}

/** Reads the training data of a project. `more` are examples that stand elsewhere, whose mark-up counts as well. */
export function readTraining(files: readonly ParsedFile[], more: readonly Example[]): Training {
  const notes: FileProblem[] = [];
  const items = files.flatMap((file) =>
    (file.content.nlu ?? []).map((item, at): Placed => ({
      file,
      item,
      line: () => file.lineOf(["nlu", at]),
    })),
  );
  const note = ({ file: { path }, line }: Placed, detail: string): void =>
    void notes.push({ path, line: line(), detail });
  const intents: TrainedIntent[] = [];
  const tables: Record<"lookup" | "synonym" | "regex", (Named & { readonly from: Placed })[]> = {
    lookup: [],
    synonym: [],
    regex: [],
  };
  for (const from of items) {
    const { lines, stray } = readLines(from.item.examples);
    if (stray > 0) note(from, `nlu: ${stray} lines of examples do not begin with a dash`);
    const { intent, synonym, regex, lookup } = from.item;
    if (intent !== undefined) {
      intents.push({ ...from, name: intent, examples: lines.map(readExample) });
    } else if (synonym !== undefined) tables.synonym.push({ name: synonym, texts: lines, from });
    else if (regex !== undefined) tables.regex.push({ name: regex, texts: lines, from });
    else if (lookup !== undefined) tables.lookup.push({ name: lookup, texts: lines, from });
    else note(from, "nlu: neither an intent, a synonym, a regex nor a lookup");
  }
  const examples = [...intents.flatMap((intent) => intent.examples), ...more];
  const annotations = examples.flatMap((example) => example.annotations);
  const isEntity = knownEntities(files, annotations);
  const patterns = tables.regex
    .filter(({ name }) => isEntity(name))
    .flatMap(({ name, texts, from }) =>
      texts.flatMap((text) => {
        const pattern = compile(text);
        if (!(pattern instanceof Error)) return [{ name, pattern }];
        note(from, `nlu: a pattern of ${name} is not used: ${pattern.message}`);
        return [];
      }),
    );
  return {
    intents,
    notes,
    sources: {
      annotations,
      patterns,
      lookups: tables.lookup.filter(({ name }) => isEntity(name)),
      synonyms: tables.synonym.map(({ name, texts }) => ({ value: name, texts })),
    },
  };
}

function compile(source: string): RegExp | Error {
  try {
    return compilePythonPattern(source);
  } catch (error) {
    return toError(error);
  }
}

/** As in Rasa, a pattern or table of a name that is no entity only helps to train; files that declare none mean all. */
function knownEntities(files: readonly ParsedFile[], annotations: readonly Annotation[]) {
  const declared = files.flatMap(({ content }) => entityNames(content.entities ?? []));
  const slots = files.flatMap(({ content }) => Object.keys(content.slots ?? {}));
  const known = new Set([...declared, ...slots, ...annotations.map(({ entity }) => entity)]);
  return (name: string): boolean => declared.length === 0 || known.has(name);
}

/** Names of entities as a domain declares them. */
export function entityNames(
  entities: readonly (string | Readonly<Record<string, unknown>>)[],
): readonly string[] {
  return entities.flatMap((entity) =>
    typeof entity === "string" ? [entity] : Object.keys(entity),
  );
}
