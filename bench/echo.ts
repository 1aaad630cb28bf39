import { createServer } from "node:http";

/**
 * The provider and the bot of the full loop, answering at once and checking nothing: what is measured is the bridge. It
 * counts what it was sent: `GET /` tells how much, `GET /arrivals` when (milliseconds), `DELETE /` forgets it.
 *
 * The bot's answer ends with the number in brackets that the question ended with. `GET /timeline` tells of each such number
 * when its reply arrived (milliseconds of the machine's monotonic clock) and how long the bot took for it.
 */
let arrivals: number[] = [];
let replies: { n: number; at: number }[] = [];
let botMs = new Map<number, number>();
let sent = 0;

/** Marks a message as read or shows that somebody types: no message. Source: Cloud API reference, messages. */
const READ = '"status":"read"';
const NUMBER = /\((\d+)\)"/;
const numberOf = (chunks: readonly Buffer[]): number | undefined => {
  const found = NUMBER.exec(Buffer.concat(chunks).toString("latin1"))?.[1];
  return found === undefined ? undefined : Number(found);
};
const now = (): number => Number(process.hrtime.bigint()) / 1e6;

const server = createServer((request, response) => {
  const began = now();
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    response.setHeader("content-type", "application/json");
    if (request.url === "/arrivals") {
      response.end(JSON.stringify(arrivals));
    } else if (request.url === "/timeline") {
      response.end(
        JSON.stringify(replies.map(({ n, at }) => ({ n, at, botMs: botMs.get(n) ?? 0 }))),
      );
    } else if (request.method === "GET") {
      response.end(String(arrivals.length));
    } else if (request.method === "DELETE") {
      arrivals = [];
      replies = [];
      botMs = new Map();
      response.end();
    } else if (request.url === "/webhooks/rest/webhook") {
      const n = numberOf(chunks);
      const mark = n === undefined ? "" : ` (${n})`;
      response.end(
        `[{"recipient_id":"x","text":"A segunda via foi enviada para o seu e-mail.${mark}"}]`,
      );
      if (n !== undefined) botMs.set(n, now() - began);
    } else if (Buffer.concat(chunks).includes(READ)) {
      response.end('{"success":true}');
    } else {
      const n = numberOf(chunks);
      sent += 1;
      arrivals.push(Math.round(performance.now() * 10) / 10);
      if (n !== undefined) replies.push({ n, at: now() });
      response.end(`{"messaging_product":"whatsapp","messages":[{"id":"wamid.OUT${sent}"}]}`);
    }
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  process.stdout.write(`listens on http://127.0.0.1:${port}\n`);
});
