import type { Answer, AnswerContext, Question } from "../../../src/answers/backend.ts";
import { http } from "../../../src/answers/http/index.ts";
import { questionWith, recordingContext } from "../question.ts";
import { toolsWith } from "../tools.ts";

type Settings = Record<string, unknown> & { readonly url: string };

/** Puts one question to a bot, with what a test cares about on top. */
export function askBot(
  settings: Settings,
  question: Partial<Question> = {},
  context: Partial<AnswerContext> = {},
): Promise<Answer> {
  const backend = http.configure({ timeout_ms: 2_000, ...settings }, toolsWith());
  return backend.answer(questionWith(question), { ...recordingContext(), ...context });
}

/** A picture with a caption that was fetched. */
export const PICTURE: Partial<Question> = {
  text: "meu documento",
  content: { type: "media", media: "image", id: "m1", mimeType: "image/jpeg" },
  file: {
    url: "https://ponte.example.org/files/abc?sig=1",
    mimeType: "image/jpeg",
    sizeBytes: 3,
    sha256: "00",
    fileName: "a.jpg",
  },
};
