import type { Answer, AnswerBackend, TurnContext } from "../../src/answers/backend.ts";
import { type ChainOptions, createChain } from "../../src/answers/chain.ts";
import { BridgeError, type ErrorCode } from "../../src/errors.ts";
import { questionWith, recordingContext } from "./question.ts";

type Answering = AnswerBackend["answer"];

export const ANSWERED: Answer = { outcome: "answered", replies: [{ text: "oi" }] };
export const SILENT: Answer = { outcome: "silent", replies: [] };
export const NO_ANSWER: Answer = { outcome: "no_answer", replies: [] };

/** A backend that a test looks into afterwards. */
export interface ScriptedBackend extends AnswerBackend {
  /** The texts it was asked. */
  readonly asked: string[];
}

/** Answers each question with the next of a script, and the last one from then on. */
export function scripted(
  script: readonly (Answer | ErrorCode | Answering)[],
  extra: Partial<AnswerBackend> = {},
): ScriptedBackend {
  const left = [...script];
  const asked: string[] = [];
  return {
    asked,
    timeoutMs: 1_000,
    secrets: [],
    answer: async (question, context) => {
      asked.push(question.text);
      const [next] = left.length > 1 ? left.splice(0, 1) : left;
      if (typeof next === "string") throw new BridgeError(next, "as told");
      if (typeof next === "function") return next(question, context);
      return next ?? NO_ANSWER;
    },
    ...extra,
  };
}

/** Never answers and does not heed its signal. */
export const hangs: Answering = () => new Promise(() => {});

/** A backend that takes so long. */
export const after =
  (ms: number, answer: Answer): Answering =>
  async () => {
    await new Promise((resolve) => {
      setTimeout(resolve, ms);
    });
    return answer;
  };

const STATIC = { "pt-BR": "Não entendi.", en: "Sorry?" };

/** A chain over backends by name; a name with a star is a spare. */
export function chainOf(
  backends: Readonly<Record<string, AnswerBackend>>,
  options: Partial<ChainOptions> = {},
) {
  const steps = Object.entries(backends).map(([name, backend]) => ({
    name: name.replace("*", ""),
    backend,
    isSpare: name.endsWith("*"),
  }));
  return createChain(steps, { staticReplies: STATIC, budgetMs: 5_000, ...options });
}

/** A recording without words. */
export const recording = questionWith({
  text: "",
  content: { type: "media", media: "voice", id: "m1" },
});

/** The context of a turn with more known of it. */
export function contextWith(changes: Partial<TurnContext> = {}) {
  return { ...recordingContext(), ...changes };
}
