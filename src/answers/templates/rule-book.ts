import type { FileProblem, ParsedFile } from "./parse.ts";
import { readRule } from "./rules.ts";

/** What the rules of all files say. */
export interface RuleBook {
  /** Names of responses by intent. */
  readonly turns: ReadonlyMap<string, readonly string[]>;
  /** Intents that a rule answers with what only Rasa can do. */
  readonly left: ReadonlySet<string>;
  readonly problems: readonly FileProblem[];
  readonly notes: readonly FileProblem[];
}

/** Reads the rules of a project; the first rule of an intent that can be followed counts. */
export function readRuleBook(
  files: readonly ParsedFile[],
  responses: ReadonlyMap<string, unknown>,
): RuleBook {
  const turns = new Map<string, readonly string[]>();
  const left = new Set<string>();
  const problems: FileProblem[] = [];
  const notes: FileProblem[] = [];
  for (const { path, content, lineOf } of files) {
    for (const [at, rule] of (content.rules ?? []).entries()) {
      const read = readRule(rule);
      const place = (detail: string) => ({ path, line: lineOf(["rules", at]), detail });
      if (read.kind === "left") {
        for (const intent of read.intents) left.add(intent);
        notes.push(place(`rules: a rule ${read.why}`));
        continue;
      }
      for (const response of read.responses) {
        if (!isKnown(responses, response)) {
          problems.push(place(`rules: there is no response ${response}`));
        }
      }
      for (const intent of read.intents) {
        if (!turns.has(intent)) turns.set(intent, read.responses);
      }
    }
  }
  return { turns, left, problems, notes };
}

/** `utter_faq` stands for all `utter_faq/...`. Source: Rasa documentation, retrieval actions. */
function isKnown(responses: ReadonlyMap<string, unknown>, name: string): boolean {
  return responses.has(name) || [...responses.keys()].some((key) => key.startsWith(`${name}/`));
}

/** Gives what the rules say to an intent; for `faq/a` the rule of `faq`, with the response of `faq/a` in its place. */
export function ruledResponses({ turns }: RuleBook, intent: string): readonly string[] | undefined {
  const own = turns.get(intent);
  const [base = "", part] = intent.split("/", 2);
  if (own !== undefined || part === undefined) return own;
  return turns
    .get(base)
    ?.map((response) => (response === `utter_${base}` ? `utter_${intent}` : response));
}
