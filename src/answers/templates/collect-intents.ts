import type { WrittenIntent } from "./file-schema.ts";
import { readExample, readLines } from "./examples.ts";
import type { Intent } from "./library.ts";
import type { FileProblem, ParsedFile } from "./parse.ts";
import { type RuleBook, ruledResponses } from "./rule-book.ts";
import type { TrainedIntent } from "./training.ts";

/** What intents are made from. */
export interface IntentSources {
  readonly files: readonly ParsedFile[];
  readonly trained: readonly TrainedIntent[];
  readonly rules: RuleBook;
  readonly responses: ReadonlyMap<string, unknown>;
  /** The language of what names none. */
  readonly language: string | undefined;
  /** A file could not be read, so a response that seems to be missing may stand there. */
  readonly incomplete: boolean;
}

/** An intent on its way, with its place in the files. */
interface Draft {
  readonly path: string;
  readonly line: () => number;
  readonly name: string;
  readonly language: string | undefined;
  /** What stands under `bridge`; undefined for an intent that only Rasa's parts name. */
  readonly own: WrittenIntent | undefined;
  readonly examples: readonly string[];
}

/** Puts together what `bridge`, `nlu` and rules say of each intent in each language. */
export function collectIntents(sources: IntentSources) {
  const problems: FileProblem[] = [];
  const notes: FileProblem[] = [];
  const own = ownDrafts(sources, problems);
  const drafts = withRules(withTraining(own, sources), sources);
  const intents = drafts.map((draft): Intent => {
    const responses = responsesOf(draft, sources, { problems, notes });
    return {
      name: draft.name,
      language: draft.language,
      keywords: draft.own?.keywords ?? [],
      patterns: draft.own?.patterns ?? [],
      maxWords: draft.own?.max_words ?? Infinity,
      examples: draft.examples,
      title: draft.own?.title,
      responses,
    };
  });
  return { intents, problems, notes };
}

function keyOf(name: string, language: string | undefined): string {
  return `${language ?? ""} ${name}`;
}

function ownDrafts({ files, language }: IntentSources, problems: FileProblem[]) {
  const drafts = new Map<string, Draft>();
  for (const { path, content, lineOf } of files) {
    for (const [name, written] of Object.entries(content.bridge.intents)) {
      const tag = written.language ?? content.bridge.language ?? language;
      const line = (): number => lineOf(["bridge", "intents", name]);
      if (drafts.has(keyOf(name, tag))) {
        const detail = `bridge.intents.${name}: stands in another file already, for the same language`;
        problems.push({ path, line: line(), detail });
      }
      const examples = readLines(written.examples).lines.map((text) => readExample(text).text);
      drafts.set(keyOf(name, tag), { path, line, name, language: tag, own: written, examples });
    }
  }
  return drafts;
}

/** Examples of a file without a language join the intent of that name where `bridge` describes it in one language only. */
function withTraining(own: ReadonlyMap<string, Draft>, sources: IntentSources) {
  const drafts = new Map(own);
  const added = new Map<string, string[]>();
  const described = Map.groupBy(own.values(), ({ name }) => name);
  for (const { file, name, examples, line } of sources.trained) {
    const [only, another] = described.get(name) ?? [];
    const stated = file.content.bridge.language ?? sources.language;
    const language = stated ?? (another === undefined ? only?.language : undefined);
    const key = keyOf(name, language);
    const draft = { path: file.path, line, name, language, own: undefined, examples: [] };
    if (!drafts.has(key)) drafts.set(key, draft);
    const texts = added.get(key) ?? [];
    for (const { text } of examples) if (text !== "") texts.push(text);
    added.set(key, texts);
  }
  return [...drafts].map(([key, draft]) => ({
    ...draft,
    examples: [...new Set([...draft.examples, ...(added.get(key) ?? [])])],
  }));
}

/** An intent that only a rule names can be tapped. */
function withRules(drafts: readonly Draft[], { rules, language }: IntentSources) {
  const named = new Set(drafts.flatMap(({ name }) => [name, name.split("/", 1).join("")]));
  const more = [...rules.turns.keys(), ...rules.left].filter((name) => !named.has(name));
  const nothing = { path: "", line: () => 1, own: undefined, examples: [] };
  return [...drafts, ...[...new Set(more)].map((name) => ({ ...nothing, name, language }))];
}

/** Gives none where only Rasa can answer: such an intent is still recognised, so that it is not taken for another. */
function responsesOf(
  { path, line, name, own }: Draft,
  { rules, responses, incomplete }: IntentSources,
  told: { readonly problems: FileProblem[]; readonly notes: FileProblem[] },
): readonly string[] {
  const ruled = ruledResponses(rules, name);
  const wanted = own?.responses ?? ruled;
  if (wanted === undefined && rules.left.has(name)) return [];
  const names = wanted ?? [`utter_${name}`];
  const unknown = names.filter((response) => !responses.has(response));
  if (unknown.length === 0 || incomplete) return names;
  if (own !== undefined) {
    const place = { path, line: line() };
    const details = unknown.map(
      (response) => `bridge.intents.${name}: there is no response ${response}`,
    );
    told.problems.push(...details.map((detail) => ({ ...place, detail })));
  } else if (ruled === undefined) {
    const detail = `nlu: ${name} has no response utter_${name}`;
    told.notes.push({ path, line: line(), detail });
  }
  return names.filter((response) => responses.has(response));
}
