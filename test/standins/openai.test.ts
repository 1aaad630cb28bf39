import { afterEach, describe, expect, test } from "@jest/globals";
import OpenAI, { toFile } from "openai";
import { type OpenAiModel, type OpenAiOptions, startOpenAi } from "./openai.ts";

/** The stand-in takes what OpenAI's own SDK sends, and its answers are what the SDK expects. */

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function open(model: OpenAiModel = () => "Oi", options: OpenAiOptions = {}) {
  const standin = await startOpenAi(model, options);
  closers.push(standin.close);
  const client = new OpenAI({ apiKey: standin.apiKey, baseURL: standin.url, maxRetries: 0 });
  return { standin, client };
}

const ASKED = { model: "stub-1", max_output_tokens: 100, store: false } as const;
const input = [{ role: "user" as const, content: "oi" }];

describe("the SDK", () => {
  test("reads an answer of either protocol", async () => {
    const { client, standin } = await open();
    const response = await client.responses.create({ ...ASKED, input });
    expect(response.output_text).toBe("Oi");
    expect(response.usage?.total_tokens).toBe(50);
    const completion = await client.chat.completions.create({
      model: "stub-1",
      messages: input,
      store: false,
    });
    expect(completion.choices[0]?.message.content).toBe("Oi");
    expect(completion.id).toBe("chatcmpl-st1");
    expect(standin.problems).toEqual([]);
  });

  test("reads a stream of either protocol", async () => {
    const { client } = await open();
    const events = await client.responses.create({ ...ASKED, input, stream: true });
    const types: string[] = [];
    for await (const event of events) types.push(event.type);
    expect(types.at(0)).toBe("response.created");
    expect(types.at(-1)).toBe("response.completed");
    const chunks = await client.chat.completions.create({
      model: "stub-1",
      messages: input,
      store: false,
      stream: true,
    });
    let text = "";
    for await (const chunk of chunks) text += chunk.choices[0]?.delta.content ?? "";
    expect(text).toBe("Oi");
  });

  test("lists models, sends recordings and texts to be judged", async () => {
    const { client } = await open();
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual(["stub-1"]);
    const file = await toFile(Buffer.from("OggS"), "a.ogg", { type: "audio/ogg" });
    const heard = await client.audio.transcriptions.create({ file, model: "whisper-1" });
    expect(heard.text).toBe("quero a segunda via");
    const judged = await client.moderations.create({ model: "m", input: "oi" });
    expect(judged.results[0]?.flagged).toBe(false);
  });
});

describe("what it refuses", () => {
  const chat = (url: string, apiKey: string, body: object) =>
    fetch(`${url}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${apiKey}` },
      body: JSON.stringify({ model: "stub-1", messages: input, store: false, ...body }),
    });
  const schema = { type: "object", properties: { a: { type: "string" } } };
  const format = (changed: object) => ({
    response_format: {
      type: "json_schema",
      json_schema: { name: "x", strict: true, schema: { ...schema, ...changed } },
    },
  });

  test.each([
    { label: "an unknown field", body: { colour: "red" }, code: "unknown_parameter" },
    { label: "the older name of a limit", body: { max_tokens: 5 }, code: "unsupported_parameter" },
    {
      label: "a schema that allows other keys",
      body: format({ required: ["a"] }),
      code: "invalid_json_schema",
    },
    {
      label: "a schema with a key that may be missing",
      body: format({ required: [], additionalProperties: false }),
      code: "invalid_json_schema",
    },
    { label: "a model it does not have", body: { model: "other" }, code: "model_not_found" },
  ])("$label", async ({ body, code }) => {
    const { standin } = await open();
    const answer = await chat(standin.url, standin.apiKey, body);
    expect(await answer.json()).toMatchObject({ error: { code } });
  });

  test.each([
    { label: "another key", key: "sk-other", status: 401 },
    { label: "its own key", key: "sk-test-0123456789abcdef", status: 200 },
  ])("$label gets $status", async ({ key, status }) => {
    const { standin } = await open();
    expect((await chat(standin.url, key, {})).status).toBe(status);
  });

  test("as a compatible server, turns that do not alternate", async () => {
    const { standin } = await open(undefined, { kind: "compatible" });
    const messages = [...input, ...input];
    expect((await chat(standin.url, standin.apiKey, { messages })).status).toBe(400);
  });

  test("it notes a question that would be kept", async () => {
    const { standin } = await open();
    expect((await chat(standin.url, standin.apiKey, { store: true })).status).toBe(200);
    expect(standin.problems).toEqual(["store is not false"]);
  });
});
