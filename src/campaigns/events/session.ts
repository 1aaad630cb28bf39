import type { ChannelModel, ConfirmChannel, Message } from "amqplib";
import { toError } from "../../errors.ts";
import { createDeadLetters, type PutAside } from "./dead-letters.ts";
import type { EventTopology } from "./load-rules.ts";
import { declareTopology } from "./topology.ts";

/** What events come through until the connection, or the channel on it, is gone. */
export interface Session {
  readonly putAside: PutAside;
  readonly ack: (message: Message) => void;
  /** Aborted once it is gone: what was not acknowledged comes again. */
  readonly gone: AbortSignal;
  /** Ends the connection so that it is made anew, with everything at the broker: what was not acknowledged comes again. */
  readonly renew: () => void;
  /** Takes no more deliveries. Rejects where the channel is gone. */
  readonly cancel: () => Promise<void>;
  /** Closes the channel, once what was acknowledged has been told. Rejects where it is gone. */
  readonly close: () => Promise<void>;
}

export interface SessionOptions {
  readonly topology: EventTopology;
  readonly bindings: readonly string[];
  readonly prefetch: number;
  readonly onMessage: (session: Session, message: Message) => void;
  readonly onError: (error: Error) => void;
}

/** Makes sure of the queue and consumes it. Whenever its channel ends, the connection is closed too, to be made anew. */
export async function openSession(model: ChannelModel, options: SessionOptions): Promise<Session> {
  const { topology, bindings, prefetch, onMessage, onError } = options;
  const gone = new AbortController();
  // Nobody else listens before the session is up, and an error that nobody hears ends the process.
  model.on("error", () => undefined);
  const channel = await model.createConfirmChannel();
  let isClosing = false;
  const renew = (): void => {
    gone.abort();
    if (isClosing) return;
    isClosing = true;
    model.close().catch(() => undefined);
  };
  channel.on("error", onError);
  channel.on("close", renew);
  await declareTopology(channel, topology, bindings);
  await channel.prefetch(prefetch);
  const early: Message[] = [];
  let deliver = (message: Message): void => void early.push(message);
  const { consumerTag } = await channel.consume(topology.queue, (message) => {
    // The broker ends a consumer with null, for one when its queue is deleted.
    if (message === null) renew();
    else deliver(message);
  });
  const session = {
    putAside: createDeadLetters(channel, topology.deadLetters),
    ack: (message: Message) => acknowledge(channel, message),
    gone: gone.signal,
    renew,
    cancel: async () => {
      await channel.cancel(consumerTag);
    },
    close: async () => {
      isClosing = true;
      await channel.close();
    },
  };
  deliver = (message) => onMessage(session, message);
  for (const message of early) deliver(message);
  return session;
}

/** On a channel that has just ended nothing can be said any more; the event comes again and is known then. */
function acknowledge(channel: ConfirmChannel, message: Message): void {
  try {
    channel.ack(message);
  } catch (error) {
    if (toError(error).name !== "IllegalOperationError") throw error;
  }
}
