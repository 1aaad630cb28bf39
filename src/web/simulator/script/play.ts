import type { Script, ScriptStep } from "../../../simulator/script.ts";
import type { Bubble } from "../../shared/bubble/bubble.ts";
import { type Expectation, missingOf, shownBy } from "./answers.ts";

export type SaidInScript = Extract<ScriptStep, { say: unknown }>["say"]["content"];

/** What plays a script. Everything may throw what `explain` understands. */
export interface Stage {
  readonly say: (content: SaidInScript) => Promise<void>;
  readonly tick: (tick: Extract<ScriptStep, { tick: unknown }>["tick"]) => Promise<void>;
  readonly moveClock: (hours: number) => Promise<void>;
  /** What the bot has said since something was said to it. */
  readonly answers: () => readonly Bubble[];
  /** Ends when something may have changed, after `ms`, or when the playing is stopped. */
  readonly rest: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly now: () => number;
  /** Why a step could not be done; undefined for what is no refusal but a mistake of ours. */
  readonly explain: (thrown: unknown) => string | undefined;
}

export type StepState =
  | { readonly state: "waiting" | "running" | "passed" | "skipped" }
  /** An expectation that was not met: what is missing, and what was said instead. */
  | {
      readonly state: "failed";
      readonly missing: readonly string[];
      readonly said: readonly string[];
    }
  /** Something that could not be done. */
  | { readonly state: "broken"; readonly detail: string };

/**
 * Plays a script from its first step to its last and tells of each. An expectation that is not met does not end it; what cannot
 * be done does, and so does `signal`.
 */
export async function play(
  script: Pick<Script, "steps">,
  stage: Stage,
  tell: (states: readonly StepState[]) => void,
  signal: AbortSignal,
): Promise<readonly StepState[]> {
  const states: StepState[] = script.steps.map(() => ({ state: "waiting" }));
  const set = (index: number, state: StepState) => {
    states[index] = state;
    tell([...states]);
  };
  let isOver = false;
  for (const [index, step] of script.steps.entries()) {
    isOver ||= signal.aborted;
    if (isOver) {
      set(index, { state: "skipped" });
      continue;
    }
    set(index, { state: "running" });
    const state = await playStep(step, stage, signal);
    set(index, signal.aborted && state.state === "failed" ? { state: "skipped" } : state);
    isOver = state.state === "broken";
  }
  return states;
}

async function playStep(step: ScriptStep, stage: Stage, signal: AbortSignal): Promise<StepState> {
  try {
    if ("expect" in step) return await waitFor(step.expect, stage, signal);
    if ("say" in step) await stage.say(step.say.content);
    else if ("tick" in step) await stage.tick(step.tick);
    else if ("clock_hours" in step) await stage.moveClock(step.clock_hours);
    else await pause(step.wait_ms, stage, signal);
    return { state: "passed" };
  } catch (thrown) {
    const detail = stage.explain(thrown);
    if (detail === undefined) throw thrown;
    return { state: "broken", detail };
  }
}

async function waitFor(
  expected: Expectation,
  stage: Stage,
  signal: AbortSignal,
): Promise<StepState> {
  const end = stage.now() + expected.timeout_ms;
  for (;;) {
    const bubbles = stage.answers();
    const missing = missingOf(expected, bubbles);
    if (missing.length === 0) return { state: "passed" };
    const left = end - stage.now();
    if (left <= 0 || signal.aborted) {
      const { texts, buttons, list } = shownBy(bubbles);
      return { state: "failed", missing, said: [...texts, ...buttons, ...list] };
    }
    await stage.rest(left, signal);
  }
}

async function pause(ms: number, stage: Stage, signal: AbortSignal): Promise<void> {
  const end = stage.now() + ms;
  while (stage.now() < end && !signal.aborted) await stage.rest(end - stage.now(), signal);
}
