import { afterEach, expect, test } from "@jest/globals";
import type { HttpOptions, HttpRequest } from "../../../src/transport.ts";
import { questionWith } from "../question.ts";
import { contextWith, openScene } from "./setup.ts";

/** What the SDK would read by itself, were it not told otherwise. */
const STRANGE = {
  OPENAI_API_KEY: "sk-of-somebody-else",
  OPENAI_BASE_URL: "http://127.0.0.1:9/v1",
  OPENAI_ORG_ID: "org-strange",
  OPENAI_PROJECT_ID: "proj-strange",
  OPENAI_CUSTOM_HEADERS: "x-strange: yes\nauthorization: Bearer sk-of-somebody-else",
  OPENAI_LOG: "debug",
};

afterEach(() => {
  for (const name of Object.keys(STRANGE)) delete process.env[name];
});

test("variables meant for other programs change nothing", async () => {
  Object.assign(process.env, STRANGE);
  const { standin, backend } = await openScene();
  const answer = await backend.answer(questionWith(), contextWith());
  expect(answer.outcome).toBe("answered");
  const [question] = standin.questions;
  expect(question?.headers["authorization"]).toBe(`Bearer ${standin.apiKey}`);
  expect(JSON.stringify(question?.headers)).not.toMatch(/strange|somebody|stainless/);
});

test("calls go by our own client, with our limits and nothing that tells of our machine", async () => {
  const calls: { request: HttpRequest; options: HttpOptions }[] = [];
  const { backend } = await openScene({
    settings: { timeout_ms: 4_321 },
    tools: {
      http: async (request, options) => {
        calls.push({ request, options });
        return { status: 500, headers: {}, body: "" };
      },
    },
  });
  await expect(backend.answer(questionWith(), contextWith())).rejects.toThrow("status 500");
  expect(calls).toHaveLength(1);
  const [call] = calls;
  expect(Object.keys(call?.request.headers ?? {}).toSorted()).toEqual([
    "accept",
    "authorization",
    "content-type",
  ]);
  expect(call?.options).toMatchObject({ timeoutMs: 4_321, maxBytes: 2 * 1024 * 1024 });
  expect(call?.options.signal).toBeInstanceOf(AbortSignal);
});

test("nothing is written to the console", async () => {
  Object.assign(process.env, { OPENAI_LOG: "debug" });
  const written: unknown[] = [];
  const { debug, info, warn, error } = console;
  const keep = (...words: unknown[]) => void written.push(...words);
  Object.assign(console, { debug: keep, info: keep, warn: keep, error: keep });
  try {
    const { standin, backend } = await openScene();
    standin.script({ kind: "error", status: 500 });
    await expect(backend.answer(questionWith(), contextWith())).rejects.toThrow("status 500");
  } finally {
    Object.assign(console, { debug, info, warn, error });
  }
  expect(written).toEqual([]);
});

test("the key is listed as a secret, and the address for the rule of plain http", async () => {
  const { standin, backend } = await openScene();
  expect(backend.secrets).toEqual([standin.apiKey]);
  expect(backend.endpoints).toEqual([standin.url]);
});

test("a recording is sent with one call, and nothing else is fetched for it", async () => {
  const urls: string[] = [];
  const { backend, standin } = await openScene({
    settings: { transcription_model: "whisper-1" },
    tools: {
      http: async ({ url }) => {
        urls.push(url);
        return { status: 200, headers: {}, body: '{"text":"oi"}' };
      },
    },
  });
  const file = { bytes: new Uint8Array([1]), mimeType: "audio/ogg", fileName: "a.ogg" };
  const heard = await backend.transcribe?.(file, "pt", new AbortController().signal);
  expect(heard?.text).toBe("oi");
  expect(urls).toEqual([`${standin.url}/audio/transcriptions`]);
});
