import type OpenAI from "openai";
import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { CallModel } from "./client.ts";
import type { AskModel, Completion, ModelRequest } from "./model.ts";
import { REPLY_SCHEMA, SCHEMA_NAME } from "./schema.ts";
import type { OpenAiSettings } from "./settings.ts";
import { tokenCount, usageOf } from "./usage.ts";

const textPart = z.object({ text: z.string().catch("") });

const body = z.object({
  model: z.string().max(200).optional().catch(undefined),
  choices: z.tuple(
    [
      z.object({
        finish_reason: z.string().nullish().catch(undefined),
        message: z.object({
          /** Some servers send parts, as in a question. */
          content: z.union([z.string(), z.array(textPart)]).nullish(),
          refusal: z.string().nullish().catch(undefined),
        }),
      }),
    ],
    z.unknown(),
  ),
  usage: z
    .object({
      prompt_tokens: tokenCount(),
      completion_tokens: tokenCount(),
      prompt_tokens_details: z.object({ cached_tokens: tokenCount() }).nullish().catch(undefined),
    })
    .nullish()
    .catch(undefined),
});

/** Asks by the Chat Completions protocol, which every compatible server speaks. Source: OpenAI API reference. */
export function askByChat(settings: OpenAiSettings, call: CallModel): AskModel {
  return async (request, signal) => {
    const params = toParams(request, settings);
    const called = await call(
      (client, options) => client.chat.completions.create(params, options),
      signal,
    );
    if (called.kind === "declined") return { end: called.reason };
    const parsed = body.safeParse(called.body);
    if (!parsed.success) {
      throw new BridgeError("answer_unreadable", "the model server's answer has another shape");
    }
    const { model, usage, choices } = parsed.data;
    const said = read(choices[0]);
    const told = {
      model,
      tokensIn: usage?.prompt_tokens,
      tokensOut: usage?.completion_tokens,
      cached: usage?.prompt_tokens_details?.cached_tokens,
      requestId: called.requestId,
    };
    return { ...said, usage: usageOf(told, request, said.text, settings) };
  };
}

type Params = OpenAI.Chat.ChatCompletionCreateParamsNonStreaming;

function toParams(request: ModelRequest, settings: OpenAiSettings): Params {
  const { model, max_output_tokens: most, temperature, structured, isOfficial } = settings;
  const { system, history, person } = request;
  return {
    model,
    messages: [
      // OpenAI takes this word for its newer `developer`; the others know no other.
      { role: "system", content: system },
      ...history.map(({ role, text }) => ({ role, content: text })),
      { role: "user", content: contentOf(request) },
    ],
    // OpenAI's newer models refuse the older name, compatible servers may know no other.
    ...(isOfficial ? { max_completion_tokens: most } : { max_tokens: most }),
    ...(settings.send_store && { store: false }),
    ...(temperature !== undefined && { temperature }),
    ...(person !== undefined && { safety_identifier: person }),
    ...(structured && {
      response_format: {
        type: "json_schema",
        json_schema: { name: SCHEMA_NAME, strict: true, schema: REPLY_SCHEMA },
      },
    }),
  };
}

function contentOf({ text, image }: ModelRequest) {
  if (image === undefined) return text;
  return [
    ...(text === "" ? [] : [{ type: "text" as const, text }]),
    { type: "image_url" as const, image_url: { url: image } },
  ];
}

type Choice = z.infer<typeof body>["choices"][0];

function read({ finish_reason: why, message }: Choice): Pick<Completion, "text" | "end"> {
  if (why === "content_filter") return { text: "", end: "filtered" };
  const { content, refusal } = message;
  const text = Array.isArray(content) ? content.map((one) => one.text).join("") : (content ?? "");
  if (text === "" && typeof refusal === "string") return { text: "", end: "refused" };
  return { text, end: why === "length" ? "cut" : "done" };
}
