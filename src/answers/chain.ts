import type { BridgeError } from "../errors.ts";
import { type Attempt, createAttempts } from "./attempts.ts";
import type { BreakerSettings } from "./breaker.ts";
import type { Question, TurnContext } from "./backend.ts";
import type { ChainAnswer, ChainStep } from "./chain-answer.ts";
import { type Asked, askThroughGate, contextOf, type GateTools, outOfTime } from "./gate.ts";
import { findListener, hear, isRecording, type Listener } from "./hearing.ts";
import { createHours, type OpeningHours } from "./hours.ts";
import { conclude, type Course, textIn, type Texts } from "./outcome.ts";
import { createRouting, type FindRoute, type Route, type RouteSettings } from "./route.ts";
import { startShadow } from "./shadow.ts";
import { withPatience } from "./slow.ts";
import { createStandings, type Standings } from "./standing.ts";

export type { ChainAnswer, ChainStep, StepRecord } from "./chain-answer.ts";

export interface ChainOptions extends Partial<Omit<Texts, "staticReplies">> {
  /** Said when nobody answered, by language tag; the first one where none fits. Empty: nothing is said. */
  readonly staticReplies: Readonly<Record<string, string>>;
  /** Milliseconds the whole turn may take. */
  readonly budgetMs: number;
  /** Milliseconds left of the budget below which no further backend is asked, unless it needs less itself. */
  readonly leastMs?: number;
  /** Ways of their own for some messages; the first that fits is taken. */
  readonly routes?: readonly RouteSettings[];
  /** Name of the backend that is asked beside the chain, and how long the end of a turn waits for it. */
  readonly shadow?: string | undefined;
  readonly shadowWaitMs?: number;
  readonly hours?: (OpeningHours & { readonly botAnswers: boolean }) | undefined;
  /** Name of the backend that writes recordings down; "off" for none; the first that can where absent. */
  readonly transcribeWith?: string | undefined;
  /** Said once in a turn that takes longer than this; nothing is where it is absent. */
  readonly slow?: { readonly afterMs: number; readonly texts: Readonly<Record<string, string>> };
  /** Who is paused and how each backend fares; a book of the chain's own where absent. */
  readonly standings?: Standings;
  /** A clock in milliseconds that never goes back; for tests. */
  readonly now?: () => number;
  /** The clock on the wall; for tests. */
  readonly today?: () => Date;
}

export interface Chain {
  /**
   * Asks one backend after the other until one answers or wants silence. Rejects with the reason of an abort, with a
   * failure of `emit`, and with any error of a backend that is not a `BridgeError`, each as it is.
   */
  readonly ask: (question: Question, context: TurnContext) => Promise<ChainAnswer>;
}

/** When a backend is paused, where the settings say nothing else. */
const BREAKER_DEFAULTS: BreakerSettings = {
  failures: 5,
  share: 0.5,
  calls: 10,
  windowMs: 30_000,
  pauseMs: 15_000,
};

interface Parts extends GateTools {
  readonly steps: readonly ChainStep[];
  readonly leastMs: number;
  readonly listener: Listener | undefined;
}

/** Builds a chain over every backend that it, a route or a shadow may ask. Throws an Error for a route nobody can follow. */
export function createChain(steps: readonly ChainStep[], options: ChainOptions): Chain {
  const names = steps.map(({ name }) => name);
  const { staticReplies, budgetMs, leastMs = 0, hours, slow, shadowWaitMs = 0 } = options;
  const { now = () => performance.now(), today = () => new Date(), transcribeWith } = options;
  const standings = options.standings ?? createStandings(names, BREAKER_DEFAULTS);
  const listener = transcribeWith === "off" ? undefined : findListener(steps, transcribeWith);
  const parts: Parts = { steps, leastMs, listener, standings, now };
  const find: FindRoute = createRouting({
    steps,
    usual: {
      budgetMs,
      staticReplies,
      ...(options.unknownReplies !== undefined && { unknownReplies: options.unknownReplies }),
    },
    shadow: options.shadow,
    routes: options.routes ?? [],
  });
  const isOpenAt = hours === undefined ? () => true : createHours(hours);
  const attempts = createAttempts();
  const texts: Texts = { ...options, staticReplies };

  const isOpen = (): boolean => isOpenAt(today());
  const courseOf = (question: Question, context: TurnContext): Course => {
    const route = find(question, isOpen);
    const isClosed = hours !== undefined && !route.knowsHours && !isOpen();
    return { question, route, isClosed, texts, context };
  };
  /** What is said in a recording may lead another way than a recording does. */
  const run = async (question: Question, context: TurnContext, attempt: Attempt) => {
    const started = now();
    const progress = nobody();
    const course = courseOf(question, context);
    if (course.isClosed && hours?.botAnswers === false)
      return conclude(course, progress, { isAsked: false });
    const heard = await listen(parts, course, attempt, progress);
    if (heard === undefined) return converse(parts, course, started, attempt, progress);
    const known = { ...progress, heard };
    return converse(
      parts,
      courseOf({ ...question, text: heard }, context),
      started,
      attempt,
      known,
    );
  };

  return {
    ask: async (question, context) => {
      const attempt = attempts.of(question);
      const slowText = slow === undefined ? undefined : textIn(slow.texts, question.language);
      const patience =
        slow === undefined || slowText === undefined || attempt.wasPatient
          ? { context, end: undefined }
          : withPatience(context, { afterMs: slow.afterMs, text: slowText }, () => {
              attempt.wasPatient = true;
            });
      let answer: ChainAnswer;
      try {
        answer = await run(question, patience.context, attempt);
      } finally {
        if (patience.end !== undefined) await patience.end();
      }
      if (answer.outcome === "failed") {
        attempts.keep(question, attempt);
        return answer;
      }
      attempts.forget(question);
      const { shadow } = attempt;
      return shadow === undefined
        ? answer
        : { ...answer, shadow: [await shadow.finish(shadowWaitMs)] };
    },
  };
}

/** What the backends of a turn came to together. */
export interface Progress {
  readonly records: ChainAnswer["steps"][number][];
  readonly failures: BridgeError[];
  readonly memory: Record<string, unknown>;
  /** A backend without an answer wants a person to take over. */
  wantsPerson: boolean;
  readonly ended?: { readonly name: string; readonly asked: Asked };
  readonly heard?: string;
}

function nobody(): Progress {
  return { records: [], failures: [], memory: {}, wantsPerson: false };
}

/** Asks until somebody ends the turn. */
async function converse(
  parts: Parts,
  course: Course,
  started: number,
  attempt: Attempt,
  progress: Progress,
): Promise<ChainAnswer> {
  const { question, context, route } = course;
  const deadline = started + route.budgetMs;
  if (route.shadow !== undefined)
    attempt.shadow ??= startShadow(route.shadow, question, context, parts);
  const ended = await askAll(parts, course, deadline, attempt, progress);
  const all = ended === undefined ? progress : { ...progress, ended };
  return conclude(course, all, { isAsked: true });
}

async function listen(
  { listener, now }: Parts,
  { question, context, route }: Course,
  attempt: Attempt,
  progress: Progress,
): Promise<string | undefined> {
  if (listener === undefined || !isRecording(question)) return undefined;
  if (attempt.heard === undefined) {
    const { budgetMs } = route;
    const hearing = await hear(listener, question, context, { budgetMs, now });
    if (hearing.kind === "heard") attempt.heard = hearing.heard;
    else if (hearing.step !== undefined) progress.records.push(hearing.step);
  }
  if (attempt.heard === undefined) return undefined;
  progress.records.push(attempt.heard.step);
  return attempt.heard.text;
}

async function askAll(
  parts: Parts,
  { question, route, context }: Course,
  deadline: number,
  { settled }: Attempt,
  progress: Progress,
): Promise<Progress["ended"]> {
  for (const [index, step] of inOrder(parts, route, context).entries()) {
    const before = settled.get(step.name);
    if (before !== undefined) {
      progress.records.push(before.step);
      if (before.memory !== undefined) progress.memory[step.name] = before.memory;
      continue;
    }
    const asked = await askOne(parts, step, { question, route, context }, deadline, index === 0);
    const { answer, failure, record } = asked;
    progress.records.push(record);
    if (failure !== undefined) progress.failures.push(failure);
    if (answer?.memory !== undefined) progress.memory[step.name] = answer.memory;
    if (answer === undefined) continue;
    if (answer.outcome !== "no_answer") return { name: step.name, asked };
    progress.wantsPerson ||= answer.handoff === true;
    settled.set(step.name, { step: record, memory: answer.memory });
  }
  return undefined;
}

function askOne(
  parts: Parts,
  step: ChainStep,
  { question, route, context }: Pick<Course, "question" | "route" | "context">,
  deadline: number,
  isFirst: boolean,
): Promise<Asked> {
  const { timeoutMs } = step.backend;
  const leftMs = deadline - parts.now();
  if (!isFirst && leftMs < Math.min(parts.leastMs, timeoutMs))
    return Promise.resolve(outOfTime(step.name));
  const limits = {
    limitMs: Math.min(timeoutMs, leftMs),
    fullMs: Math.min(timeoutMs, route.budgetMs),
  };
  return askThroughGate(step, question, contextOf(step.name, context), limits, parts);
}

/** The backend that asked something is heard first, wherever it stands; then the others in their order. */
function inOrder(
  { steps }: Parts,
  route: Route,
  { heldBy }: Pick<TurnContext, "heldBy">,
): readonly ChainStep[] {
  if (heldBy === undefined || heldBy === null) return route.steps;
  const holder = steps.filter(({ name }) => name === heldBy);
  return [...holder, ...route.steps.filter(({ name }) => name !== heldBy)];
}
