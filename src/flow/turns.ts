import { EventEmitter } from "node:events";

/** Tells callers that wait for a turn in this process that something of it was committed. */
export interface TurnSignals {
  readonly announce: (messageId: string) => void;
  /** Resolves when something of the turn is committed here, or after `timeoutMs`: then the rows must be read. */
  readonly wait: (messageId: string, timeoutMs: number, signal: AbortSignal) => Promise<void>;
}

export function createTurnSignals(): TurnSignals {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  return {
    announce: (messageId) => {
      emitter.emit(messageId);
    },
    wait: (messageId, timeoutMs, signal) =>
      new Promise((resolve) => {
        const finish = () => {
          clearTimeout(timer);
          emitter.off(messageId, finish);
          signal.removeEventListener("abort", finish);
          resolve();
        };
        const timer = setTimeout(finish, timeoutMs);
        emitter.once(messageId, finish);
        signal.addEventListener("abort", finish, { once: true });
        if (signal.aborted) finish();
      }),
  };
}
