import { once } from "node:events";
import { createServer } from "node:http";
import { text as readText } from "node:stream/consumers";

/** Where a callback channel posts to: it keeps what it gets and answers 200. */
export interface Caller {
  readonly url: string;
  readonly bodies: readonly unknown[];
  readonly close: () => Promise<void>;
}

export async function startCallback(status = 200): Promise<Caller> {
  const bodies: unknown[] = [];
  const server = createServer((request, response) => {
    void readText(request).then((text) => {
      bodies.push(JSON.parse(text));
      response.writeHead(status).end();
      return undefined;
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `http://127.0.0.1:${address.port}/`,
    bodies,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
