import { describe, expect, test } from "@jest/globals";
import { questionWith } from "../question.ts";
import { contextWith, openScene } from "./setup.ts";

const OGG = {
  bytes: new TextEncoder().encode("OggS\u0000\u0001 some sound \r\n--boundary"),
  mimeType: "audio/ogg; codecs=opus",
  fileName: "PTT-20261121.oga",
};
const voice = { type: "media", media: "voice" } as const;
const signal = new AbortController().signal;

const WITH = { transcription_model: "whisper-1" };

describe("a recording", () => {
  test("is written down: the server gets the bytes, a name it understands, model and language", async () => {
    const { standin, backend } = await openScene({ settings: WITH });
    expect(await backend.transcribe?.(OGG, "pt-BR", signal)).toEqual({
      text: "quero a segunda via",
      usage: { model: "whisper-1", tokensIn: 0, tokensOut: 0, requestId: "req_st_1" },
    });
    expect(standin.recordings).toEqual([
      {
        fileName: "recording.ogg",
        type: "audio/ogg",
        bytes: Buffer.from(OGG.bytes),
        model: "whisper-1",
        language: "pt",
      },
    ]);
    expect(standin.problems).toEqual([]);
  });

  test.each([
    ["audio/mpeg", "mp3"],
    ["audio/mp4", "m4a"],
    ["audio/x-m4a", "m4a"],
    ["AUDIO/WAV", "wav"],
    ["audio/webm;codecs=opus", "webm"],
    ["video/mp4", "mp4"],
    ["audio/flac", "flac"],
  ])("%s is sent as a file that ends in %s", async (mimeType, ending) => {
    const { standin, backend } = await openScene({ settings: WITH });
    await backend.transcribe?.({ ...OGG, mimeType }, "en", signal);
    expect(standin.recordings[0]?.fileName).toBe(`recording.${ending}`);
    expect(standin.problems).toEqual([]);
  });

  test.each([
    { language: "es-419", want: "es" },
    { language: "", want: undefined },
    { language: "tlh", want: undefined },
  ])("the language $language is the hint $want", async ({ language, want }) => {
    const { standin, backend } = await openScene({ settings: WITH });
    await backend.transcribe?.(OGG, language, signal);
    expect(standin.recordings[0]?.language).toBe(want);
  });

  test.each([
    { label: "of a kind the server does not know", file: { ...OGG, mimeType: "audio/amr" } },
    { label: "without a byte", file: { ...OGG, bytes: new Uint8Array() } },
    { label: "over 25 MB", file: { ...OGG, bytes: new Uint8Array(25 * 1024 * 1024 + 1) } },
  ])("$label is not sent", async ({ file }) => {
    const { standin, backend } = await openScene({ settings: WITH });
    await expect(backend.transcribe?.(file, "pt", signal)).rejects.toMatchObject({
      code: "answer_unreadable",
    });
    expect(standin.calls).toEqual([]);
  });

  test.each([
    { fault: { kind: "error", status: 503 }, code: "answer_unreachable" },
    { fault: { kind: "error", status: 429, code: "insufficient_quota" }, code: "answer_refused" },
    { fault: { kind: "error", status: 400, code: "audio_too_short" }, code: "answer_refused" },
    { fault: { kind: "error", status: 400, code: "content_filter" }, code: "answer_unreadable" },
    { fault: { kind: "text", status: 200, text: "{}" }, code: "answer_unreadable" },
    { fault: { kind: "text", status: 200, text: "quero" }, code: "answer_unreadable" },
  ] as const)("a server that fails ($fault.kind) is $code", async ({ fault, code }) => {
    const { standin, backend } = await openScene({ settings: WITH });
    standin.script(fault);
    await expect(backend.transcribe?.(OGG, "pt", signal)).rejects.toMatchObject({ code });
  });

  test("tokens are counted where the server counts them; what is said far too long is cut", async () => {
    const { standin, backend } = await openScene({ settings: WITH });
    const usage = { type: "tokens", input_tokens: 14, output_tokens: 45 };
    const text = JSON.stringify({ text: ` ${"x".repeat(30_000)}`, usage });
    standin.script({ kind: "text", status: 200, text });
    const heard = await backend.transcribe?.(OGG, "pt", signal);
    expect(heard?.usage).toMatchObject({ tokensIn: 14, tokensOut: 45 });
    expect(heard?.text).toHaveLength(19_999);
  });

  test("is nobody's where no model for it is configured", async () => {
    const { backend } = await openScene();
    expect(backend).not.toHaveProperty("transcribe");
  });
});

describe("a recording that nobody wrote down before the model is asked", () => {
  const ask = async (changes: Parameters<typeof openScene>[0], fault?: { status: number }) => {
    const scene = await openScene(changes);
    if (fault !== undefined) scene.standin.script({ kind: "error", ...fault });
    const answer = await scene.backend.answer(
      questionWith({ text: "", content: voice }),
      contextWith({ readFile: async () => OGG }),
    );
    expect(answer.outcome).toBe("answered");
    return scene.standin.questions.map(({ text }) => text);
  };

  test("is written down first", async () => {
    expect(await ask({ settings: WITH })).toEqual(["quero a segunda via"]);
  });

  test("is named where that fails, where nothing is said, and where there is no model for it", async () => {
    expect(await ask({ settings: WITH }, { status: 404 })).toEqual(["[voice]"]);
    expect(await ask({ settings: WITH, server: { hear: () => " " } })).toEqual(["[voice]"]);
    expect(await ask({})).toEqual(["[voice]"]);
  });

  test.each([
    { label: "words that somebody wrote down already", text: "quero boleto", media: "voice" },
    { label: "a film without a word", text: "", media: "video" },
  ] as const)("is looked for only where there is one: not in $label", async ({ text, media }) => {
    const { standin, backend } = await openScene({ settings: WITH });
    await backend.answer(
      questionWith({ text, content: { type: "media", media } }),
      contextWith({ readFile: async () => ({ ...OGG, mimeType: "video/mp4" }) }),
    );
    expect(standin.recordings).toEqual([]);
    expect(standin.questions).toHaveLength(1);
  });
});
