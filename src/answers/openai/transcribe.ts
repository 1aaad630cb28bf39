import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { AnswerBackend, FileBytes, Usage } from "../backend.ts";
import type { CallModel } from "./client.ts";
import type { OpenAiSettings } from "./settings.ts";
import { tokenCount } from "./usage.ts";

export type Transcribe = NonNullable<AnswerBackend["transcribe"]>;

/** Bytes of a recording. Source: OpenAI, speech to text: files of up to 25 MB. */
const MAX_BYTES = 25 * 1024 * 1024;

/** The ending that says to the server what kind of file it is; it looks at nothing else. Source: OpenAI API reference. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  "audio/ogg": "ogg",
  "audio/opus": "ogg",
  "application/ogg": "ogg",
  "audio/mpeg": "mp3",
  "audio/mp3": "mp3",
  "audio/mp4": "m4a",
  "audio/m4a": "m4a",
  "audio/x-m4a": "m4a",
  "audio/wav": "wav",
  "audio/x-wav": "wav",
  "audio/vnd.wave": "wav",
  "audio/webm": "webm",
  "audio/flac": "flac",
  "audio/x-flac": "flac",
  "video/mp4": "mp4",
  "video/webm": "webm",
};

const body = z.object({
  text: z.string(),
  usage: z
    .object({ input_tokens: tokenCount(), output_tokens: tokenCount() })
    .optional()
    .catch(undefined),
});

/** Characters of what was said that are used; nobody says more in the largest recording. */
const MAX_TEXT = 20_000;

/** Builds the step that writes recordings down; undefined where no model for it is configured. */
export function createTranscribe(
  settings: OpenAiSettings,
  call: CallModel,
): Transcribe | undefined {
  const { transcription_model: model } = settings;
  if (model === undefined) return undefined;
  return async (file, language, signal) => {
    const upload = toUpload(file);
    const hint = languageHint(language);
    const params = { file: upload, model, ...(hint !== undefined && { language: hint }) };
    const called = await call(
      (client, options) => client.audio.transcriptions.create(params, options),
      signal,
    );
    if (called.kind === "declined") {
      throw new BridgeError("answer_unreadable", "the recording was not transcribed");
    }
    const parsed = body.safeParse(called.body);
    if (!parsed.success) {
      throw new BridgeError("answer_unreadable", "the model server's transcription has no text");
    }
    const text = parsed.data.text.slice(0, MAX_TEXT).toWellFormed().trim();
    return { text, usage: usageOf(model, parsed.data.usage, called.requestId) };
  };
}

/** Throws `answer_unreadable` for what the server would refuse, before it is sent. */
function toUpload({ bytes, mimeType }: FileBytes): File {
  const type = mimeType.split(";", 1).join("").trim().toLowerCase();
  const extension = EXTENSIONS[type];
  if (extension === undefined) {
    throw new BridgeError("answer_unreadable", "recordings of this kind cannot be transcribed");
  }
  if (bytes.length === 0 || bytes.length > MAX_BYTES) {
    throw new BridgeError("answer_unreadable", "the recording is empty or too large to transcribe");
  }
  return new File([new Uint8Array(bytes)], `recording.${extension}`, { type });
}

/** The server knows languages by their two letters; a wrong one is worse than none. Source: ISO 639-1. */
function languageHint(tag: string): string | undefined {
  return /^([a-z]{2})(?:-|$)/i.exec(tag)?.[1]?.toLowerCase();
}

/** Some models count seconds instead of tokens. */
function usageOf(
  model: string,
  told: z.infer<typeof body>["usage"],
  requestId: string | undefined,
): Usage {
  return {
    model,
    tokensIn: told?.input_tokens ?? 0,
    tokensOut: told?.output_tokens ?? 0,
    ...(requestId !== undefined && { requestId }),
  };
}
