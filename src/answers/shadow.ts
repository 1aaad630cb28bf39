import { BridgeError } from "../errors.ts";
import type { Reply } from "../messages.ts";
import { storableText } from "../storable.ts";
import type { Question, TurnContext } from "./backend.ts";
import type { ChainStep, ShadowRecord } from "./chain-answer.ts";
import { askThroughGate, contextOf, type GateTools } from "./gate.ts";

/** A backend that is asked beside the chain and never heard by the person. */
export interface Shadow {
  /** What it would have said; "late" where that is not known after `waitMs`. Never fails. */
  readonly finish: (waitMs: number) => Promise<ShadowRecord>;
}

/** Characters of one text, and texts of one answer, that are kept for comparison. */
const MAX_TEXT = 2_000;
const MAX_TEXTS = 10;

/** Asks a backend within its own time. What it does, and how it fails, touches nothing of the turn. */
export function startShadow(
  step: ChainStep,
  question: Question,
  context: TurnContext,
  tools: GateTools,
): Shadow {
  const started = tools.now();
  const over = new AbortController();
  const emitted: Reply[] = [];
  const kept = (
    outcome: ShadowRecord["outcome"],
    replies: readonly Reply[] = [],
    rest: Partial<ShadowRecord> = {},
  ): ShadowRecord => ({
    backend: step.name,
    outcome,
    ms: Math.round(tools.now() - started),
    texts: textsOf([...emitted, ...replies]),
    ...rest,
  });
  const ask = async (): Promise<ShadowRecord> => {
    const own = {
      ...contextOf(step.name, context),
      signal: AbortSignal.any([context.signal, over.signal]),
      emit: async (replies: readonly Reply[]) => void emitted.push(...replies),
    };
    const { timeoutMs } = step.backend;
    const limits = { limitMs: timeoutMs, fullMs: timeoutMs };
    const { answer, record } = await askThroughGate(step, question, own, limits, tools);
    const { confidence, usage } = record;
    return kept(failureOf(record.outcome), answer?.replies, {
      ...(answer?.intent !== undefined && { intent: answer.intent }),
      ...(confidence !== undefined && { confidence }),
      ...(usage !== undefined && { usage }),
    });
  };
  const asked = ask().catch((thrown: unknown) =>
    kept(thrown instanceof BridgeError ? thrown.code : "unexpected"),
  );
  return {
    finish: async (waitMs) => {
      const wait = startWait(waitMs);
      const record = await Promise.race([asked, wait.over]);
      wait.stop();
      if (record !== undefined) return record;
      over.abort(new Error("the turn is over"));
      return kept("late");
    },
  };
}

/** A shadow writes nothing down, so no step of it is ever a transcription. */
function failureOf(outcome: ShadowRecord["outcome"] | "transcribed"): ShadowRecord["outcome"] {
  return outcome === "transcribed" ? "answered" : outcome;
}

/** Also with no time at all, what has ended already wins the race. */
function startWait(ms: number): { over: Promise<undefined>; stop: () => void } {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const end = (): void => resolve(undefined);
  if (ms === 0) {
    setImmediate(end);
    return { over: promise, stop: () => undefined };
  }
  const timer = setTimeout(end, ms);
  return { over: promise, stop: () => clearTimeout(timer) };
}

function textsOf(replies: readonly Reply[]): readonly string[] {
  return replies
    .slice(0, MAX_TEXTS)
    .map(({ text, image }) => storableText((text ?? image ?? "").slice(0, MAX_TEXT)))
    .filter((text) => text !== "");
}
