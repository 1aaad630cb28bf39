import type { Answer, AnswerContext, BackendTools, Question } from "../backend.ts";
import { closestLanguage } from "../language.ts";
import type { Reply } from "../../messages.ts";
import { BridgeError } from "../../errors.ts";
import type { FindSpent } from "./budget.ts";
import { isRecording, toInput } from "./input.ts";
import { toReplies } from "./limits.ts";
import { withoutForeignLinks } from "./links.ts";
import type { AskModel, Completion, Line, ModelRequest } from "./model.ts";
import type { IsFlagged } from "./moderation.ts";
import { parseReply } from "./parse-reply.ts";
import { type Prompt, type PromptFor, systemPrompt } from "./prompt.ts";
import type { OpenAiSettings } from "./settings.ts";
import type { Transcribe } from "./transcribe.ts";
import { linesFor, windowOf } from "./window.ts";

/** Everything an answer is made with. */
export interface Parts {
  readonly settings: OpenAiSettings;
  readonly promptFor: PromptFor;
  readonly findSpent: FindSpent;
  readonly isInputFlagged: IsFlagged;
  readonly isOutputFlagged: IsFlagged;
  readonly askModel: AskModel;
  readonly transcribe: Transcribe | undefined;
  readonly personId: (contactId: string) => string | undefined;
  readonly now: BackendTools["now"];
}

/** Answers one message. Throws `answer_*`, `store_unavailable`, or the reason of an abort as it is. */
export async function answerWith(
  parts: Parts,
  question: Question,
  context: AnswerContext,
): Promise<Answer> {
  // Something outside happened: what is said of it is the bot's to know.
  if (question.content.type === "trigger") return noAnswer("trigger");
  const spent = await parts.findSpent(context);
  if (spent !== undefined) return noAnswer(spent);
  const heard = await hear(parts, question, context);
  const sees = parts.settings.images === "describe";
  const input = await toInput(question, context, { sees, heard });
  if (input.text === "" && input.image === undefined) return noAnswer("nothing_said");
  if (await parts.isInputFlagged(input.text, context.signal)) {
    return whenFlagged(parts.settings, question.language);
  }
  const prompt = parts.promptFor(question.language);
  const request = await toRequest(parts, prompt, question, context, input);
  const completion = await askShorterIfTooLong(parts.askModel, request, context.signal);
  if (!("usage" in completion)) return noAnswer(completion.end);
  const answer = await judge(parts, prompt, completion, question, context.signal);
  return { ...answer, usage: completion.usage };
}

function noAnswer(reason: string): Answer {
  return { outcome: "no_answer", replies: [], reason };
}

/** A recording that nobody wrote down before us; what cannot be understood is named instead. */
async function hear(
  { transcribe }: Parts,
  question: Question,
  { readFile, signal }: AnswerContext,
): Promise<string | undefined> {
  if (transcribe === undefined || question.text !== "" || !isRecording(question)) return undefined;
  const file = await readFile();
  if (file === undefined) return undefined;
  try {
    const { text } = await transcribe(file, question.language, signal);
    return text === "" ? undefined : text;
  } catch (thrown) {
    if (thrown instanceof BridgeError) return undefined;
    throw thrown;
  }
}

async function toRequest(
  { settings, personId, now }: Parts,
  prompt: Prompt,
  question: Question,
  context: AnswerContext,
  input: Pick<ModelRequest, "text" | "image">,
): Promise<ModelRequest> {
  const { history_turns: turns, history_tokens: tokens } = settings;
  const before = turns === 0 ? [] : await context.history(linesFor(turns));
  const person = personId(question.contactId);
  return {
    system: systemPrompt(prompt, question, settings, now()),
    ...asTurns(windowOf(before, { turns, tokens }), input.text),
    ...(input.image !== undefined && { image: input.image }),
    ...(person !== undefined && { person }),
  };
}

/**
 * Many models take only turns that alternate and begin with the person: what they said before without having been answered
 * belongs to what they say now, and something stands for them before a notice of ours.
 */
function asTurns(lines: readonly Line[], text: string): Pick<ModelRequest, "history" | "text"> {
  const begun: readonly Line[] =
    lines[0]?.role === "assistant" ? [{ role: "user", text: "…" }, ...lines] : lines;
  const last = begun.at(-1);
  if (last?.role !== "user") return { history: begun, text };
  return { history: begun.slice(0, -1), text: `${last.text}\n${text}` };
}

/** A conversation too long for the model is answered without its past. */
async function askShorterIfTooLong(askModel: AskModel, request: ModelRequest, signal: AbortSignal) {
  const completion = await askModel(request, signal);
  if (completion.end !== "too_long" || request.history.length === 0) return completion;
  return askModel({ ...request, history: [] }, signal);
}

/** Decides what becomes of what the model said. */
async function judge(
  parts: Parts,
  { guard, isKnownHost }: Prompt,
  { text, end }: Completion,
  { language }: Question,
  signal: AbortSignal,
): Promise<Answer> {
  const { settings } = parts;
  if (end === "filtered" || end === "refused") return noAnswer(end);
  const { messages, intent, confidence, handoff } = parseReply(text, end === "cut");
  const found = {
    ...(intent !== undefined && { intent }),
    ...(confidence !== undefined && { confidence }),
  };
  if (!handoff && confidence !== undefined && confidence < settings.min_confidence) {
    return { ...noAnswer("low_confidence"), ...found };
  }
  const known = withoutForeignLinks(messages, isKnownHost);
  const limited = toReplies(known.messages, settings.button_payloads);
  const { replies } = limited;
  const changes = [...known.changes, ...limited.changes];
  const said = replies.map(textOf).join("\n");
  if (replies.length === 0 && !handoff) {
    return { ...noAnswer(end === "cut" ? "cut" : "nothing_to_say"), ...found };
  }
  const kept = guard(said);
  if (kept !== undefined) return { ...noAnswer(kept), ...found };
  if (await parts.isOutputFlagged(said, signal)) return whenFlagged(settings, language);
  return {
    outcome: "answered",
    replies,
    ...found,
    ...(changes.length > 0 && { parameters: { changes } }),
    ...(handoff && { handoff }),
  };
}

function textOf({ text = "", buttons = [] }: Reply): string {
  return [text, ...buttons.map(({ title }) => title)].join("\n");
}

function whenFlagged({ flagged_replies: texts }: OpenAiSettings, language: string): Answer {
  if (texts === "off") return noAnswer("flagged");
  const tags = Object.keys(texts);
  const text = texts[closestLanguage(language, tags) ?? tags[0] ?? ""];
  if (text === undefined) return noAnswer("flagged");
  return { outcome: "answered", replies: [{ text }], parameters: { flagged: true } };
}
