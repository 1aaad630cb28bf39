import { createServer } from "node:http";

/**
 * The provider and the bot of the full loop, answering at once and checking nothing: what is measured is the bridge. It
 * counts what it was sent; `GET /count` tells.
 */
let sent = 0;
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    response.setHeader("content-type", "application/json");
    if (request.method === "GET") {
      response.end(String(sent));
    } else if (request.url === "/webhooks/rest/webhook") {
      response.end('[{"recipient_id":"x","text":"A segunda via foi enviada para o seu e-mail."}]');
    } else {
      sent += 1;
      response.end(`{"messaging_product":"whatsapp","messages":[{"id":"wamid.OUT${sent}"}]}`);
    }
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  process.stdout.write(`listens on http://127.0.0.1:${port}\n`);
});
