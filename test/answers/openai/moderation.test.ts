import { describe, expect, test } from "@jest/globals";
import { questionWith } from "../question.ts";
import { contextWith, openScene } from "./setup.ts";

const objects = (text: string) => text.includes("ruim");
const open = (moderation: string, said = "Olá!", more: Record<string, unknown> = {}) =>
  openScene({ model: () => said, server: { objects }, settings: { moderation, ...more } });
const ask = (
  backend: Awaited<ReturnType<typeof open>>["backend"],
  text = "oi",
  language = "pt-BR",
) => backend.answer(questionWith({ text, language }), contextWith());

describe("moderation", () => {
  test.each([
    { moderation: "off", judged: [] },
    { moderation: "input", judged: ["oi"] },
    { moderation: "both", judged: ["oi", "Olá!\n"] },
  ])("$moderation judges $judged", async ({ moderation, judged }) => {
    const { standin, backend } = await open(moderation);
    expect(await ask(backend)).toMatchObject({ outcome: "answered", replies: [{ text: "Olá!" }] });
    expect(standin.judged.map((text) => text.trim())).toEqual(judged.map((text) => text.trim()));
    expect(standin.problems).toEqual([]);
  });

  test.each([
    { language: "pt-BR", want: /^Não posso ajudar com isso/ },
    { language: "en", want: /^I cannot help with that/ },
    { language: "fr", want: /^Não posso ajudar com isso/ },
  ])(
    "what a person should not write is answered with a sentence ($language)",
    async ({ language, want }) => {
      const { standin, backend } = await open("input");
      const answer = await ask(backend, "algo ruim", language);
      expect(answer).toMatchObject({
        outcome: "answered",
        replies: [{ text: expect.stringMatching(want) }],
        parameters: { flagged: true },
      });
      expect(answer).not.toHaveProperty("usage");
      expect(standin.questions).toEqual([]);
    },
  );

  test("what the model should not write is not sent, and what it cost is told", async () => {
    const { backend } = await open("both", "algo ruim");
    const answer = await ask(backend);
    expect(answer.parameters).toEqual({ flagged: true });
    expect(JSON.stringify(answer.replies)).not.toContain("ruim");
    expect(answer.usage).toMatchObject({ tokensIn: 41 });
  });

  test("with input alone, what the model writes is not judged", async () => {
    const { backend } = await open("input", "algo ruim");
    expect(await ask(backend)).toMatchObject({ replies: [{ text: "algo ruim" }] });
  });

  test("without a sentence the next backend is asked", async () => {
    const { backend } = await open("input", "Olá!", { flagged_replies: "off" });
    expect(await ask(backend, "algo ruim")).toMatchObject({
      outcome: "no_answer",
      reason: "flagged",
    });
  });

  test.each([
    { fault: { kind: "error", status: 500 }, code: "answer_unreachable" },
    { fault: { kind: "error", status: 401 }, code: "answer_refused" },
    { fault: { kind: "text", status: 200, text: '{"results":[]}' }, code: "answer_unreadable" },
  ] as const)("what cannot be judged is not passed on: $code", async ({ fault, code }) => {
    const { standin, backend } = await open("input");
    standin.script(fault);
    await expect(ask(backend)).rejects.toMatchObject({ code });
    expect(standin.questions).toEqual([]);
  });
});
