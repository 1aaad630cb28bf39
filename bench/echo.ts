import { createServer } from "node:http";

/**
 * The provider and the bot of the full loop, answering at once and checking nothing: what is measured is the bridge. It
 * counts what it was sent: `GET /` tells how much, `GET /arrivals` when (milliseconds), `DELETE /` forgets it.
 */
let arrivals: number[] = [];
let sent = 0;
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    response.setHeader("content-type", "application/json");
    if (request.url === "/arrivals") {
      response.end(JSON.stringify(arrivals));
    } else if (request.method === "GET") {
      response.end(String(arrivals.length));
    } else if (request.method === "DELETE") {
      arrivals = [];
      response.end();
    } else if (request.url === "/webhooks/rest/webhook") {
      response.end('[{"recipient_id":"x","text":"A segunda via foi enviada para o seu e-mail."}]');
    } else {
      sent += 1;
      arrivals.push(Math.round(performance.now() * 10) / 10);
      response.end(`{"messaging_product":"whatsapp","messages":[{"id":"wamid.OUT${sent}"}]}`);
    }
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  process.stdout.write(`listens on http://127.0.0.1:${port}\n`);
});
