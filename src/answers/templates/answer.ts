import { primaryLanguage } from "../language.ts";
import type { Answer, Question } from "../backend.ts";
import { builtInSlots } from "./built-in-slots.ts";
import type { Choose } from "./choose.ts";
import type { Detector } from "./detect.ts";
import type { Slots } from "./interpolate.ts";
import type { Project } from "./library.ts";
import { type Match, matchShorthand } from "./match.ts";
import { chooseVariation, fillVariation } from "./respond.ts";
import type { TemplatesSettings } from "./settings.ts";
import { fillSlots, type Given } from "./slots.ts";
import { suggestReply } from "./suggest.ts";

/** A project that is ready to answer. */
export interface Bot {
  readonly project: Project;
  readonly detector: Detector;
}

/** How a bot answers. */
export interface Manner {
  readonly settings: TemplatesSettings;
  readonly choose: Choose;
}

/** What a question was understood as; `language` is set where the person turned out to write in another one. */
interface Understood {
  readonly match: Match;
  readonly given: Given;
  readonly language: string | undefined;
}

/** Answers one question. Throws `answer_unreadable` for a missing value where the settings ask for that. */
export function answerFrom(bot: Bot, question: Question, manner: Manner): Answer {
  const named = findNamed(bot, question);
  if (named !== undefined) return respond(bot, question, manner, named);
  if (question.content.type === "trigger") return noAnswer("no_match");
  const detection = bot.detector.detect(question.text, question.language);
  switch (detection.kind) {
    case "match": {
      const { match } = detection;
      const language = languageOf(bot, question, match);
      const given = givenIn(bot, question.text, match);
      return respond(bot, question, manner, { match, given, language });
    }
    case "suggest":
      return suggest(detection.matches, question);
    case "none":
      return noAnswer("no_match");
  }
}

function noAnswer(reason: string): Answer {
  return { outcome: "no_answer", replies: [], reason };
}

/** Only a trigger, a tap or one of our commands may name an intent; a typed `/menu` is read as the word. */
function findNamed({ project }: Bot, question: Question): Understood | undefined {
  const { content, text, language, trusted } = question;
  const isTrigger = content.type === "trigger";
  if (!isTrigger && !trusted) return undefined;
  const shorthand = isTrigger ? `/${content.intent}${JSON.stringify(content.entities)}` : text;
  const match = matchShorthand(project, shorthand, language);
  if (match === undefined) return undefined;
  const { parameters, intent } = match;
  const values = Object.entries(parameters).map(
    ([name, value]) => [name, Array.isArray(value) ? value : [value]] as const,
  );
  const asked = parameters["language"] === undefined ? undefined : intent.language;
  return { match, given: new Map(values), language: differing(asked, language) };
}

/** Entities of the text, and what the patterns of the intent captured. */
function givenIn({ project }: Bot, text: string, { parameters }: Match): Given {
  const captured = Object.entries(parameters)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, [value]] as const);
  return new Map<string, readonly unknown[]>([...project.findEntities(text), ...captured]);
}

/** The words decide where they mean the same in no other language; "menu" is said in many. */
function languageOf({ project, detector }: Bot, question: Question, { intent }: Match) {
  const language = differing(intent.language, question.language);
  if (language === undefined) return undefined;
  const others = new Set(project.intents.flatMap((other) => other.language ?? []));
  const isSure = [...others].every((other) => {
    const detection = detector.detect(question.text, other);
    return detection.kind !== "match" || detection.match.intent.language === language;
  });
  return isSure ? language : undefined;
}

function differing(language: string | undefined, current: string): string | undefined {
  if (language === undefined) return undefined;
  return primaryLanguage(language) === primaryLanguage(current) ? undefined : language;
}

/** Offers what can be answered. */
function suggest(matches: readonly Match[], question: Question): Answer {
  const offered = matches.filter(({ intent }) => intent.responses.length > 0);
  const [best] = offered;
  if (best === undefined) return noAnswer("low_confidence");
  return {
    outcome: "answered",
    replies: [suggestReply(offered, question.language)],
    confidence: best.confidence,
    template: "suggest",
  };
}

function respond(bot: Bot, question: Question, manner: Manner, understood: Understood): Answer {
  const { project } = bot;
  const { match, given, language } = understood;
  const { intent, confidence } = match;
  const filled = fillSlots(project.slots, intent.name, given);
  const parameters = { ...single(given), ...match.parameters };
  const slots = slotsOf(project, question, { ...filled, ...parameters });
  const chosen = choose(bot, question, manner, { names: intent.responses, slots });
  if (chosen.length === 0) return noAnswer("no_response");
  const filling = {
    slots,
    missing: manner.settings.missing,
    language: language ?? question.language,
  };
  return {
    outcome: "answered",
    replies: chosen.flatMap(({ variation }) => fillVariation(variation, filling)),
    intent: intent.name,
    confidence,
    template: chosen.map(({ name }) => name).join(", "),
    parameters,
    ...(Object.keys(filled).length > 0 && { slots: filled }),
    ...(language !== undefined && { language }),
  };
}

/** The last value of each name. */
function single(given: Given): Slots {
  return Object.fromEntries([...given].map(([name, values]) => [name, values.at(-1)]));
}

/** What a response may name. What the conversation knows goes before what the bridge knows by itself. */
function slotsOf(project: Project, question: Question, said: Slots): Slots {
  const known = { ...project.slots.initial, ...builtInSlots(question), ...question.slots };
  return { ...known, ...said };
}

function choose(
  { project }: Bot,
  { channel, channelType }: Question,
  manner: Manner,
  { names, slots }: { readonly names: readonly string[]; readonly slots: Slots },
) {
  const aliases = manner.settings.rasa_channels[channel] ?? [];
  const channels = [channel, channelType, ...aliases];
  return names.flatMap((name) => {
    const variations = project.responses.get(name) ?? [];
    const circumstances = {
      channels,
      slots,
      choose: (length: number) => manner.choose(name, length),
    };
    const index = chooseVariation(variations, circumstances);
    const variation = index === undefined ? undefined : variations[index];
    return variation === undefined ? [] : [{ name: `${name}#${index}`, variation }];
  });
}
