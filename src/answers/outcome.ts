import type { BridgeError } from "../errors.ts";
import type { Reply } from "../messages.ts";
import type { Question, TurnContext } from "./backend.ts";
import type { ChainAnswer } from "./chain-answer.ts";
import type { Progress } from "./chain.ts";
import { isRecording } from "./hearing.ts";
import { closestLanguage } from "./language.ts";
import type { Route } from "./route.ts";

type ByLanguage = Readonly<Record<string, string>>;

/** What is said where no backend's own words are. */
export interface Texts {
  readonly staticReplies: ByLanguage;
  /** Where every backend that was asked did not understand, and nothing else was wrong. */
  readonly unknownReplies?: ByLanguage;
  /** To a recording that nobody could make out. */
  readonly unheardReplies?: ByLanguage;
  /** Where a backend hands over to a person without a word. */
  readonly handoffReplies?: ByLanguage;
  /** Once per session, outside opening hours. */
  readonly closedReplies?: ByLanguage;
}

/** One turn on its way. */
export interface Course {
  readonly question: Question;
  readonly route: Route;
  /** Nobody is there, and no route was made for that. */
  readonly isClosed: boolean;
  readonly texts: Texts;
  readonly context: TurnContext;
}

/** The text for a language: the closest one, else the first; undefined where there is none. */
export function textIn(texts: ByLanguage | undefined, language: string): string | undefined {
  const tags = Object.keys(texts ?? {});
  const tag = closestLanguage(language, tags) ?? tags[0];
  return tag === undefined ? undefined : texts?.[tag];
}

/** A name that no backend can have: whether the session was told that nobody is there. */
const CLOSED_MEMORY = "$closed";

/** Turns what the backends came to into the answer of the chain. */
export function conclude(
  course: Course,
  progress: Progress,
  { isAsked }: { readonly isAsked: boolean },
): ChainAnswer {
  const answer = isAsked ? answerOf(course, progress) : silence(progress);
  return course.isClosed ? withClosedText(course, answer) : answer;
}

function silence({ memory }: Progress): ChainAnswer {
  const nothing = { replies: [], backend: null, fallbackUsed: false, steps: [] };
  return { outcome: "silent", ...nothing, memory };
}

function answerOf(course: Course, progress: Progress): ChainAnswer {
  const { ended } = progress;
  const answer = ended === undefined ? unanswered(course, progress) : answered(course, progress);
  const { records: steps, memory, heard, failures } = progress;
  const failure = answer.failure ?? failures[0];
  return {
    ...answer,
    steps,
    memory,
    ...(heard !== undefined && { heard }),
    ...(failure !== undefined && { failure }),
  };
}

type Bare = Omit<ChainAnswer, "steps" | "memory" | "heard">;

function answered(course: Course, progress: Progress): Bare {
  const { name, asked } = progress.ended ?? {};
  if (name === undefined || asked?.answer === undefined) return unanswered(course, progress);
  const { memory: _kept, usage: _counted, ...answer } = asked.answer;
  const { route, question } = course;
  const isMute = answer.replies.length === 0 && asked.emitted === 0;
  if (answer.outcome === "silent" && answer.handoff !== true && isUnheard(course, progress))
    return saying(textIn(course.texts.unheardReplies, question.language));
  const said = isMute && answer.handoff === true ? handoffText(course) : [];
  return {
    ...answer,
    outcome: answer.outcome === "silent" && said.length === 0 ? "silent" : "answered",
    replies: [...answer.replies, ...said],
    backend: name,
    fallbackUsed: route.steps[0]?.name !== name,
    ...(route.holdMs !== undefined && { holdMs: route.holdMs }),
  };
}

/** A failure that may pass is worth another try of the whole turn; otherwise the person gets a sentence of ours. */
function unanswered(course: Course, progress: Progress): Bare {
  const { question, route, texts } = course;
  // Of a trigger the person knows nothing: an excuse for not understanding it would make no sense.
  const isTrigger = question.content.type === "trigger";
  const apology = isTrigger ? undefined : textIn(route.staticReplies, question.language);
  const passing = progress.failures.find((failure: BridgeError) => failure.retry);
  const sorry = apology === undefined ? {} : { apology };
  if (passing !== undefined) {
    const nothing = { replies: [], backend: null, fallbackUsed: false };
    return { outcome: "failed", ...nothing, failure: passing, ...sorry };
  }
  if (progress.wantsPerson && !isTrigger)
    return { ...saying(handoffText(course)[0]?.text ?? apology), ...sorry, handoff: true };
  const unheard = isUnheard(course, progress)
    ? textIn(texts.unheardReplies, question.language)
    : undefined;
  return { ...saying(unheard ?? notUnderstood(course, progress) ?? apology), ...sorry };
}

/** What backends call a message that means nothing to them. */
const NOT_UNDERSTOOD = new Set(["no_match", "low_confidence", "no_response", "fallback"]);

/** "Try again later" would be a lie where nothing is wrong but that nobody understood. */
function notUnderstood({ question, route }: Course, progress: Progress): string | undefined {
  const { records, failures } = progress;
  const isAll = records.every(({ reason = "" }) => NOT_UNDERSTOOD.has(reason));
  if (question.content.type === "trigger" || failures.length > 0) return undefined;
  return records.length > 0 && isAll ? textIn(route.unknownReplies, question.language) : undefined;
}

function saying(text: string | undefined): Bare {
  const replies: readonly Reply[] = text === undefined ? [] : [{ text }];
  const isSaid = replies.length > 0;
  return {
    outcome: isSaid ? "answered" : "silent",
    replies,
    backend: null,
    fallbackUsed: isSaid,
  };
}

function isUnheard({ question }: Course, { heard }: Progress): boolean {
  return heard === undefined && isRecording(question);
}

function handoffText({ question, texts }: Course): readonly Reply[] {
  if (question.content.type === "trigger") return [];
  const text = textIn(texts.handoffReplies, question.language);
  return text === undefined ? [] : [{ text }];
}

function withClosedText({ question, texts, context }: Course, answer: ChainAnswer): ChainAnswer {
  const text = textIn(texts.closedReplies, question.language);
  const isDue = context.memory[CLOSED_MEMORY] !== true && question.content.type !== "trigger";
  if (text === undefined || !isDue || answer.outcome === "failed") return answer;
  return {
    ...answer,
    outcome: "answered",
    replies: [{ text }, ...answer.replies],
    memory: { ...answer.memory, [CLOSED_MEMORY]: true },
  };
}
