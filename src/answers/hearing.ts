import { BridgeError } from "../errors.ts";
import { storableText } from "../storable.ts";
import type { AnswerBackend, Question, TurnContext, Usage } from "./backend.ts";
import type { ChainStep, StepRecord } from "./chain-answer.ts";
import type { Heard } from "./attempts.ts";

/** A backend that writes recordings down. */
export interface Listener {
  readonly name: string;
  readonly timeoutMs: number;
  readonly transcribe: NonNullable<AnswerBackend["transcribe"]>;
}

/** What came of a recording: its words, or the step that failed. */
export type Hearing =
  | { readonly kind: "heard"; readonly heard: Heard }
  | { readonly kind: "unheard"; readonly step?: StepRecord };

/** Whether a message is a recording without a text of its own. */
export function isRecording({ content, text }: Question): boolean {
  const isSound =
    content.type === "media" && (content.media === "voice" || content.media === "audio");
  return isSound && text.trim() === "";
}

/** The backend of this name, or the first that can write down what is said; undefined where none does. */
export function findListener(
  steps: readonly ChainStep[],
  wanted: string | undefined,
): Listener | undefined {
  const candidates = wanted === undefined ? steps : steps.filter(({ name }) => name === wanted);
  for (const { name, backend } of candidates) {
    const { transcribe, timeoutMs } = backend;
    if (transcribe !== undefined) return { name, timeoutMs, transcribe };
  }
  return undefined;
}

/**
 * Writes down what is said in the recording of a message, within `limitMs`. A failure is a step like any other: the turn
 * goes on without the words. Rejects with the reason of an abort from outside.
 */
export async function hear(
  { name, transcribe, timeoutMs }: Listener,
  question: Question,
  context: TurnContext,
  { budgetMs, now }: { readonly budgetMs: number; readonly now: () => number },
): Promise<Hearing> {
  const started = now();
  const limitMs = Math.min(timeoutMs, budgetMs);
  const late = new BridgeError("answer_timeout", `nothing written down within ${limitMs} ms`);
  const recordOf = (
    outcome: StepRecord["outcome"],
    rest: { readonly usage?: Usage; readonly reason?: string } = {},
  ): StepRecord => ({ backend: name, outcome, ms: Math.round(now() - started), ...rest });
  try {
    const written = await within(limitMs, late, context.signal, async (signal) => {
      const file = await context.readFile();
      return file === undefined ? undefined : transcribe(file, question.language, signal);
    });
    if (written === undefined) return { kind: "unheard" };
    const { usage } = written;
    const spent = usage === undefined ? {} : { usage };
    const text = storableText(written.text.trim());
    if (text === "") return { kind: "unheard", step: recordOf("no_answer", spent) };
    return { kind: "heard", heard: { text, step: recordOf("transcribed", spent) } };
  } catch (thrown) {
    context.signal.throwIfAborted();
    if (!(thrown instanceof BridgeError)) throw thrown;
    return { kind: "unheard", step: recordOf(thrown.code, { reason: thrown.detail }) };
  }
}

/** Does something for a while; then, or with the signal from outside, it is given up, whether it heeds its signal or not. */
async function within<Result>(
  ms: number,
  late: BridgeError,
  outside: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(late), ms);
  const signal = AbortSignal.any([outside, over.signal]);
  const given = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(late), { once: true });
  });
  try {
    return await Promise.race([work(signal), given]);
  } catch (thrown) {
    throw over.signal.aborted ? late : thrown;
  } finally {
    clearTimeout(timer);
  }
}
