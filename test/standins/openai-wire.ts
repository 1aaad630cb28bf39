import type { ServerResponse } from "node:http";
import type { Protocol, Refusal } from "./openai-rules.ts";

/** What the stand-in's model says to one question. A bare text is what it writes, whatever shape was asked for. */
export type OpenAiSays =
  | string
  /** Written as JSON, with what our reply schema demands filled in. */
  | { readonly reply: Readonly<Record<string, unknown>> }
  | { readonly refusal: string }
  /** Ends where the limit of tokens was reached. */
  | { readonly cut: string }
  | { readonly filtered: true }
  /** Status 200, and an error inside. */
  | { readonly failed: string }
  /** The body as it is, whatever it is. */
  | { readonly body: unknown };

export interface OpenAiUsage {
  readonly input: number;
  readonly output: number;
  readonly cached: number;
}

const EMPTY_REPLY = { messages: [], intent: null, confidence: 0.9, handoff: false };

function writtenBy(says: Exclude<OpenAiSays, { body: unknown }>): string {
  if (typeof says === "string") return says;
  if ("reply" in says) return JSON.stringify({ ...EMPTY_REPLY, ...says.reply });
  return "cut" in says ? says.cut : "";
}

/** Builds the body of a whole answer. Source: OpenAI API reference, the response object and the chat completion object. */
export function bodyOf(
  protocol: Protocol,
  says: OpenAiSays,
  model: string,
  usage: OpenAiUsage | undefined,
): unknown {
  if (typeof says === "object" && "body" in says) return says.body;
  return protocol === "responses"
    ? responseOf(says, model, usage)
    : completionOf(says, model, usage);
}

type Spoken = Exclude<OpenAiSays, { body: unknown }>;

function responseOf(says: Spoken, model: string, usage: OpenAiUsage | undefined) {
  const isObject = typeof says === "object";
  const failed = isObject && "failed" in says ? says.failed : undefined;
  const reason =
    isObject && "cut" in says
      ? "max_output_tokens"
      : isObject && "filtered" in says
        ? "content_filter"
        : undefined;
  const content =
    isObject && "refusal" in says
      ? { type: "refusal", refusal: says.refusal }
      : { type: "output_text", text: writtenBy(says), annotations: [] };
  const status =
    failed === undefined ? (reason === undefined ? "completed" : "incomplete") : "failed";
  return {
    id: "resp_st_01",
    object: "response",
    created_at: 1_795_000_000,
    status,
    model,
    error: failed === undefined ? null : { code: failed, message: "The model failed: TEXT" },
    incomplete_details: reason === undefined ? null : { reason },
    instructions: null,
    metadata: {},
    parallel_tool_calls: true,
    tool_choice: "auto",
    tools: [],
    temperature: 1,
    top_p: 1,
    output:
      failed === undefined
        ? [
            { id: "rs_st_01", type: "reasoning", summary: [] },
            { id: "msg_st_01", type: "message", role: "assistant", status, content: [content] },
          ]
        : [],
    ...(usage && {
      usage: {
        input_tokens: usage.input,
        input_tokens_details: { cached_tokens: usage.cached },
        output_tokens: usage.output,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: usage.input + usage.output,
      },
    }),
  };
}

function completionOf(says: Spoken, model: string, usage: OpenAiUsage | undefined) {
  const isObject = typeof says === "object";
  const refusal = isObject && "refusal" in says ? says.refusal : null;
  const reason =
    isObject && "cut" in says
      ? "length"
      : isObject && "filtered" in says
        ? "content_filter"
        : "stop";
  const content = refusal === null ? writtenBy(says) : null;
  return {
    id: "chatcmpl-st1",
    object: "chat.completion",
    created: 1_795_000_000,
    model,
    choices: [
      {
        index: 0,
        finish_reason: reason,
        logprobs: null,
        message: { role: "assistant", content, refusal },
      },
    ],
    ...(usage && {
      usage: {
        prompt_tokens: usage.input,
        prompt_tokens_details: { cached_tokens: usage.cached },
        completion_tokens: usage.output,
        completion_tokens_details: { reasoning_tokens: 0 },
        total_tokens: usage.input + usage.output,
      },
    }),
  };
}

export function writeJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

export function writeRefusal(response: ServerResponse, refusal: Refusal): void {
  const { status, message, type = "invalid_request_error", param = null, code = null } = refusal;
  writeJson(response, status, { error: { message, type, param, code } });
}

/** The events of a streamed answer. Source: OpenAI API reference, streaming events. */
export function writeStream(
  response: ServerResponse,
  protocol: Protocol,
  body: unknown,
  text: string,
) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const events = protocol === "responses" ? responseEvents(body, text) : chatEvents(text);
  response.end(events.join(""));
}

function responseEvents(body: unknown, text: string): readonly string[] {
  const item = { id: "msg_st_01", type: "message", role: "assistant", content: [] };
  const place = { item_id: item.id, output_index: 0, content_index: 0 };
  const events: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ["response.created", { response: body }],
    ["response.output_item.added", { output_index: 0, item }],
    ["response.content_part.added", { ...place, part: { type: "output_text", text: "" } }],
    ["response.output_text.delta", { ...place, delta: text, logprobs: [] }],
    ["response.output_text.done", { ...place, text, logprobs: [] }],
    ["response.content_part.done", { ...place, part: { type: "output_text", text } }],
    ["response.output_item.done", { output_index: 0, item }],
    ["response.completed", { response: body }],
  ];
  return events.map(([type, data], number) => {
    const json = JSON.stringify({ type, sequence_number: number, ...data });
    return `event: ${type}\ndata: ${json}\n\n`;
  });
}

function chatEvents(text: string): readonly string[] {
  const base = { id: "chatcmpl-st1", object: "chat.completion.chunk", created: 1_795_000_000 };
  const chunk = (delta: unknown, reason: string | null) =>
    `data: ${JSON.stringify({ ...base, choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`;
  return [
    chunk({ role: "assistant", content: "" }, null),
    chunk({ content: text }, null),
    chunk({}, "stop"),
    "data: [DONE]\n\n",
  ];
}
