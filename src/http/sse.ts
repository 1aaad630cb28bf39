import type { Response } from "express";

/** One event of a stream. Source: HTML standard, server-sent events. */
export interface ServerEvent {
  readonly event: string;
  readonly data: unknown;
  /** What the client shows as Last-Event-ID to be told the rest. */
  readonly id?: string;
}

/** Milliseconds after which a client that lost the stream comes back. */
const RETRY_MS = 2_000;

/** Bytes that may wait for a client; one that reads no faster is cut off and may come back for the rest. */
const MAX_WAITING_BYTES = 1_048_576;

/** A client that listens to a stream. */
export interface EventStream {
  /** Sends an event; false where the client was too slow and is gone. */
  readonly send: (event: ServerEvent) => boolean;
  /** Keeps proxies from ending a quiet stream, and tells the client from where on to ask. */
  readonly heartbeat: (id: string) => void;
  /** Resolves when what was sent is on its way, or the client is gone. */
  readonly drained: () => Promise<void>;
  readonly isOpen: () => boolean;
  /** Runs once, when the client has gone or was sent away. */
  readonly onClose: (work: () => void) => void;
  readonly close: () => void;
}

/** Data never holds a line break: JSON writes it as an escape. */
function write({ event, data, id }: ServerEvent): string {
  return `${id === undefined ? "" : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Begins a stream on a response. Proxies are told to hold nothing back and to change nothing. */
export function openEventStream(
  response: Response,
  { maxWaitingBytes = MAX_WAITING_BYTES } = {},
): EventStream {
  response.status(200).set({
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store, no-transform",
    "X-Accel-Buffering": "no",
  });
  response.flushHeaders();
  response.write(`retry: ${RETRY_MS}\n\n`);
  const isOpen = () => !response.writableEnded && !response.destroyed;
  // A connection that breaks is a client that went away, not a failure of ours.
  response.on("error", () => undefined);
  const send = (text: string): boolean => {
    if (!isOpen()) return false;
    if (response.writableLength > maxWaitingBytes) {
      response.destroy();
      return false;
    }
    response.write(text);
    return true;
  };
  return {
    send: (event) => send(write(event)),
    heartbeat: (id) => {
      send(`: heartbeat\nid: ${id}\n\n`);
    },
    drained: () =>
      new Promise((resolve) => {
        if (!isOpen() || !response.writableNeedDrain) resolve();
        else {
          const done = () => {
            response.off("drain", done).off("close", done);
            resolve();
          };
          response.on("drain", done).on("close", done);
        }
      }),
    isOpen,
    onClose: (work) => {
      response.once("close", work);
    },
    close: () => {
      response.end();
    },
  };
}
