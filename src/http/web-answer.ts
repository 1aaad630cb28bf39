import type { Response } from "express";
import { BridgeError } from "../errors.ts";
import type { Log } from "../log.ts";

/** Gives what comes while somebody waits, and ends then, also when the source does not. */
export async function* whileWaited(
  source: AsyncIterable<unknown>,
  signal: AbortSignal,
): AsyncGenerator {
  const payloads = source[Symbol.asyncIterator]();
  const over: Promise<IteratorResult<unknown>> = new Promise((resolve) => {
    const end = (): void => resolve({ done: true, value: undefined });
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
  for (;;) {
    const step = await Promise.race([payloads.next(), over]);
    if (step.done === true) return;
    yield step.value;
  }
}

/** The whole answer as one JSON array. Source: Rasa, REST channel, response format. */
export async function answerList(
  log: Log,
  payloads: AsyncIterable<unknown>,
  response: Response,
): Promise<void> {
  const items: unknown[] = [];
  await forEach(log, payloads, (payload) => {
    items.push(payload);
  });
  if (response.destroyed) return;
  response.status(200).set("Content-Type", "application/json; charset=utf-8");
  response.end(JSON.stringify(items));
}

/** One JSON object a line, each as soon as it exists, and always an end. Source: Rasa, REST channel, `stream=true`. */
export async function answerLines(
  log: Log,
  payloads: AsyncIterable<unknown>,
  response: Response,
): Promise<void> {
  response.status(200).set({
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-cache",
    "X-Accel-Buffering": "no",
  });
  await forEach(log, payloads, (payload) => {
    response.write(`${JSON.stringify(payload)}\n`);
  });
  response.end();
}

/** Hands over each payload. Throws only what says that the message was not stored: then the caller must try again. */
async function forEach(
  log: Log,
  payloads: AsyncIterable<unknown>,
  take: (payload: unknown) => void,
): Promise<void> {
  let taken = 0;
  try {
    for await (const payload of payloads) {
      take(payload);
      taken += 1;
    }
  } catch (thrown) {
    const notStored = thrown instanceof BridgeError && thrown.code.startsWith("store_");
    if (notStored && taken === 0) throw thrown;
    log.error("a turn ended without its whole answer", { error: thrown });
  }
}
