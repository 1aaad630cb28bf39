import { createServer } from "node:http";
import { text as readText } from "node:stream/consumers";
import { listen, stopListening } from "../../standins/listen.ts";

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
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}/`,
    bodies,
    close: () => stopListening(server),
  };
}
