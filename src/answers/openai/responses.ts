import type OpenAI from "openai";
import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { CallModel } from "./client.ts";
import type { AskModel, Completion, ModelRequest } from "./model.ts";
import { REPLY_SCHEMA, SCHEMA_NAME } from "./schema.ts";
import type { OpenAiSettings } from "./settings.ts";
import { tokenCount, usageOf } from "./usage.ts";

const part = z.object({
  type: z.string(),
  text: z.string().optional().catch(undefined),
  refusal: z.string().optional().catch(undefined),
});

/** An item of the output: messages have parts, reasoning and others do not. */
const item = z.object({
  type: z.string(),
  /** `commentary` is the model thinking aloud. */
  phase: z.string().nullish().catch(undefined),
  content: z.array(part).optional().catch(undefined),
});

const body = z.object({
  status: z.string().optional(),
  model: z.string().max(200).optional().catch(undefined),
  error: z.object({ code: z.string().nullish() }).nullish().catch(undefined),
  incomplete_details: z.object({ reason: z.string() }).nullish().catch(undefined),
  output: z.array(item),
  usage: z
    .object({
      input_tokens: tokenCount(),
      output_tokens: tokenCount(),
      input_tokens_details: z.object({ cached_tokens: tokenCount() }).optional().catch(undefined),
    })
    .nullish()
    .catch(undefined),
});

type Body = z.infer<typeof body>;

/** Codes of a failed answer that come from what was asked, not from the server's state. Source: OpenAI, ResponseError. */
const PASSING = new Set(["server_error", "rate_limit_exceeded"]);

/** Asks by the Responses protocol. Source: OpenAI API reference, create a model response. */
export function askByResponses(settings: OpenAiSettings, call: CallModel): AskModel {
  return async (request, signal) => {
    const params = toParams(request, settings);
    const called = await call(
      (client, options) => client.responses.create(params, options),
      signal,
    );
    if (called.kind === "declined") return { end: called.reason };
    const parsed = body.safeParse(called.body);
    if (!parsed.success) {
      throw new BridgeError("answer_unreadable", "the model server's answer has another shape");
    }
    const said = read(parsed.data);
    const { model, usage } = parsed.data;
    const told = {
      model,
      tokensIn: usage?.input_tokens,
      tokensOut: usage?.output_tokens,
      cached: usage?.input_tokens_details?.cached_tokens,
      requestId: called.requestId,
    };
    return { ...said, usage: usageOf(told, request, said.text, settings) };
  };
}

type Params = OpenAI.Responses.ResponseCreateParamsNonStreaming;

function toParams(request: ModelRequest, settings: OpenAiSettings): Params {
  const { model, max_output_tokens, temperature, structured, send_store: isStoreSent } = settings;
  const { system, history, person } = request;
  return {
    model,
    instructions: system,
    input: [...history.map(({ role, text }) => ({ role, content: text })), lastMessage(request)],
    max_output_tokens,
    ...(isStoreSent && { store: false }),
    ...(temperature !== undefined && { temperature }),
    ...(person !== undefined && { safety_identifier: person }),
    ...(structured && {
      text: {
        format: { type: "json_schema", name: SCHEMA_NAME, strict: true, schema: REPLY_SCHEMA },
      },
    }),
  };
}

function lastMessage({ text, image }: ModelRequest): OpenAI.Responses.EasyInputMessage {
  if (image === undefined) return { role: "user", content: text };
  return {
    role: "user",
    content: [
      ...(text === "" ? [] : [{ type: "input_text" as const, text }]),
      { type: "input_image", detail: "auto", image_url: image },
    ],
  };
}

function read(answer: Body): Pick<Completion, "text" | "end"> {
  checkState(answer);
  const reason = answer.incomplete_details?.reason;
  if (reason === "content_filter") return { text: "", end: "filtered" };
  const messages = answer.output.filter(({ type }) => type === "message");
  const finals = messages.filter(({ phase }) => phase === "final_answer");
  const parts = (finals.length > 0 ? finals : messages).flatMap(({ content = [] }) => content);
  const text = parts.map(({ type, text: said = "" }) => (type === "output_text" ? said : ""));
  if (text.join("") === "" && parts.some(({ type }) => type === "refusal")) {
    return { text: "", end: "refused" };
  }
  return { text: text.join(""), end: answer.status === "incomplete" ? "cut" : "done" };
}

/** A failure may come with status 200. */
function checkState({ status, error }: Body): void {
  if (status !== "failed" && status !== "cancelled" && (error === undefined || error === null)) {
    return;
  }
  const code = PASSING.has(error?.code ?? "server_error") ? "answer_unreachable" : "answer_refused";
  throw new BridgeError(code, "the model's server failed while it answered");
}
