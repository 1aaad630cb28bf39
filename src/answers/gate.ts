import { BridgeError } from "../errors.ts";
import type { AnswerContext, Question, TurnContext } from "./backend.ts";
import type { ChainStep, StepRecord } from "./chain-answer.ts";
import { askStep, LEAST_MS, type StepResult } from "./chain-step.ts";
import type { Standings } from "./standing.ts";
import { inSpan } from "../trace.ts";

/** What one step of the chain came to, with its line for the log. */
export interface Asked extends StepResult {
  readonly record: StepRecord;
}

/** What asking a backend needs beside the question. */
export interface GateTools {
  readonly standings: Standings;
  /** A clock in milliseconds that never goes back. */
  readonly now: () => number;
}

/** How much time a backend has. */
export interface Limits {
  readonly limitMs: number;
  /** The time it would have were it alone: what it fails with much less is not held against it. */
  readonly fullMs: number;
}

const NO_TIME = new BridgeError("answer_timeout", "no time was left to ask");
const PAUSED = new BridgeError("answer_paused", "not asked: it has failed too often just now");

/** Asks a backend unless it is paused, and books what came of it. Rejects as `askStep` does. */
export async function askThroughGate(
  { name, backend }: ChainStep,
  question: Question,
  context: AnswerContext,
  { limitMs, fullMs }: Limits,
  { standings, now }: GateTools,
): Promise<Asked> {
  context.signal.throwIfAborted();
  if (limitMs < LEAST_MS) return unasked(name, NO_TIME);
  const call = standings.enter(name);
  if (call === undefined) return unasked(name, PAUSED);
  const started = now();
  try {
    const result = await asSpan(name, () => askStep(backend, question, context, limitMs));
    const ms = Math.round(now() - started);
    const record = recordOf(name, result, ms);
    const { failure } = result;
    const isOwn = failure?.code !== "answer_timeout" || limitMs >= fullMs / 2;
    call.end({ outcome: record.outcome, failure, isOwn, ms });
    return { ...result, record };
  } catch (thrown) {
    call.abandon();
    throw thrown;
  }
}

function asSpan(backend: string, ask: () => Promise<StepResult>): Promise<StepResult> {
  return inSpan(`ask ${backend}`, { facts: { "ponte.backend": backend } }, async (span) => {
    const result = await ask();
    const { answer, failure } = result;
    if (failure !== undefined) span.fail(failure.code);
    span.add({ "ponte.outcome": answer?.outcome ?? "failed" });
    return result;
  });
}

/** Says that a backend had no time left, without asking it. */
export const outOfTime = (name: string): Asked => unasked(name, NO_TIME);

function unasked(name: string, failure: BridgeError): Asked {
  const result = { failure, emitted: 0 };
  return { ...result, record: recordOf(name, result, 0) };
}

function recordOf(backend: string, { answer, failure }: StepResult, ms: number): StepRecord {
  const { confidence, usage } = answer ?? {};
  const reason = failure?.detail ?? answer?.reason;
  return {
    backend,
    outcome: failure?.code ?? answer?.outcome ?? "no_answer",
    ms,
    ...(confidence !== undefined && { confidence }),
    ...(usage !== undefined && { usage }),
    ...(reason !== undefined && { reason }),
  };
}

/** What one backend may use: the turn's context with what is the backend's own. */
export function contextOf(name: string, context: TurnContext): AnswerContext {
  const { memory, tokensToday, heldBy: _held, notice: _notice, ...shared } = context;
  return { ...shared, memory: memory[name], tokensToday: () => tokensToday(name) };
}
