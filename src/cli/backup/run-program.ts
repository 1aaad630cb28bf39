import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { CliError } from "../failure.ts";

/** A program that is run for a part of the work. */
export interface Program {
  readonly name: string;
  readonly args: readonly string[];
  /** Where to get it, for a machine that has it not. */
  readonly install: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** A program under way. `ended` rejects in words unless it ends with 0. */
export interface Running {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly ended: Promise<void>;
}

async function endOf(child: ChildProcess, { name, install, signal }: Program): Promise<void> {
  const said: string[] = [];
  child.stderr?.on("data", (chunk: Buffer) => said.push(chunk.toString()));
  try {
    const [code]: unknown[] = await once(child, "close");
    if (code === 0) return;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      throw new CliError(`this needs the program ${name}, which is not installed here`, {
        advice: install,
        cause: error,
      });
    throw error;
  }
  signal.throwIfAborted();
  throw new CliError(`${name} failed: ${said.join("").trim() || "without a word"}`);
}

/** Starts a program without a shell; it ends with the signal. */
export function runProgram(program: Program): Running {
  const { name, args, env, signal } = program;
  const child = spawn(name, args, {
    stdio: ["pipe", "pipe", "pipe"],
    signal,
    ...(env !== undefined && { env }),
  });
  // A program that ends early closes its input; why it did is in its exit code.
  child.stdin.on("error", () => undefined);
  const ended = endOf(child, program);
  ended.catch(() => undefined);
  return { stdin: child.stdin, stdout: child.stdout, ended };
}
