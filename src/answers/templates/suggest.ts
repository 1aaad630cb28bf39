import type { Button, Reply } from "../../messages.ts";
import { closestLanguage } from "../language.ts";
import type { Intent } from "./library.ts";
import type { Match } from "./match.ts";

/** UTF-16 code units in a button title. Source: Cloud API reference, interactive reply buttons. */
const MAX_TITLE_LENGTH = 20;

/** Buttons in a message. Source: Cloud API reference, interactive reply buttons. */
const MAX_BUTTONS = 3;

const QUESTIONS: Readonly<Record<string, string>> = {
  "pt-BR": "Não sei se entendi. Você quis dizer...?",
  es: "No sé si entendí. ¿Quiso decir...?",
  en: "I am not sure I understood. Did you mean...?",
};

/**
 * Asks which of a few intents is meant, best first: one button for each, whose payload names the intent and its language.
 * Asks in the conversation's language, else in English.
 */
export function suggestReply(matches: readonly Match[], language: string): Reply {
  const closest = closestLanguage(language, Object.keys(QUESTIONS)) ?? "en";
  const buttons: Button[] = [];
  for (const { intent } of matches.slice(0, MAX_BUTTONS)) {
    const taken = new Set(buttons.map(({ title }) => title.toLowerCase()));
    buttons.push({ title: distinctTitle(intent, taken), payload: payloadOf(intent) });
  }
  return { text: QUESTIONS[closest] ?? "", buttons };
}

/** The title of the file, else an example that fits, else the name: the first of them that no other button has. */
function distinctTitle({ title, examples, name }: Intent, taken: ReadonlySet<string>): string {
  const fitting = examples.find((example) => example.length <= MAX_TITLE_LENGTH);
  const titles = [title, fitting, readable(name), examples[0]]
    .filter((candidate) => candidate !== undefined)
    .map((candidate) => cut(capitalise(candidate.trim()), MAX_TITLE_LENGTH))
    .filter((candidate) => candidate !== "");
  const free = titles.find((candidate) => !taken.has(candidate.toLowerCase()));
  if (free !== undefined) return free;
  const number = ` ${taken.size + 1}`;
  return cut(titles[0] ?? "?", MAX_TITLE_LENGTH - number.length) + number;
}

/** `faq/ask_opening-hours` becomes "ask opening hours": a retrieval intent's group says nothing to people. */
function readable(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1).replace(/[_-]+/g, " ");
}

function capitalise(text: string): string {
  const [first = ""] = text;
  return first.toUpperCase() + text.slice(first.length);
}

/** Cuts at whole graphemes, so that no emoji is torn, and says so with an ellipsis. */
function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  let kept = "";
  for (const { segment } of new Intl.Segmenter().segment(text.slice(0, limit * 2))) {
    if (kept.length + segment.length >= limit) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

function payloadOf({ name, language }: Intent): string {
  return language === undefined ? `/${name}` : `/${name}${JSON.stringify({ language })}`;
}
