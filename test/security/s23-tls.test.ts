import { globSync, readFileSync } from "node:fs";
import { createServer as createTlsServer, type Server } from "node:tls";
import { createServer, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createHttp } from "../../src/http/client.ts";
import { openPostgres } from "../../src/db/postgres.ts";
import { listen } from "../standins/listen.ts";
import { tellFigures } from "./figures.ts";

const pem = readFileSync(new URL("../http/fixtures/self-signed.pem", import.meta.url));
let server: Server;
let port = 0;
let bytes = 0;
const sockets: Socket[] = [];

beforeAll(async () => {
  server = createTlsServer({ key: pem, cert: pem }, (socket) => {
    sockets.push(socket);
    socket.on("data", (data) => (bytes += data.length)).on("error", () => undefined);
    socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  server.on("tlsClientError", () => undefined);
  port = await listen(server);
});
afterAll(() => {
  server.close();
  for (const socket of sockets) socket.destroy();
  const came = `refused each time, ${bytes} bytes of a request sent`;
  tellFigures({
    control: "S23",
    tried: "a self-signed certificate of a provider and of a database",
    came,
  });
});

test("a provider with a certificate of its own making is told nothing", async () => {
  const { http, close } = createHttp();
  const request = {
    method: "POST",
    url: `https://127.0.0.1:${port}/`,
    headers: { authorization: "Bearer x" },
    body: "{}",
  } as const;
  for (const publicOnly of [false, true])
    await expect(http(request, { timeoutMs: 60_000, publicOnly })).rejects.toMatchObject({
      reason: "refused",
      delivered: "no",
    });
  close();
  expect(bytes).toBe(0);
});

test("a database with a certificate of its own making is told nothing", async () => {
  // PostgreSQL's way to TLS: the client asks, the server says S, and the handshake begins.
  const gate = createServer((socket) => {
    sockets.push(socket);
    socket.once("data", () => {
      socket.write("S");
      server.emit("connection", socket);
    });
    socket.on("error", () => undefined);
  });
  const gatePort = await listen(gate);
  const db = openPostgres(
    `postgres://ponte:secret@127.0.0.1:${gatePort}/ponte?sslmode=verify-full`,
    { poolSize: 1 },
  );
  await expect(db.query("select 1")).rejects.toThrow();
  await db.close();
  gate.close();
  expect(bytes).toBe(0);
});

test("no line of the program switches the check off", () => {
  const OFF =
    /rejectUnauthorized\s*:\s*false|NODE_TLS_REJECT_UNAUTHORIZED|checkServerIdentity|insecureHTTPParser|sslmode=no-verify/;
  const files = globSync("{src,deploy,config,examples}/**/*.{ts,tsx,js,yml,yaml,tpl,service}", {
    exclude: ["**/node_modules/**"],
  });
  expect(files.length).toBeGreaterThan(200);
  expect(
    [...files, "Dockerfile", "docker-compose.yml"].filter((file) =>
      OFF.test(readFileSync(file, "utf8")),
    ),
  ).toEqual([]);
});
