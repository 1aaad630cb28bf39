import type { LogLevel } from "./log.ts";

/** What the log writes at present, and until when it does where that is not what was configured. */
export interface LogLevelState {
  readonly level: LogLevel;
  readonly configured: LogLevel;
  /** ISO 8601, UTC; null where the level stays. */
  readonly until: string | null;
}

/** The level of the log, which can be changed for a while without a restart. */
export interface LogLevels {
  readonly show: () => LogLevelState;
  /** For so many minutes, or until something changes it again. */
  readonly set: (level: LogLevel, minutes?: number) => LogLevelState;
  /** Between `debug` and what is configured. */
  readonly toggleDebug: () => LogLevelState;
  /** What the configuration says now. A new word there ends what was set by hand. */
  readonly configure: (level: LogLevel) => void;
}

export interface LogLevelDependencies {
  readonly configured: LogLevel;
  readonly apply: (level: LogLevel) => void;
  /** Told of every change, those that come by themselves among them. */
  readonly onChange: (state: LogLevelState) => void;
}

const MINUTE_MS = 60_000;

/** Keeps the level of one process. */
export function createLogLevels({ configured, apply, onChange }: LogLevelDependencies): LogLevels {
  let state: LogLevelState = { level: configured, configured, until: null };
  let timer: NodeJS.Timeout | undefined;

  const enter = (next: LogLevelState): LogLevelState => {
    state = next;
    apply(next.level);
    onChange(next);
    return next;
  };

  const set: LogLevels["set"] = (level, minutes) => {
    clearTimeout(timer);
    if (minutes === undefined) return enter({ ...state, level, until: null });
    const until = new Date(Date.now() + minutes * MINUTE_MS).toISOString();
    timer = setTimeout(() => void set(state.configured), minutes * MINUTE_MS).unref();
    return enter({ ...state, level, until });
  };

  return {
    show: () => state,
    set,
    toggleDebug: () => set(state.level === "debug" ? state.configured : "debug"),
    configure: (level) => {
      if (level === state.configured) return;
      state = { ...state, configured: level };
      set(level);
    },
  };
}
