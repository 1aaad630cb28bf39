import { CommanderError } from "@commander-js/extra-typings";
import { createApiClient } from "../../src/cli/api.ts";
import type { CliContext } from "../../src/cli/context.ts";
import { CliError, EXIT } from "../../src/cli/failure.ts";
import { createProgram, readGlobalOptions } from "../../src/cli/program.ts";
import { readSettings } from "../../src/cli/settings.ts";

/** What a command said and ended with. */
interface Ran {
  readonly code: number;
  /** What `--json` would have written, and what was written without it. */
  readonly results: readonly unknown[];
  readonly text: string;
  readonly notes: string;
  /** The failure's message and advice. */
  readonly failure: string;
  /** Questions that were asked. */
  readonly asked: readonly string[];
}

/** What a test decides of a call. */
interface Told {
  /** How questions are answered; with no where absent. */
  readonly answer?: boolean;
  /** Pressing Ctrl-C. */
  readonly stopping?: AbortController;
  /** Called with every step of a progress bar. */
  readonly onProgress?: () => void;
  /** Called with every line and result. */
  readonly onSaid?: () => void;
  /** What the configuration is read from. */
  readonly env?: Readonly<Record<string, string>>;
}

interface Said {
  readonly results: unknown[];
  readonly texts: string[];
  readonly notes: string[];
  readonly asked: string[];
}

type Address = { readonly url: string; readonly key: string };

function contextFor(
  words: readonly string[],
  { url, key }: Address,
  told: Told,
  { results, texts, notes, asked }: Said,
): CliContext {
  const { answer = false, stopping = new AbortController(), onProgress, onSaid, env } = told;
  const { signal } = stopping;
  const say = (value: unknown, text: () => string): void => {
    results.push(value);
    texts.push(text());
    onSaid?.();
  };
  const same = (_style: unknown, text: string): string => text;
  const note = (text: string): void => void notes.push(text);
  const options = readGlobalOptions(words);
  return {
    options,
    terminal: process,
    output: { isJson: options.json, result: say, line: say, note, paint: same, paintNote: same },
    signal,
    progress: () => ({ update: () => onProgress?.(), stop: () => undefined }),
    readConfig: () => readSettings(env ?? {}, note),
    api: () => createApiClient({ url, key, signal, version: "test" }),
    confirm: (question) => {
      asked.push(question);
      return Promise.resolve(answer);
    },
  };
}

/** What a call ended with, as the program counts it. */
function endOf(error: unknown, isStopped: boolean): { code: number; failure: string } {
  if (isStopped) return { code: EXIT.interrupted, failure: "stopped" };
  if (error instanceof CommanderError) return { code: EXIT.usage, failure: error.message };
  if (!(error instanceof CliError)) throw error;
  return { code: error.code, failure: `${error.message}\n${error.advice ?? ""}` };
}

/** Runs commands of `ponte` within the test, for what takes no process of its own to be shown. */
export function createCli(address: Address) {
  return async (words: readonly string[], told: Told = {}): Promise<Ran> => {
    const said: Said = { results: [], texts: [], notes: [], asked: [] };
    const { results, texts, notes, asked } = said;
    let end = { code: 0, failure: "" };
    try {
      const program = await createProgram(words, contextFor(words, address, told, said));
      await program.parseAsync([...words], { from: "user" });
    } catch (error) {
      end = endOf(error, told.stopping?.signal.aborted === true);
    }
    return { ...end, results, asked, text: texts.join("\n"), notes: notes.join("\n") };
  };
}
