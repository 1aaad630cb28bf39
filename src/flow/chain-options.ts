import type { BreakerSettings } from "../answers/breaker.ts";
import type { ChainOptions } from "../answers/chain.ts";
import type { AnswerSettings } from "../config/settings.ts";

/** The settings of the chain, in its own words. */
export function chainOptions(answers: AnswerSettings): ChainOptions {
  const { hours, slowAfterMs, slowReplies } = answers;
  return {
    staticReplies: answers.staticReplies,
    budgetMs: answers.budgetMs,
    leastMs: answers.leastMs,
    routes: answers.routes,
    shadow: answers.shadow,
    shadowWaitMs: answers.shadowWaitMs,
    transcribeWith: answers.transcribeWith,
    unknownReplies: answers.unknownReplies,
    unheardReplies: answers.unheardReplies,
    handoffReplies: answers.handoffReplies,
    ...(hours !== undefined && { hours, closedReplies: hours.closedReplies }),
    ...(slowAfterMs > 0 && { slow: { afterMs: slowAfterMs, texts: slowReplies } }),
  };
}

/** When a backend is paused, as the settings say. */
export function breakerOptions(answers: AnswerSettings): BreakerSettings {
  return {
    failures: answers.breakerFailures,
    share: answers.breakerShare,
    calls: answers.breakerCalls,
    windowMs: answers.breakerWindowMs,
    pauseMs: answers.breakerPauseMs,
  };
}

/** Milliseconds the longest turn may take. */
export function longestBudget({ budgetMs, routes }: AnswerSettings): number {
  return Math.max(budgetMs, ...routes.map((route) => route.budgetMs ?? 0));
}
