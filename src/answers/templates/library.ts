import { collectIntents } from "./collect-intents.ts";
import { createEntityFinder, type Found } from "./entities.ts";
import { readExample, readLines } from "./examples.ts";
import { BUILT_IN_SLOTS } from "./built-in-slots.ts";
import { type FileProblem, type ParsedFile, parseFile } from "./parse.ts";
import { readRuleBook } from "./rule-book.ts";
import { createSlotBook, type SlotBook } from "./slots.ts";
import { entityNames, readTraining } from "./training.ts";
import type { Variation } from "./response-schema.ts";
import { findUnread } from "./unread.ts";

/** An intent in one language, ready to be matched. */
export interface Intent {
  readonly name: string;
  readonly language: string | undefined;
  /** Folded. */
  readonly keywords: readonly string[];
  readonly patterns: readonly RegExp[];
  readonly maxWords: number;
  /** What people say when they mean it, without mark-up of entities. */
  readonly examples: readonly string[];
  /** What a button says that offers this intent; undefined where the files do not say. */
  readonly title: string | undefined;
  /** None where only Rasa can answer: it is recognised all the same, so as not to be taken for another. */
  readonly responses: readonly string[];
}

/** What people may mean, and what can be said. */
export interface Library {
  /** In the order of the files; one name may stand once per language. */
  readonly intents: readonly Intent[];
  readonly responses: ReadonlyMap<string, readonly Variation[]>;
}

/** Everything the template files say. */
export interface Project extends Library {
  readonly slots: SlotBook;
  readonly findEntities: (text: string) => Found;
  /** What needs Rasa and is left out, by file and line. */
  readonly notes: readonly string[];
}

/**
 * Puts the files of a project together. Throws an Error that lists everything wrong with any of them, by file and line:
 * bad YAML, unknown keys, patterns that could take long, names given twice, responses and slots that exist nowhere.
 */
export function buildLibrary(
  files: readonly { readonly path: string; readonly text: string }[],
): Project {
  const results = files.map(({ path, text }) => parseFile(path, text));
  const parsed = results.filter((result) => "content" in result);
  const unreadable = results.flatMap((result) => ("content" in result ? [] : result));
  const incomplete = unreadable.length > 0;
  const { responses, repeated } = collectResponses(parsed);
  const rules = readRuleBook(parsed, responses);
  const training = readTraining(parsed, ownExamples(parsed));
  const { sources, intents: trained } = training;
  const language = parsed.find(({ content }) => content.language !== undefined)?.content.language;
  const collected = collectIntents({
    files: parsed,
    trained,
    rules,
    responses,
    language,
    incomplete,
  });
  const guesses = incomplete ? [] : [...rules.problems, ...strangeConditions(parsed)];
  refuse([...unreadable, ...repeated, ...guesses, ...collected.problems]);
  const notes = [...findUnread(parsed), ...training.notes, ...rules.notes, ...collected.notes];
  return {
    intents: collected.intents,
    responses,
    slots: createSlotBook(declaredSlots(parsed)),
    findEntities: createEntityFinder(sources),
    notes: notes.map(describe),
  };
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

function ownExamples(files: readonly ParsedFile[]) {
  const intents = files.flatMap(({ content }) => Object.values(content.bridge.intents));
  return intents.flatMap(({ examples }) => readLines(examples).lines.map(readExample));
}

function declaredSlots(files: readonly ParsedFile[]) {
  return new Map(
    files.flatMap(({ content }) =>
      Object.entries(content.slots ?? {}).map(([name, slot]) => [name, slot ?? {}] as const),
    ),
  );
}

/** Conditions on slots that nothing fills. Where no file declares slots, any parameter may be meant. */
function strangeConditions(files: readonly ParsedFile[]): readonly FileProblem[] {
  const slots = declaredSlots(files);
  if (slots.size === 0) return [];
  const entities = files.flatMap(({ content }) => entityNames(content.entities ?? []));
  const known = new Set([...slots.keys(), ...entities, ...BUILT_IN_SLOTS]);
  return files.flatMap(({ path, content, lineOf }) =>
    Object.entries(content.responses).flatMap(([name, variations]) =>
      variations.flatMap(({ condition }, at) =>
        condition.flatMap((one, place) => {
          if (known.has(one.name)) return [];
          const keys = ["responses", name, at, "condition", place];
          return [{ path, line: lineOf(keys), detail: `${keys.join(".")}: no slot ${one.name}` }];
        }),
      ),
    ),
  );
}

function describe({ path, line, detail }: FileProblem): string {
  return `${path}${line === undefined ? "" : `:${line}`}: ${detail}`;
}

function refuse(problems: readonly FileProblem[]): void {
  if (problems.length === 0) return;
  const lines = problems.map(describe);
  throw new Error(`the template files cannot be used\n${lines.join("\n")}`);
}
