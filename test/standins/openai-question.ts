import { z } from "zod";
import type { Body, Protocol } from "./openai-rules.ts";

/** A picture as it was sent. */
export interface OpenAiImage {
  readonly type: string;
  readonly bytes: Buffer;
}

export interface OpenAiLine {
  readonly role: "system" | "user" | "assistant";
  readonly text: string;
  readonly images: readonly OpenAiImage[];
}

/** A question that the stand-in's model was asked, in the words of neither protocol. */
export interface OpenAiQuestion {
  readonly api: Protocol;
  readonly model: string;
  readonly system: string;
  /** What was said before, and at the end what is asked. */
  readonly lines: readonly OpenAiLine[];
  /** The text of the last line. */
  readonly text: string;
  readonly body: Body;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

const part = z.union([
  z.strictObject({ type: z.enum(["input_text", "text"]), text: z.string().min(1) }),
  z.strictObject({
    type: z.literal("input_image"),
    detail: z.enum(["auto", "low", "high", "original"]),
    image_url: z.string(),
  }),
  z.strictObject({ type: z.literal("image_url"), image_url: z.strictObject({ url: z.string() }) }),
]);

const line = z.strictObject({
  role: z.enum(["system", "user", "assistant"]),
  content: z.union([z.string().min(1), z.array(part).min(1)]),
});

const chatBody = z.looseObject({ model: z.string(), messages: z.array(line).min(1) });
const responsesBody = z.looseObject({
  model: z.string(),
  instructions: z.string().optional(),
  input: z.array(line).min(1),
});

/** Reads a question; gives a sentence where a server would refuse it. */
export function readQuestion(
  api: Protocol,
  body: Body,
  headers: OpenAiQuestion["headers"],
): OpenAiQuestion | string {
  const parsed =
    api === "chat" ? chatBody.safeParse(body) : responsesBody.transform(asChat).safeParse(body);
  if (!parsed.success) return z.prettifyError(parsed.error);
  try {
    const { model, messages } = parsed.data;
    const all = messages.map(toLine);
    const lines = all.filter(({ role }) => role !== "system");
    const system = all.find(({ role }) => role === "system")?.text ?? "";
    const last = lines.at(-1);
    if (last?.role !== "user") return "the last message must be the user's";
    return { api, model, system, lines, text: last.text, body, headers };
  } catch (error) {
    return error instanceof Error ? error.message : "unreadable";
  }
}

/** Strict chat templates refuse two lines of one side in a row, and a beginning that is not the user's. */
export function breaksTurns({ lines }: OpenAiQuestion): boolean {
  return lines.some(({ role }, index) => role !== (index % 2 === 0 ? "user" : "assistant"));
}

function asChat({ model, instructions, input }: z.infer<typeof responsesBody>) {
  const system =
    instructions === undefined ? [] : [{ role: "system" as const, content: instructions }];
  return { model, messages: [...system, ...input] };
}

function toLine({ role, content }: z.infer<typeof line>): OpenAiLine {
  if (typeof content === "string") return { role, text: content, images: [] };
  const texts = content.map((one) => ("text" in one ? one.text : ""));
  const images = content.flatMap((one) => ("text" in one ? [] : [toImage(one.image_url)]));
  return { role, text: texts.join(""), images };
}

function toImage(address: string | { readonly url: string }): OpenAiImage {
  const url = typeof address === "string" ? address : address.url;
  const found = /^data:(image\/(?:jpeg|png|gif|webp));base64,([A-Za-z0-9+/]+=*)$/.exec(url);
  if (found === null) throw new Error("Invalid image URL");
  return { type: found[1] ?? "", bytes: Buffer.from(found[2] ?? "", "base64") };
}
