import type { Output, Terminal } from "./terminal.ts";
import type { Progress } from "./progress.ts";
import type { ApiClient } from "./api.ts";
import type { Told } from "../read-config.ts";

/** What every command can be told. */
export interface GlobalOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  /** Answers every question with yes. */
  readonly yes: boolean;
  /** The configuration file. */
  readonly config: string | undefined;
  /** Where the running bridge is. */
  readonly url: string | undefined;
}

/** What a command works with. */
export interface CliContext {
  readonly options: GlobalOptions;
  readonly terminal: Terminal;
  readonly output: Output;
  /** Aborted by the first Ctrl-C; a second one ends the process at once. */
  readonly signal: AbortSignal;
  readonly progress: (label: string, unit: string) => Progress;
  /**
   * Reads the configuration as `ponte start` would here. Throws a `CliError` that lists every problem; `ConfigError` where
   * the caller asks for it by `raw`.
   */
  readonly readConfig: (env?: Readonly<Record<string, string | undefined>>) => Told;
  /** The API of the running bridge. Throws a `CliError` where there is no key for it. */
  readonly api: () => ApiClient;
  /**
   * Asks a yes-or-no question on the terminal. `--yes` answers it; where nobody can be asked, throws a usage error that says
   * to give `--yes`.
   */
  readonly confirm: (question: string) => Promise<boolean>;
}
