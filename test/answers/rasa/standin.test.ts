import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type RasaStandin, startRasa } from "../../standins/rasa.ts";

let server: RasaStandin;

beforeEach(async () => {
  server = await startRasa((_sender, message) => [{ text: message, image: "https://e.org/ã🙂" }]);
});

afterEach(() => server.close());

function post(
  body: string,
  headers: Record<string, string> = { "content-type": "application/json" },
) {
  return fetch(`${server.url}/webhooks/rest/webhook`, { method: "POST", body, headers });
}

describe("the Rasa stand-in", () => {
  test.each(["/webhooks/rest/", "/webhooks/rest"])("GET %s says it is up", async (path) => {
    const answer = await fetch(server.url + path);
    expect(await answer.text()).toBe('{"status":"ok"}');
  });

  test("GET on the webhook is not allowed", async () => {
    expect((await fetch(`${server.url}/webhooks/rest/webhook`)).status).toBe(405);
  });

  test.each([
    { label: "no JSON", body: "{", want: 400 },
    { label: "nothing", body: "", want: 500 },
    { label: "a list", body: "[]", want: 500 },
  ])("$label is answered with $want and noted", async ({ body, want }) => {
    expect((await post(body)).status).toBe(want);
    expect(server.problems).toEqual([`the body was answered with ${want}`]);
    expect(server.turns).toEqual([]);
  });

  test("answers in ASCII with escaped slashes, as Rasa does", async () => {
    const answer = await post('{"sender":"u1","message":" oi "}');
    expect(await answer.text()).toBe(
      '[{"recipient_id":"u1","text":"oi","image":"https:\\/\\/e.org\\/\\u00e3\\ud83d\\ude42"}]',
    );
    expect(server.problems).toEqual([]);
  });

  test.each([
    { label: "no sender", body: { message: "a" }, want: /^sender: / },
    { label: "an empty sender", body: { sender: "", message: "a" }, want: /^sender: / },
    { label: "a message that is no text", body: { sender: "u", message: 5 }, want: /^message: / },
    { label: "no message", body: { sender: "u" }, want: /^message: / },
    {
      label: "metadata that is no object",
      body: { sender: "u", message: "a", metadata: 1 },
      want: /^metadata: /,
    },
  ])("$label passes, as in Rasa, but is noted", async ({ body, want }) => {
    expect((await post(JSON.stringify(body))).status).toBe(200);
    expect(server.problems).toEqual([expect.stringMatching(want)]);
  });

  test("a missing content type and an unknown path are noted", async () => {
    await post('{"sender":"u1","message":"oi"}', { "content-type": "text/plain" });
    await fetch(`${server.url}/webhook`);
    expect(server.problems).toEqual([
      "the content type is not application/json",
      "GET /webhook is no path of Rasa",
    ]);
  });

  test("two turns of one sender at the same time are counted; of two senders they are not", async () => {
    server.script({ kind: "delay", ms: 50 }, { kind: "delay", ms: 50 }, { kind: "delay", ms: 50 });
    await Promise.all(
      ["a", "a", "b"].map((sender) => post(JSON.stringify({ sender, message: "x" }))),
    );
    await post('{"sender":"a","message":"later"}');
    expect(server.overlaps()).toBe(1);
    expect(server.turns).toHaveLength(4);
  });

  test("a bot that throws leaves an empty answer, as in Rasa", async () => {
    const broken = await startRasa(() => {
      throw new Error("no");
    });
    const body = '{"sender":"u1","message":"oi"}';
    const answer = await fetch(`${broken.url}/webhooks/rest/webhook`, { method: "POST", body });
    expect(await answer.text()).toBe("[]");
    await broken.close();
  });
});
