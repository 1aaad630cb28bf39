import type { HttpResponse } from "../../transport.ts";
import {
  type Answer,
  type AnswerBackend,
  type AnswerContext,
  type BackendTools,
  defineBackend,
  type Question,
} from "../backend.ts";
import { createUnansweredTest } from "../unanswered.ts";
import { post, readAnswer } from "./call.ts";
import { judge } from "./judge.ts";
import type { Asked, BotCall, Preset } from "./preset.ts";
import { PRESETS } from "./presets/index.ts";
import {
  authorizationOf,
  type HttpBotSettings,
  httpBotSettings,
  secretsOf,
  VARIABLES,
} from "./settings.ts";
import { signHeaders } from "./sign.ts";

/** Answers with any bot that takes a POST: in our own contract, or in that of a product. */
export const http = defineBackend({
  type: "http",
  variables: VARIABLES,
  settings: httpBotSettings,
  create: createHttpBot,
});

const NOT_ASKED: Answer = { outcome: "no_answer", replies: [], reason: "not_asked" };

function createHttpBot(settings: HttpBotSettings, tools: BackendTools): AnswerBackend {
  const preset = PRESETS[settings.preset];
  const isUnanswered = createUnansweredTest(settings.no_answer_texts);
  return {
    timeoutMs: settings.timeout_ms,
    secrets: secretsOf(settings),
    endpoints: [settings.url],
    answer: async (question, context) => {
      if (question.content.type === "trigger" && preset.takesTriggers !== true) return NOT_ASKED;
      const asked = await gather(preset, question, context, settings);
      const { response, memory } = await call(preset, asked, context, settings, tools);
      const body = readAnswer(response);
      const said =
        body === undefined ? { replies: [] } : preset.fromResponse(body, { ...asked, memory });
      return judge(said, settings.min_confidence, isUnanswered);
    },
  };
}

async function gather(
  preset: Preset,
  question: Question,
  { memory, history }: AnswerContext,
  settings: HttpBotSettings,
): Promise<Asked> {
  const isTold = preset.tellsHistory === true && settings.history > 0;
  return { question, memory, history: isTold ? await history(settings.history) : [] };
}

/** A session that the bot has forgotten is begun anew, once: 404 says that it did nothing with the message. */
async function call(
  preset: Preset,
  asked: Asked,
  { signal }: AnswerContext,
  settings: HttpBotSettings,
  tools: BackendTools,
): Promise<{ readonly response: HttpResponse; readonly memory: unknown }> {
  const send = (botCall: BotCall) =>
    post(tools.http, requestOf(botCall, asked, settings, tools.now()), settings.timeout_ms, signal);
  const first = preset.toRequest(asked, settings);
  const response = await send(first);
  if (response.status !== 404 || first.resumes !== true) {
    return { response, memory: asked.memory };
  }
  const again = preset.toRequest({ ...asked, memory: undefined }, settings);
  return { response: await send(again), memory: undefined };
}

function requestOf(
  { url, body }: BotCall,
  { question }: Asked,
  settings: HttpBotSettings,
  now: Date,
) {
  const text = JSON.stringify(body);
  const authorization = authorizationOf(settings);
  return {
    method: "POST",
    url,
    headers: {
      "content-type": "application/json; charset=utf-8",
      accept: "application/json",
      ...signHeaders(text, question.messageId, now, settings.secret),
      ...(authorization !== undefined && { authorization }),
    },
    body: text,
  } as const;
}
