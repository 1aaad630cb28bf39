import type { Database } from "../db/driver.ts";
import { readTurn } from "../db/messages.ts";
import type { InboundMessage } from "../messages.ts";
import type { Accept } from "./accept.ts";
import type { TurnSignals } from "./turns.ts";

interface AskDependencies {
  readonly db: Database;
  readonly accept: Accept;
  readonly signals: TurnSignals;
  /** Milliseconds after which the caller is let go; the turn goes on without it. */
  readonly limitMs: number;
  /** Pause between two looks at the rows, for turns that another process runs. */
  readonly pollMs: number;
}

/** Stores a message of a waiting caller, then yields the payloads of its turn as they are committed, wherever it runs. */
export type Ask = (
  message: InboundMessage,
  rawBody: Buffer,
  signal: AbortSignal,
  channel: string,
) => AsyncIterable<unknown>;

/** Builds the step behind web clients: the same way as every other message, with somebody waiting at its end. */
export function createAsk(deps: AskDependencies): Ask {
  return async function* ask(message, rawBody, signal, channel) {
    const deadline = Date.now() + deps.limitMs;
    const result = { kind: "events", events: [message] } as const;
    const [messageId] = await deps.accept({ channel, headers: {}, rawBody, result });
    if (messageId === undefined) return;
    let afterSeq = "0";
    while (!signal.aborted && Date.now() < deadline) {
      const announced = deps.signals.wait(messageId, deps.pollMs, signal);
      const { done, replies } = await readTurn(deps.db, messageId, afterSeq);
      for (const { seq, payload } of replies) {
        afterSeq = seq;
        yield payload;
      }
      if (done) return;
      await announced;
    }
  };
}
