import type { Answer, Question } from "../backend.ts";
import type { Slots } from "./interpolate.ts";
import type { Library } from "./library.ts";
import { type Match, matchShorthand, matchText } from "./match.ts";
import { chooseVariation, fillVariation } from "./respond.ts";
import type { TemplatesSettings } from "./settings.ts";

const NO_ANSWER: Answer = { outcome: "no_answer", replies: [] };

/** Answers one question from the library. `random` gives a number from 0 up to, but not including, 1. */
export function answerFrom(
  library: Library,
  question: Question,
  settings: TemplatesSettings,
  random: () => number,
): Answer {
  const match = findMatch(library, question);
  if (match === undefined || match.confidence < settings.accept) return NO_ANSWER;
  const choose = settings.selection === "first" ? () => 0 : random;
  return respond(library, question, match, choose);
}

/** Only a tap or one of our commands may name an intent; a typed `/menu` is read as the word. */
function findMatch(library: Library, question: Question): Match | undefined {
  const { text, language, trusted } = question;
  const named = trusted ? matchShorthand(library, text, language) : undefined;
  return named ?? matchText(library, text, language);
}

function respond(library: Library, question: Question, match: Match, random: () => number): Answer {
  const { intent, confidence, parameters } = match;
  const slots = { ...slotsOf(question), ...parameters };
  const chosen = intent.responses.flatMap((name) => {
    const variations = library.responses.get(name) ?? [];
    const index = chooseVariation(variations, question, slots, random);
    const variation = index === undefined ? undefined : variations[index];
    return variation === undefined ? [] : [{ name: `${name}#${index}`, variation }];
  });
  if (chosen.length === 0) return NO_ANSWER;
  return {
    outcome: "answered",
    replies: chosen.map(({ variation }) => fillVariation(variation, slots)),
    intent: intent.name,
    confidence,
    template: chosen.map(({ name }) => name).join(", "),
    parameters,
  };
}

/** What a response may name beside the parameters of the message. */
function slotsOf(question: Question): Slots {
  return {
    contact_name: question.contactName,
    channel: question.channel,
    account: question.account,
    language: question.language,
    start_reference: question.startReference,
  };
}
