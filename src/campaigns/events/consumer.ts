import { setTimeout as sleep } from "node:timers/promises";
import { type ChannelModel, type Message, connect } from "amqplib";
import type { EventTopology } from "./load-rules.ts";
import type { Handled } from "./handle-event.ts";
import type { BrokerState, EventObserver } from "./observer.ts";
import { handlePatiently } from "./patience.ts";
import { type Session, openSession } from "./session.ts";

/** Pauses between two tries to reach the broker, in milliseconds. */
const RECONNECT = { initialDelay: 500, maxDelay: 30_000 } as const;

const CONNECT_TIMEOUT_MS = 10_000;

/** How long each step of a goodbye may take: a broker may be silent. */
const CLOSE_MS = 1_000;

export interface ConsumerOptions {
  readonly url: string;
  readonly topology: EventTopology;
  /** The routing keys that the queue is bound to. */
  readonly bindings: readonly string[];
  /** Events under way at once. */
  readonly prefetch: number;
  /** Rejects where the event has to be tried again. */
  readonly handle: (message: Message) => Promise<Handled>;
  readonly observer: EventObserver;
  readonly reconnect?: { readonly initialDelay: number; readonly maxDelay: number };
}

/** Takes events from a broker. */
export interface EventConsumer {
  readonly state: () => BrokerState;
  /** Takes no more events, lets those under way end within `ms`, and leaves the others to the broker. */
  readonly stop: (ms: number) => Promise<void>;
}

/**
 * Starts to take events, now or as soon as the broker is there. An event is acknowledged only when it is settled: its messages
 * are stored, or it is among the dead letters.
 */
export async function startConsumer(options: ConsumerOptions): Promise<EventConsumer> {
  const { observer, reconnect = RECONNECT } = options;
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  let session: Session | undefined;
  let state: BrokerState | undefined;
  const enter = (next: BrokerState, error?: Error): void => {
    if (state !== next && !stopping.signal.aborted) observer.broker(next, error);
    state = next;
  };
  const onMessage = (from: Session, message: Message): void => {
    const work = settle(from, message, options, stopping.signal).finally(() => {
      running.delete(work);
    });
    running.add(work);
  };
  const connection = await connect(options.url, {
    timeout: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    clientProperties: { connection_name: "ponte" },
    recovery: {
      ...reconnect,
      waitForConnect: false,
      setup: async (model: ChannelModel) => {
        const onError = (error: Error) => observer.problem("the broker ended a channel", error);
        session = await openSession(model, { ...options, onMessage, onError });
      },
    },
  });
  connection.on("connect", () => enter("connected"));
  connection.on("disconnect", (error) => enter("away", error));
  connection.on("connect-failed", (error) => enter("away", error));
  // The connection ends with it, which is told as such.
  connection.on("error", () => undefined);
  return {
    state: () => state ?? "away",
    stop: async (ms) => {
      stopping.abort();
      await within(CLOSE_MS, async () => session?.cancel());
      await within(ms, () => Promise.all(running));
      await within(CLOSE_MS, async () => session?.close());
      await within(CLOSE_MS, () => connection.close());
    },
  };
}

/** Waits for work at most so long. That it fails on a connection that is gone is as good as done. */
async function within(ms: number, work: () => Promise<unknown>): Promise<void> {
  const done = work().catch(() => undefined);
  await Promise.race([done, sleep(ms, undefined, { ref: false })]);
}

/** Never rejects: what goes wrong here leaves the event to the broker. */
async function settle(
  session: Session,
  message: Message,
  { handle, observer }: ConsumerOptions,
  stopping: AbortSignal,
): Promise<void> {
  const signal = AbortSignal.any([session.gone, stopping]);
  const report = (error: unknown): void =>
    observer.problem("an event cannot be handled now", error);
  try {
    const handled = await handlePatiently(() => handle(message), signal, report);
    if (handled === undefined) return;
    if (handled.problems.length > 0) await session.putAside(message, handled.problems);
    session.ack(message);
    for (const outcome of handled.outcomes) observer.notification(outcome);
    if (handled.problems.length > 0) observer.refused(handled.problems);
  } catch (error) {
    observer.problem("an event was left with the broker", error);
    session.renew();
  }
}
