import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { breaksTurns, type OpenAiQuestion, readQuestion } from "./openai-question.ts";
import { type Body, findRefusal, type Protocol, type Refusal } from "./openai-rules.ts";
import {
  moderationBody,
  type OpenAiRecording,
  readModeration,
  readRecording,
} from "./openai-side.ts";
import {
  bodyOf,
  type OpenAiSays,
  type OpenAiUsage,
  writeJson,
  writeRefusal,
  writeStream,
} from "./openai-wire.ts";
import { listen, stopListening } from "./listen.ts";

/** What goes wrong with one call, before the model is asked. */
export type OpenAiFault =
  | { readonly kind: "error"; readonly status: number; readonly code?: string }
  | { readonly kind: "text"; readonly status: number; readonly text: string }
  /** Leaves the connection open. */
  | { readonly kind: "hang" }
  /** Breaks the connection, unanswered or after half of an answer. */
  | { readonly kind: "refuse" }
  | { readonly kind: "half" }
  | { readonly kind: "huge"; readonly bytes: number }
  | { readonly kind: "delay"; readonly ms: number };

export type OpenAiModel = (question: OpenAiQuestion) => OpenAiSays | Promise<OpenAiSays>;

export interface OpenAiOptions {
  /** A free one where absent. */
  readonly port?: number;
  /** The key that is asked for; null asks for none, as a server of one's own does. */
  readonly apiKey?: string | null;
  readonly models?: readonly string[];
  /** As OpenAI itself, or as a compatible server, which is stricter about turns and knows older names. */
  readonly kind?: "openai" | "compatible";
  /** What was said in a recording. */
  readonly hear?: (recording: OpenAiRecording) => string;
  /** Whether the moderation objects. */
  readonly objects?: (text: string) => boolean;
  /** Tokens that every answer counts; undefined for a server that does not count. */
  readonly usage?: OpenAiUsage | null;
}

export interface OpenAiStandin {
  /** The base URL, version included. */
  readonly url: string;
  readonly apiKey: string;
  /** What the model was asked, in the order of arrival. */
  readonly questions: readonly OpenAiQuestion[];
  readonly recordings: readonly OpenAiRecording[];
  /** The texts that were to be judged. */
  readonly judged: readonly string[];
  /** Every call, as `POST /v1/responses`. */
  readonly calls: readonly string[];
  /** What callers did wrong, one sentence each; tests expect none. */
  readonly problems: readonly string[];
  /** Sets the faults of the next calls, one each; undefined for a call without one. */
  readonly script: (...faults: readonly (OpenAiFault | undefined)[]) => void;
  readonly close: () => Promise<void>;
}

const DEFAULTS = {
  port: 0,
  apiKey: "sk-test-0123456789abcdef",
  models: ["stub-1"],
  kind: "openai",
  hear: () => "quero a segunda via",
  objects: () => false,
  usage: { input: 41, output: 9, cached: 0 },
} as const satisfies Required<OpenAiOptions>;

interface Standin {
  readonly model: OpenAiModel;
  readonly options: Required<OpenAiOptions>;
  readonly questions: OpenAiQuestion[];
  readonly recordings: OpenAiRecording[];
  readonly judged: string[];
  readonly calls: string[];
  readonly problems: string[];
  readonly faults: (OpenAiFault | undefined)[];
}

/**
 * Starts a server on 127.0.0.1 that speaks Responses, Chat Completions, transcription and moderation, with one model, which
 * repeats what it is told where none is given. Source: OpenAI API reference; shapes as its SDK 7.57 takes them.
 */
export async function startOpenAi(
  model: OpenAiModel = ({ text }) => ({ reply: { messages: [{ text: `Você disse: ${text}` }] } }),
  options: OpenAiOptions = {},
): Promise<OpenAiStandin> {
  const all = { ...DEFAULTS, ...options };
  const seen = { questions: [], recordings: [], judged: [], calls: [], problems: [], faults: [] };
  const standin: Standin = { model, options: all, ...seen };
  const server = createServer((request, response) => {
    serve(standin, request, response).catch((error: unknown) => {
      standin.problems.push(`the stand-in itself failed: ${String(error)}`);
      response.destroy();
    });
  });
  const port = await listen(server, all.port);
  return {
    url: `http://127.0.0.1:${port}/v1`,
    apiKey: all.apiKey ?? "",
    questions: standin.questions,
    recordings: standin.recordings,
    judged: standin.judged,
    calls: standin.calls,
    problems: standin.problems,
    script: (...faults) => void standin.faults.push(...faults),
    close: () => stopListening(server),
  };
}

async function serve(standin: Standin, request: IncomingMessage, response: ServerResponse) {
  const { pathname } = new URL(request.url ?? "/", "http://stand-in");
  const called = `${request.method ?? ""} ${pathname}`;
  standin.calls.push(called);
  const bytes = await buffer(request);
  response.setHeader("x-request-id", `req_st_${standin.calls.length}`);
  const isOver = await playFault(standin.faults.shift(), response);
  if (isOver) return;
  const refusal = checkKey(standin, request);
  if (refusal !== undefined) return writeRefusal(response, refusal);
  switch (called) {
    case "GET /v1/models":
      return writeJson(response, 200, {
        object: "list",
        data: standin.options.models.map((id) => ({ id, object: "model" })),
      });
    case "POST /v1/responses":
      return takeQuestion(standin, "responses", bytes, request, response);
    case "POST /v1/chat/completions":
      return takeQuestion(standin, "chat", bytes, request, response);
    case "POST /v1/audio/transcriptions":
      return takeRecording(standin, bytes, request, response);
    case "POST /v1/moderations":
      return takeModeration(standin, bytes, response);
    default:
      standin.problems.push(`${called} is no path of OpenAI`);
      return writeRefusal(response, { status: 404, message: `Invalid URL (${called})` });
  }
}

/** Plays a fault; true where nothing is left to be answered. */
async function playFault(
  fault: OpenAiFault | undefined,
  response: ServerResponse,
): Promise<boolean> {
  switch (fault?.kind) {
    case undefined:
      return false;
    case "delay":
      await sleep(fault.ms);
      return false;
    case "error":
      writeRefusal(response, { message: "TEXT of the provider", ...fault });
      return true;
    case "text":
      response.writeHead(fault.status, { "content-type": "text/html" }).end(fault.text);
      return true;
    case "hang":
      return true;
    case "refuse":
      response.destroy();
      return true;
    case "half":
      response.writeHead(200, { "content-type": "application/json", "content-length": 1_000 });
      response.write('{"id":"resp_st_01","output":[');
      setTimeout(() => response.destroy(), 20);
      return true;
    case "huge":
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ output: "x".repeat(fault.bytes) }));
      return true;
  }
}

function checkKey({ options: { apiKey } }: Standin, request: IncomingMessage): Refusal | undefined {
  const { authorization } = request.headers;
  if (apiKey === null || authorization === `Bearer ${apiKey}`) return undefined;
  const type = "invalid_request_error";
  return authorization === undefined
    ? { status: 401, message: "You didn't provide an API key.", type }
    : { status: 401, message: "Incorrect API key provided: sk-…", type, code: "invalid_api_key" };
}

async function takeQuestion(
  standin: Standin,
  protocol: Protocol,
  bytes: Buffer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { options, problems } = standin;
  const body = readBody(bytes);
  const isOfficial = options.kind === "openai";
  const refuse = (refusal: Refusal) => {
    problems.push(`refused: ${refusal.message}`);
    writeRefusal(response, refusal);
  };
  const refusal = findRefusal(protocol, body, isOfficial);
  if (refusal !== undefined) return refuse(refusal);
  const question = readQuestion(protocol, body, request.headers);
  if (typeof question === "string") return refuse({ status: 400, message: question });
  if (!options.models.includes(question.model)) {
    const message = `The model \`${question.model}\` does not exist or you do not have access to it.`;
    return writeRefusal(response, { status: 404, message, code: "model_not_found" });
  }
  if (!isOfficial && breaksTurns(question)) {
    return refuse({ status: 400, message: "Conversation roles must alternate user/assistant/..." });
  }
  if (body["store"] !== false) problems.push("store is not false");
  standin.questions.push(question);
  const says = await standin.model(question);
  const answer = bodyOf(protocol, says, question.model, options.usage ?? undefined);
  if (body["stream"] !== true) return writeJson(response, 200, answer);
  return writeStream(response, protocol, answer, typeof says === "string" ? says : "");
}

function readBody(bytes: Buffer): Body {
  const parsed: unknown = JSON.parse(bytes.toString("utf8"));
  if (typeof parsed !== "object" || parsed === null) throw new Error("the body is no object");
  return { ...parsed };
}

async function takeRecording(
  standin: Standin,
  bytes: Buffer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const read = await readRecording(bytes, request.headers["content-type"] ?? "");
  if ("status" in read) {
    standin.problems.push(`refused: ${read.message}`);
    return writeRefusal(response, read);
  }
  standin.recordings.push(read);
  const text = standin.options.hear(read);
  writeJson(response, 200, { text, usage: { type: "duration", seconds: 3 } });
}

function takeModeration(standin: Standin, bytes: Buffer, response: ServerResponse): void {
  const text = readModeration(readBody(bytes));
  if (typeof text !== "string") return writeRefusal(response, text);
  standin.judged.push(text);
  writeJson(response, 200, moderationBody(standin.options.objects(text)));
}
