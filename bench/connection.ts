import { connect } from "node:net";
import { createAnswerReader } from "./answers.ts";

/** One kept connection to a server: a request at a time. */
export interface Connection {
  readonly send: (request: Buffer, onAnswer: (status: number) => void) => void;
  readonly close: () => void;
}

const READ_BYTES = 64 * 1024;

/** One buffer for all connections of a thread: what was read is used up before anything else is read. */
const shared = Buffer.allocUnsafe(READ_BYTES);

/**
 * Opens a connection; `onBroken` hears of its end where it was not closed by us. Reads into one buffer, since each read's own
 * would cost more than the answer. Rejects where nobody listens.
 */
export function openConnection(
  port: number,
  onBroken: (error: Error) => void,
): Promise<Connection> {
  const { promise, resolve, reject } = Promise.withResolvers<Connection>();
  let waiting: ((status: number) => void) | undefined;
  let end: (error: Error) => void = reject;
  const read = createAnswerReader((status) => {
    const answered = waiting;
    waiting = undefined;
    answered?.(status);
  });
  const onread = {
    buffer: shared,
    callback: (bytes: number, buffer: Uint8Array): boolean => {
      read(Buffer.from(buffer.buffer, buffer.byteOffset, bytes));
      return true;
    },
  };
  const socket = connect({ port, host: "127.0.0.1", noDelay: true, onread });
  const over = (error: Error): void => {
    end(error);
    end = () => undefined;
  };
  socket.on("error", over);
  socket.on("close", () => over(new Error("the server closed a connection")));
  socket.on("connect", () => {
    end = onBroken;
    resolve({
      send: (request, onAnswer) => {
        waiting = onAnswer;
        socket.write(request);
      },
      close: () => {
        end = () => undefined;
        socket.destroy();
      },
    });
  });
  return promise;
}
