import { createServer } from "node:net";
import type { Socket } from "node:net";
import { listen } from "./listen.ts";

/** A TCP server on 127.0.0.1 whose every connection is handed to a script, for answers no HTTP library would give. */
export interface RawServer {
  readonly url: string;
  readonly port: number;
  /** Everything received, per connection, in order of arrival. */
  readonly received: string[];
  readonly close: () => Promise<void>;
}

export type RawScript = (socket: Socket, request: string, connection: number) => void;

/** Starts it; `onData` runs for each piece of data, with all that came on the connection so far. */
export async function startRawServer(onData: RawScript): Promise<RawServer> {
  const received: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const connection = received.push("") - 1;
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    socket.on("data", (data) => {
      received[connection] += data.toString("latin1");
      onData(socket, received[connection] ?? "", connection);
    });
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    received,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
