import type { BridgeError, ErrorCode } from "../errors.ts";
import { type BreakerSettings, type BreakerState, createBreaker, type Verdict } from "./breaker.ts";

/** How a backend fares in this process. */
export interface BackendStanding {
  readonly name: string;
  readonly breaker: BreakerState;
  /** Since midnight UTC. */
  readonly callsToday: number;
  readonly failuresToday: number;
  readonly lastFailure: { readonly code: ErrorCode; readonly at: string } | null;
}

/** What is told of backends as it happens. */
export interface BackendNews {
  readonly called: (name: string, outcome: string, ms: number) => void;
  readonly breaker: (name: string, state: BreakerState) => void;
}

/** One call that was let through; `end` must follow. */
export interface Call {
  readonly end: (end: {
    readonly outcome: string;
    readonly failure?: BridgeError | undefined;
    /** Whether a failure is the backend's own: not the store's, and not that of a budget others had used up. */
    readonly isOwn: boolean;
    readonly ms: number;
  }) => void;
  /** Nothing was learned: the turn was broken off. */
  readonly abandon: () => void;
}

/** The gate before each backend, and the book about it. */
export interface Standings {
  /** Undefined where the backend is paused. */
  readonly enter: (name: string) => Call | undefined;
  readonly list: () => readonly BackendStanding[];
}

const SILENT_NEWS: BackendNews = { called: () => undefined, breaker: () => undefined };

/** Builds the book for the named backends; `now` is the clock on the wall. */
export function createStandings(
  names: readonly string[],
  settings: BreakerSettings,
  options: {
    readonly news?: BackendNews;
    readonly now?: () => Date;
    /** A clock in milliseconds that never goes back. */
    readonly ticks?: () => number;
  } = {},
): Standings {
  const { news = SILENT_NEWS, now = () => new Date(), ticks = () => performance.now() } = options;
  const entries = new Map(
    names.map((name) => {
      const told = (state: BreakerState): void => news.breaker(name, state);
      const breaker = createBreaker(settings, ticks, told);
      return [name, { breaker, book: createBook(now) }];
    }),
  );
  return {
    enter: (name) => {
      const entry = entries.get(name);
      const finish = entry?.breaker.enter();
      if (entry === undefined || finish === undefined) return undefined;
      return {
        abandon: () => finish("unknown"),
        end: ({ outcome, failure, isOwn, ms }) => {
          entry.book.note(failure);
          news.called(name, outcome, ms);
          finish(verdictOf(failure, isOwn));
        },
      };
    },
    list: () =>
      [...entries].map(([name, { breaker, book }]) => ({
        name,
        breaker: breaker.state(),
        ...book.read(),
      })),
  };
}

/** Joins how backends fare with what they are, in the configured order. */
export function describeBackends(
  configured: readonly {
    readonly name: string;
    readonly type: string;
    readonly isSpare?: boolean;
  }[],
  standings: readonly BackendStanding[],
) {
  return configured.flatMap(({ name, type, isSpare }) => {
    const standing = standings.find((one) => one.name === name);
    return standing === undefined ? [] : [{ ...standing, type, inChain: isSpare !== true }];
  });
}

/** A refusal that its backend marks as an alert is one of the key or of the account: asking again is in vain. */
function verdictOf(failure: BridgeError | undefined, isOwn: boolean): Verdict {
  if (failure === undefined) return "ok";
  if (failure.failure?.class === "alert") return "denied";
  return isOwn && failure.code.startsWith("answer_") ? "failed" : "unknown";
}

function createBook(now: () => Date) {
  let day = "";
  let callsToday = 0;
  let failuresToday = 0;
  let lastFailure: BackendStanding["lastFailure"] = null;
  const turnPage = (): void => {
    const today = now().toISOString().slice(0, 10);
    if (day === today) return;
    day = today;
    callsToday = 0;
    failuresToday = 0;
  };
  return {
    note: (failure: BridgeError | undefined): void => {
      turnPage();
      callsToday += 1;
      if (failure === undefined) return;
      failuresToday += 1;
      lastFailure = { code: failure.code, at: now().toISOString() };
    },
    read: () => {
      turnPage();
      return { callsToday, failuresToday, lastFailure };
    },
  };
}
