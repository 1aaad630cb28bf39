import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseScript, type Script, ScriptError, type ScriptStep } from "../../simulator/script.ts";
import { play, type StepState } from "../../web/simulator/script/play.ts";
import type { ApiClient } from "../api.ts";
import { CliError, EXIT, messageOf } from "../failure.ts";
import { findLine, openDesk } from "./desk.ts";
import { createStage } from "./stage.ts";

/** A script with the file it was read from. */
export interface ScriptFile {
  readonly file: string;
  readonly script: Script;
}

/** One step, and what became of it. */
export interface PlayedStep {
  /** Counted from 1. */
  readonly number: number;
  readonly what: string;
  readonly outcome: StepState;
}

/** A script that was played. */
export interface Played {
  readonly file: string;
  readonly title: string;
  readonly channel: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly steps: readonly PlayedStep[];
}

/** Reads scripts, all before any is played. Throws a `CliError` with everything that is wrong with any of them. */
export function readScripts(files: readonly string[]): readonly ScriptFile[] {
  const problems: string[] = [];
  const scripts = files.flatMap((file) => {
    try {
      return [{ file, script: parseScript(readFileSync(file, "utf8")) }];
    } catch (error) {
      const said = error instanceof ScriptError ? error.problems : [messageOf(error)];
      problems.push(...said.map((problem) => `  ${file}: ${problem}`));
      return [];
    }
  });
  if (problems.length === 0) return scripts;
  throw new CliError(["the scripts cannot be played:", ...problems].join("\n"), {
    code: EXIT.usage,
    advice: "docs/simulator.md describes scripts",
  });
}

/** A number of an area of Brazil that does not exist, so that scripts never meet: neither each other nor a person. */
function newPerson(): string {
  return `+550099${String(randomInt(10_000_000)).padStart(7, "0")}`;
}

export interface PlayOptions {
  readonly api: ApiClient;
  /** The line, where the script's own is not wanted. */
  readonly as: string | undefined;
  readonly signal: AbortSignal;
}

/** Plays one script with a person of its own, who is forgotten afterwards. */
export async function playScript(
  { file, script }: ScriptFile,
  { api, as, signal }: PlayOptions,
): Promise<Played> {
  const line = await findLine(api, as ?? script.channel);
  const desk = openDesk(api, line, newPerson());
  const started = performance.now();
  await desk.hurry();
  try {
    const states = await play(script, createStage(desk), () => undefined, signal);
    const steps = script.steps.map((step, index) => ({
      number: index + 1,
      what: describeStep(step),
      outcome: states[index] ?? { state: "skipped" as const },
    }));
    return {
      file,
      title: script.title,
      channel: line.channel,
      ok: steps.every(({ outcome }) => outcome.state === "passed"),
      ms: Math.round(performance.now() - started),
      steps,
    };
  } finally {
    // A stop ends every call; what is left of the person says nothing of anybody.
    if (!signal.aborted) await desk.reset();
  }
}

/** What a step does, in a few words. */
function describeStep(step: ScriptStep): string {
  if ("say" in step) {
    const { content } = step.say;
    if (content.type === "text") return `say "${content.text}"`;
    return content.type === "choice" ? `tap "${content.title}"` : `say a ${content.type}`;
  }
  if ("expect" in step) return "expect";
  if ("tick" in step) return `tick ${step.tick.status}`;
  return "clock_hours" in step ? `clock ${step.clock_hours} h` : `wait ${step.wait_ms} ms`;
}
