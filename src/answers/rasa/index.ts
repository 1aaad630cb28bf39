import { BridgeError } from "../../errors.ts";
import {
  type Answer,
  type AnswerBackend,
  type AnswerContext,
  type BackendTools,
  defineBackend,
  type Question,
} from "../backend.ts";
import { createUnansweredTest } from "../unanswered.ts";
import { call, readJson } from "./call.ts";
import { type RasaSettings, rasaSettings, secretsOf, VARIABLES } from "./settings.ts";
import { callStream } from "./stream.ts";
import { fromRasa, senderOf, toRasa } from "./translate.ts";
import { fromTrigger, toTrigger } from "./trigger.ts";
import { withholdFallback } from "./withhold.ts";

const SILENT: Answer = { outcome: "silent", replies: [] };
/** What was said is on its way already, line by line or through the callback channel. */
const SAID_ELSEWHERE: Answer = { outcome: "answered", replies: [] };

/** Answers with a Rasa server, or anything that speaks its REST or its callback channel. */
export const rasa = defineBackend({
  type: "rasa",
  variables: VARIABLES,
  settings: rasaSettings,
  create: createRasa,
});

/** The bot said that it did not understand. */
const FALLBACK: Answer = { outcome: "no_answer", replies: [], reason: "fallback" };

function createRasa(settings: RasaSettings, tools: BackendTools): AnswerBackend {
  const isUnanswered = createUnansweredTest(settings.no_answer_texts);
  return {
    timeoutMs: settings.timeout_ms,
    secrets: secretsOf(settings),
    answer: async (question, context) => {
      const ask = wayOf(question, settings);
      const emission = withholdFallback(context.emit, isUnanswered);
      const answer = await ask(question, { ...context, emit: emission.emit }, settings, tools);
      const isFallback = emission.withheld() || isUnanswered(answer.replies);
      return { ...(isFallback ? FALLBACK : answer), session: senderOf(question, settings) };
    },
  };
}

type Way = (
  question: Question,
  context: AnswerContext,
  settings: RasaSettings,
  tools: BackendTools,
) => Promise<Answer>;

function wayOf({ content }: Question, settings: RasaSettings): Way {
  if (content.type === "trigger") return askTrigger;
  if (settings.channel === "callback") return askCallback;
  return settings.stream ? askStream : askList;
}

const askList: Way = async (question, context, settings, tools) => {
  const body = await call(tools.http, toRasa(question, settings), settings, context);
  const replies = fromRasa(readJson(body));
  return replies.length > 0 ? { outcome: "answered", replies } : whenEmpty(question, settings);
};

const askStream: Way = async (question, context, settings, tools) => {
  const emitted = await callStream(tools.stream, toRasa(question, settings), settings, context);
  return emitted > 0 ? SAID_ELSEWHERE : whenEmpty(question, settings);
};

/** The word of a turn that has ended. Source: Rasa, callback channel. */
const ENDED = "success";

/** Rasa posts each message to our callback channel while we wait; the answer only says that the turn has ended. */
const askCallback: Way = async (question, context, settings, tools) => {
  const body = await call(tools.http, toRasa(question, settings), settings, context);
  if (body.trim() === ENDED) return SAID_ELSEWHERE;
  throw new BridgeError("answer_unreadable", "Rasa did not say that the turn has ended");
};

/** Nobody asked, so silence is an answer: the text for empty answers is for people who wait for one. */
const askTrigger: Way = async (question, context, settings, tools) => {
  if (question.content.type !== "trigger") return SILENT;
  const request = toTrigger(question.content, question, settings);
  const replies = fromTrigger(readJson(await call(tools.http, request, settings, context)));
  if (replies.length > 0) return { outcome: "answered", replies, intent: question.content.intent };
  const isPushed = settings.channel === "callback";
  return { ...(isPushed ? SAID_ELSEWHERE : SILENT), intent: question.content.intent };
};

/** Rasa acts on these and says nothing. Source: Rasa documentation, default actions. */
const QUIET_INTENTS = new Set(["/restart", "/session_start"]);

/**
 * Rasa says nothing both on purpose and after a crash of the turn, with the same answer. Nobody is left without a word for
 * a crash, unless the operator says that the bot's silence is meant.
 */
function whenEmpty({ text, trusted }: Question, settings: RasaSettings): Answer {
  if (trusted && QUIET_INTENTS.has(text)) return SILENT;
  const { empty, empty_fallback: fallback } = settings;
  if (fallback !== undefined) return { outcome: "answered", replies: [{ text: fallback }] };
  return empty === "silent" ? SILENT : { outcome: "no_answer", replies: [], reason: "empty" };
}
