import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { createHttp } from "../../src/http/client.ts";
import { postWebhook } from "../../src/simulator/post.ts";
import { listen, stopListening } from "../standins/listen.ts";

/** What the server under the webhooks answers, one after the other; then 200. */
const answers: (number | "cut")[] = [];
const bodies: string[] = [];
const client = createHttp();
let server: Server;
let url = "";

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      bodies.push(Buffer.concat(chunks).toString());
      const answer = answers.shift() ?? 200;
      if (answer === "cut") response.destroy();
      else response.writeHead(answer).end("taken");
    });
  });
  url = `http://127.0.0.1:${await listen(server)}/webhooks/simulator/webhook`;
});
beforeEach(() => {
  answers.length = 0;
  bodies.length = 0;
});
afterAll(async () => {
  client.close();
  await stopListening(server);
});

const DRAFT = { headers: { "content-type": "application/json", "x-a": "b" }, body: '{"a":"ção"}' };
const post = (signal = new AbortController().signal) =>
  postWebhook(client.http, url, DRAFT, signal);

test.each<{ label: string; script: (number | "cut")[]; want: number[] }>([
  { label: "an answer ends it", script: [200], want: [200] },
  { label: "a refusal ends it too", script: [401], want: [401] },
  { label: "503 and no answer are tried again", script: [503, "cut"], want: [503, 0, 200] },
])("$label", async ({ script, want }) => {
  answers.push(...script);
  const calls = await post();
  expect(calls.map(({ status }) => status)).toEqual(want);
  expect(calls.at(-1)).toMatchObject({ method: "POST", url, ...DRAFT, answer: "taken" });
  expect(bodies).toEqual(want.map(() => DRAFT.body));
});

test("who stops makes no further call", async () => {
  answers.push(503, 503, 503, 503);
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 50);
  const calls = await post(abort.signal);
  expect(calls).toHaveLength(1);
  expect(await post(AbortSignal.abort())).toEqual([]);
});
