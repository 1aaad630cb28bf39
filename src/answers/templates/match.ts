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

/** A match with the number of characters it rests on: the longer one knows better what is meant. */
interface Candidate extends Match {
  readonly length: number;
}

/** `/intent`, `/intent{"entity": "value"}`, with Rasa's optional confidence. Source: Rasa documentation, intent payloads. */
const SHORTHAND = /^\s*\/([^\s/{}@]+)(?:@[\d.]+)?\s*(\{.*\})?\s*$/s;

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

/** Finds the intent of a typed text: exact before partial, longer before shorter, then the wanted language. */
export function matchText(library: Library, text: string, language: string): Match | undefined {
  const folded = fold(text);
  if (folded === "") return undefined;
  const candidates = library.intents.flatMap((intent) => candidatesOf(intent, folded, plain(text)));
  const confidence = Math.max(...candidates.map((candidate) => candidate.confidence));
  const sure = candidates.filter((candidate) => candidate.confidence === confidence);
  const length = Math.max(...sure.map((candidate) => candidate.length));
  const best = sure.filter((candidate) => candidate.length === length);
  const intent = inLanguage(
    best.map((candidate) => candidate.intent),
    language,
  );
  return best.find((candidate) => candidate.intent === intent) ?? best[0];
}

function candidatesOf(intent: Intent, folded: string, text: string): readonly Candidate[] {
  const common = { intent, parameters: {} };
  if (intent.keywords.includes(folded)) {
    return [{ ...common, confidence: 1, length: folded.length }];
  }
  if (countWords(folded) > intent.maxWords) return [];
  const words = intent.keywords
    .filter((keyword) => containsWords(folded, keyword))
    .map(({ length }) => ({ ...common, confidence: PARTIAL_CONFIDENCE, length }));
  const patterns = intent.patterns.flatMap((pattern) => {
    const found = pattern.exec(text);
    if (found === null) return [];
    const parameters = { ...found.groups };
    return [{ intent, parameters, confidence: PARTIAL_CONFIDENCE, length: found[0].length }];
  });
  return [...words, ...patterns];
}

function inLanguage(intents: readonly Intent[], language: string): Intent | undefined {
  const tags = intents.map((intent) => intent.language).filter((tag) => tag !== undefined);
  const closest = closestLanguage(language, tags);
  return closest === undefined ? undefined : intents.find((intent) => intent.language === closest);
}

function impliedIntent(library: Library, name: string): Intent | undefined {
  const response = `utter_${name}`;
  if (!library.responses.has(response)) return undefined;
  const nothing = { language: undefined, keywords: [], patterns: [], maxWords: Infinity };
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
