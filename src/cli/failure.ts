import { ConfigError } from "../config/problems.ts";

/** What the process ends with. */
export const EXIT = {
  ok: 0,
  /** Something went wrong: nothing, or not all, was done. */
  failure: 1,
  /** The command was called in a way it cannot be. */
  usage: 2,
  /** The command did its work and found what should not be: a check, a lint or a test did not pass. */
  checkFailed: 3,
  /** Stopped by Ctrl-C, as shells count it. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A failure with words for people: what went wrong and why, and what to do about it. */
export class CliError extends Error {
  readonly code: ExitCode;
  /** What to do about it. */
  readonly advice: string | undefined;

  constructor(
    message: string,
    options: { advice?: string; code?: ExitCode; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "CliError";
    this.code = options.code ?? EXIT.failure;
    this.advice = options.advice;
  }
}

/** What an error says, in one line. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}

/** Turns a wrong configuration into words with all its problems, a line each; anything else stays what it was. */
export function explainConfig(error: unknown): unknown {
  if (!(error instanceof ConfigError)) return error;
  const problems = error.problems.map(({ where, detail }) => `  ${where}: ${detail}`);
  return new CliError(["the configuration cannot be used:", ...problems].join("\n"), {
    advice: "`ponte doctor` explains each; docs/configuration.md lists every setting",
    cause: error,
  });
}
