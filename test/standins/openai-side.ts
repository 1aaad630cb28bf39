import { z } from "zod";
import type { Body, Refusal } from "./openai-rules.ts";

/** A recording that was sent to be written down. */
export interface OpenAiRecording {
  readonly fileName: string;
  readonly type: string;
  readonly bytes: Buffer;
  readonly model: string;
  readonly language: string | undefined;
}

/** Endings by which the API knows the kind of a recording. Source: OpenAI API reference, create transcription. */
const ENDINGS = ["flac", "mp3", "mp4", "mpeg", "mpga", "m4a", "ogg", "wav", "webm"];
const MAX_BYTES = 25 * 1024 * 1024;
const FIELDS = ["file", "model", "language"];

const refused = (message: string, param: string, status = 400): Refusal => ({
  status,
  message,
  type: "invalid_request_error",
  param,
});

/** Reads the form of a transcription; gives what the API would refuse. */
export async function readRecording(
  bytes: Buffer,
  contentType: string,
): Promise<OpenAiRecording | Refusal> {
  if (!contentType.startsWith("multipart/form-data; boundary=")) {
    return refused("The request must be multipart/form-data", "file");
  }
  const body = new Uint8Array(bytes);
  const form = await new Response(body, { headers: { "content-type": contentType } }).formData();
  const strange = [...form.keys()].find((key) => !FIELDS.includes(key));
  if (strange !== undefined) return refused(`Unknown parameter: '${strange}'.`, strange);
  const file = form.get("file");
  const model = form.get("model");
  const language = form.get("language");
  if (!(file instanceof Blob) || !("name" in file)) return refused("Missing file", "file");
  if (typeof model !== "string") return refused("you must provide a model parameter", "model");
  if (typeof language === "string" && !/^[a-z]{2}$/.test(language)) {
    return refused(
      `Invalid language '${language}'. Language parameter must be specified in ISO-639-1 format.`,
      "language",
    );
  }
  const fileName = file.name;
  if (!ENDINGS.includes(fileName.split(".").at(-1) ?? "")) {
    return refused(`Invalid file format. Supported formats: ${ENDINGS.join(", ")}`, "file");
  }
  if (file.size > MAX_BYTES) return refused("Maximum content size limit exceeded", "file", 413);
  return {
    fileName,
    type: file.type,
    bytes: Buffer.from(await file.arrayBuffer()),
    model,
    language: typeof language === "string" ? language : undefined,
  };
}

const moderation = z.strictObject({ model: z.string().min(1), input: z.string().min(1) });

/** Reads the text that is to be judged; gives what the API would refuse. */
export function readModeration(body: Body): string | Refusal {
  const parsed = moderation.safeParse(body);
  return parsed.success ? parsed.data.input : refused("Invalid input", "input");
}

export function moderationBody(flagged: boolean) {
  return {
    id: "modr-st1",
    model: "omni-moderation-latest",
    results: [{ flagged, categories: {}, category_scores: {}, category_applied_input_types: {} }],
  };
}
