import type { Question } from "./backend.ts";
import type { ChainStep } from "./chain-answer.ts";
import { containsWords, fold, plain } from "./templates/fold.ts";
import { compilePattern } from "../safe-pattern.ts";

/** What a message must be like for a route: every key that is there must fit, and of a list one value. */
export interface RouteMatch {
  readonly channel?: readonly string[] | undefined;
  readonly account?: readonly string[] | undefined;
  /** Language tags; `pt` fits every Portuguese. */
  readonly language?: readonly string[] | undefined;
  /** Words, or several words in a row, whatever their case and accents. */
  readonly keyword?: readonly string[] | undefined;
  /** A regular expression that runs on the text in lower case, without accents. */
  readonly pattern?: string | undefined;
  /** References of `/start 42`; one that ends in `*` fits all that begin so. */
  readonly startReference?: readonly string[] | undefined;
  readonly hours?: "in" | "out" | undefined;
}

/** A way of its own for some messages. */
export interface RouteSettings {
  readonly match: RouteMatch;
  /** Names of backends, in the order they are asked. */
  readonly chain: readonly string[];
  readonly budgetMs?: number | undefined;
  /** By language tag. */
  readonly staticReplies?: Readonly<Record<string, string>> | undefined;
  readonly holdMs?: number | undefined;
  readonly shadow?: string | undefined;
}

/** The way a message goes. */
export interface Route {
  readonly steps: readonly ChainStep[];
  readonly budgetMs: number;
  readonly staticReplies: Readonly<Record<string, string>>;
  /** Absent where the route's own words stand for both. */
  readonly unknownReplies?: Readonly<Record<string, string>>;
  readonly holdMs?: number;
  readonly shadow?: ChainStep;
  /** Whether the route was made for open or closed hours: then nothing else is said about them. */
  readonly knowsHours: boolean;
}

export interface RoutingOptions {
  /** All that a route may name. */
  readonly steps: readonly ChainStep[];
  /** The way of a message that no route fits. */
  readonly usual: Omit<Route, "steps" | "shadow" | "knowsHours">;
  readonly shadow?: string | undefined;
  readonly routes: readonly RouteSettings[];
}

/** Finds the way of a message. `isOpen` is asked only where a route wants to know. */
export type FindRoute = (question: Question, isOpen: () => boolean) => Route;

/** Builds the search: the first route that fits is taken. Throws an Error for a pattern that could take long. */
export function createRouting({ steps, usual, shadow, routes }: RoutingOptions): FindRoute {
  const usualSteps = steps.filter(({ isSpare }) => isSpare !== true);
  /** A backend that is heard anyway is not asked a second time. */
  const beside = (chain: readonly ChainStep[], name: string | undefined) => {
    const step = steps.find((candidate) => candidate.name === name);
    return step === undefined || chain.includes(step) ? {} : { shadow: step };
  };
  const prepare = (route: RouteSettings): Route => {
    const chain = route.chain.flatMap((name) => steps.filter((step) => step.name === name));
    return {
      steps: chain,
      budgetMs: route.budgetMs ?? usual.budgetMs,
      staticReplies: { ...usual.staticReplies, ...route.staticReplies },
      ...(route.staticReplies === undefined &&
        usual.unknownReplies !== undefined && { unknownReplies: usual.unknownReplies }),
      ...beside(chain, route.shadow ?? shadow),
      knowsHours: route.match.hours !== undefined,
      ...(route.holdMs !== undefined && { holdMs: route.holdMs }),
    };
  };
  const otherwise: Route = {
    ...usual,
    steps: usualSteps,
    ...beside(usualSteps, shadow),
    knowsHours: false,
  };
  const prepared = routes.map((route) => ({
    fits: createMatch(route.match),
    route: prepare(route),
  }));
  return (question, isOpen) =>
    prepared.find(({ fits }) => fits(question, isOpen))?.route ?? otherwise;
}

type Fits = (question: Question, isOpen: () => boolean) => boolean;

function createMatch(match: RouteMatch): Fits {
  const { channel, account, language, keyword, pattern, startReference, hours } = match;
  const words = keyword?.map(fold);
  const regexp = pattern === undefined ? undefined : compilePattern(pattern);
  const conditions: Fits[] = [
    ...(channel === undefined ? [] : [(asked: Question) => channel.includes(asked.channel)]),
    ...(account === undefined ? [] : [(asked: Question) => account.includes(asked.account)]),
    ...(language === undefined
      ? []
      : [(asked: Question) => language.some((tag) => speaks(asked.language, tag))]),
    ...(startReference === undefined
      ? []
      : [(asked: Question) => startReference.some((one) => refersTo(one, asked.startReference))]),
    ...(hours === undefined
      ? []
      : [(_asked: Question, isOpen: () => boolean) => isOpen() === (hours === "in")]),
    ...(words === undefined
      ? []
      : [(asked: Question) => words.some((word) => containsWords(fold(asked.text), word))]),
    ...(regexp === undefined ? [] : [(asked: Question) => regexp.test(plain(asked.text))]),
  ];
  return (question, isOpen) => conditions.every((condition) => condition(question, isOpen));
}

/** Whether a tag is the wanted one or a kind of it: `pt-BR` is `pt`, and `pt` is not `pt-BR`. */
function speaks(language: string, wanted: string): boolean {
  return `${language.toLowerCase()}-`.startsWith(`${wanted.toLowerCase()}-`);
}

function refersTo(wanted: string, reference: string | undefined): boolean {
  if (reference === undefined) return false;
  return wanted.endsWith("*") ? reference.startsWith(wanted.slice(0, -1)) : reference === wanted;
}
