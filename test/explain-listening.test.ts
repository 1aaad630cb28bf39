import { createServer } from "node:http";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { explainListening } from "../src/explain-listening.ts";
import { createHttp } from "../src/http/client.ts";
import { listen, stopListening } from "./standins/listen.ts";

const answers: Record<string, string> = {
  bridge: JSON.stringify({ status: "healthy", version: "1.2.3", uptime_s: 720, channels: {} }),
  other: "<html>",
};
const client = createHttp();
const state = { answer: "" };
const server = createServer((_request, response) => response.end(state.answer));
let port = 0;

beforeAll(async () => {
  port = await listen(server);
});
afterAll(async () => {
  client.close();
  await stopListening(server);
});

const failure = (code: string, syscall = "listen") =>
  Object.assign(new Error(code), { code, syscall });

const explain = (error: unknown, place = { host: "127.0.0.1", port }) =>
  explainListening(error, place, client.http);

test("a port that a bridge has is said to be a bridge's, with its version", async () => {
  state.answer = answers["bridge"] ?? "";
  const words = await explain(failure("EADDRINUSE"), { host: "0.0.0.0", port });
  expect(words).toMatch(
    new RegExp(
      `^port ${port} is taken: Ponte 1\\.2\\.3, started 12 min ago, .*PORT.*PONTE_DATA_DIR`,
    ),
  );
});

test("a port that another program has is said to be taken", async () => {
  state.answer = answers["other"] ?? "";
  expect(await explain(failure("EADDRINUSE"))).toBe(
    `port ${port} is taken by another program: stop that one, or set PORT to another port`,
  );
});

test.each([
  { code: "EACCES", place: { host: "0.0.0.0", port: 443 }, want: /port 443: set PORT to 1024/ },
  {
    code: "EADDRNOTAVAIL",
    place: { host: "10.9.8.7", port: 1 },
    want: /no address 10\.9\.8\.7: set HOST/,
  },
  {
    code: "ENOTFOUND",
    syscall: "getaddrinfo",
    place: { host: "nowhere", port: 1 },
    want: /nowhere leads to no address/,
  },
])("$code is explained, with what to do", async ({ code, syscall, place, want }) => {
  expect(await explain(failure(code, syscall), place)).toMatch(want);
});

test.each([
  { label: "a name that a database has not", error: failure("ENOTFOUND", "querySrv") },
  { label: "a full disk", error: failure("ENOSPC", "write") },
  { label: "a bug", error: new TypeError("undefined is not a function") },
])("$label is not about listening", async ({ error }) => {
  expect(await explain(error)).toBeUndefined();
});
