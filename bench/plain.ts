import { createServer } from "node:http";
import { isGenuine } from "./genuine.ts";

/** The least that a webhook takes: Node's own server, the signature and the parsing, and nothing kept. */
const server = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on("data", (piece: Buffer) => pieces.push(piece));
  request.on("end", () => {
    const body = Buffer.concat(pieces);
    const header = request.headers["x-hub-signature-256"];
    if (!isGenuine(body, typeof header === "string" ? header : undefined)) {
      response.writeHead(401).end();
      return;
    }
    JSON.parse(body.toString("utf8"));
    const answer = '{"status":"ok"}';
    response.writeHead(200, {
      "content-type": "application/json",
      "content-length": answer.length,
    });
    response.end(answer);
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  process.stdout.write(`listens on http://127.0.0.1:${port}\n`);
});
