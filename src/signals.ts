import { closeSync, openSync } from "node:fs";

/** What signals make the program do. */
export interface SignalActions {
  /** Ends everything in order. */
  readonly stop: (signal: string) => Promise<void>;
  readonly reload: () => void;
  readonly toggleDebug: () => void;
  readonly exit: (code: number) => void;
  /** Whether the terminal that the program was started in was closed. */
  readonly isTerminalGone: () => boolean;
  /** Milliseconds after which a stop is cut short. */
  readonly stopLimitMs: () => number;
  readonly now: () => number;
}

type Listen = (signal: NodeJS.Signals, listener: (signal: string) => void) => unknown;

/** npm hands a Ctrl-C on to the program, which the terminal has told already. Milliseconds. */
const SAME_PRESS_MS = 500;

/**
 * Listens to signals: SIGTERM and SIGINT stop in order, once more at once; SIGHUP reads the configuration again; SIGUSR2
 * switches debug lines on and off. The SIGHUP of a terminal that was closed stops as well: nobody could end the program there.
 */
export function handleSignals(listen: Listen, actions: SignalActions): void {
  const { exit, isTerminalGone } = actions;
  let stoppingSince: number | undefined;
  const stop = (signal: string): void => {
    if (stoppingSince !== undefined) {
      if (actions.now() - stoppingSince >= SAME_PRESS_MS) exit(1);
      return;
    }
    stoppingSince = actions.now();
    setTimeout(() => exit(1), actions.stopLimitMs()).unref();
    actions.stop(signal).then(
      () => exit(0),
      () => exit(1),
    );
  };
  listen("SIGTERM", stop);
  listen("SIGINT", stop);
  listen("SIGHUP", (signal) => {
    if (isTerminalGone()) stop(signal);
    else if (stoppingSince === undefined) actions.reload();
  });
  listen("SIGUSR2", actions.toggleDebug);
}

/** Whether this process has a terminal, as a program that a person started there has. */
export function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}
