import { z } from "zod";
import { closestLanguage } from "../language.ts";
import { containsWords, countWords, fold, plain } from "./fold.ts";
import type { Intent, Library } from "./library.ts";

/** Confidence of a keyword or pattern that a message holds among other words. An exact match has 1. */
const PARTIAL_CONFIDENCE = 0.9;

/** What a message means, and how sure that is (0 to 1). */
export interface Match {
  readonly intent: Intent;
  readonly confidence: number;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A match with the words of the text it rests on, plain: the longer they are, the better it knows what is meant. */
export interface WordsMatch extends Match {
  readonly words: string;
}

/**
 * `/intent`, `/faq/ask_x`, `/intent{"entity": "value"}`, with Rasa's optional confidence. Source: Rasa documentation,
 * intent payloads and retrieval intents.
 */
const SHORTHAND = /^\s*\/([^\s/{}@]+(?:\/[^\s/{}@]+)?)(?:@[\d.]+)?\s*(\{.*\})?\s*$/s;

const entities = z.record(z.string(), z.unknown());

/**
 * Reads `/intent{...}`. The language is the entity `language` where the payload has one, so that a menu stays in the
 * language it was shown in. An intent that no file describes answers with `utter_<intent>` if there is such a response.
 */
export function matchShorthand(
  library: Library,
  text: string,
  language: string,
): Match | undefined {
  const [, name, json] = SHORTHAND.exec(text) ?? [];
  const parameters = readEntities(json);
  if (name === undefined || parameters === undefined) return undefined;
  const { language: asked } = parameters;
  const wanted = typeof asked === "string" ? asked : language;
  const named = library.intents.filter((intent) => intent.name === name);
  const intent = inLanguage(named, wanted) ?? named[0] ?? impliedIntent(library, name);
  return intent === undefined ? undefined : { intent, confidence: 1, parameters };
}

/**
 * Finds the intent whose keyword or pattern a typed text holds: exact before partial, longer before shorter, then the
 * wanted language.
 */
export function matchText(
  library: Library,
  text: string,
  language: string,
): WordsMatch | undefined {
  const folded = fold(text);
  if (folded === "") return undefined;
  const candidates = library.intents.flatMap((intent) => candidatesOf(intent, folded, plain(text)));
  const confidence = Math.max(...candidates.map((candidate) => candidate.confidence));
  const sure = candidates.filter((candidate) => candidate.confidence === confidence);
  const length = Math.max(...sure.map(({ words }) => words.length));
  const best = sure.filter(({ words }) => words.length === length);
  const intent = inLanguage(
    best.map((candidate) => candidate.intent),
    language,
  );
  return best.find((candidate) => candidate.intent === intent) ?? best[0];
}

function candidatesOf(intent: Intent, folded: string, text: string): readonly WordsMatch[] {
  if (intent.keywords.includes(folded)) {
    return [{ intent, parameters: {}, confidence: 1, words: folded }];
  }
  if (countWords(folded) > intent.maxWords) return [];
  const confidence = PARTIAL_CONFIDENCE;
  const keywords = intent.keywords
    .filter((keyword) => containsWords(folded, keyword))
    .map((words) => ({ intent, parameters: {}, confidence, words }));
  const patterns = intent.patterns.flatMap((pattern) => {
    const found = pattern.exec(text);
    if (found === null) return [];
    const parameters = { ...found.groups };
    return [{ intent, parameters, confidence, words: found[0] }];
  });
  return [...keywords, ...patterns];
}

function inLanguage(intents: readonly Intent[], language: string): Intent | undefined {
  const tags = intents.map((intent) => intent.language).filter((tag) => tag !== undefined);
  const closest = closestLanguage(language, tags);
  return closest === undefined ? undefined : intents.find((intent) => intent.language === closest);
}

function impliedIntent(library: Library, name: string): Intent | undefined {
  const response = `utter_${name}`;
  if (!library.responses.has(response)) return undefined;
  const nothing = {
    language: undefined,
    keywords: [],
    patterns: [],
    maxWords: Infinity,
    examples: [],
    title: undefined,
  };
  return { name, ...nothing, responses: [response] };
}

function readEntities(json: string | undefined): Match["parameters"] | undefined {
  if (json === undefined) return {};
  try {
    return entities.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}
