import { z } from "zod";
import type { Answer, HistoryLine, Question } from "../backend.ts";
import type { HttpBotSettings } from "./settings.ts";

/** What a preset turns into a call. */
export interface Asked {
  readonly question: Question;
  /** What the preset kept of this session. */
  readonly memory: unknown;
  /** Empty where the preset does not tell it. */
  readonly history: readonly HistoryLine[];
}

/** A call as data: the body becomes JSON. */
export interface BotCall {
  readonly url: string;
  readonly body: unknown;
  /** Whether it goes on with a session that the bot may have forgotten by now, which it says with 404. */
  readonly resumes?: boolean;
}

/** What a bot said. Nothing said and nothing asked for is no answer. */
export interface BotAnswer extends Omit<Answer, "outcome"> {
  /** Nothing is said on purpose. */
  readonly silent?: boolean;
}

/** One kind of bot: two pure functions. `fromResponse` throws `answer_unreadable`. */
export interface Preset {
  readonly toRequest: (asked: Asked, settings: HttpBotSettings) => BotCall;
  readonly fromResponse: (body: unknown, asked: Asked) => BotAnswer;
  /** Whether the bot can be told of something that happened outside of the conversation. */
  readonly takesTriggers?: boolean;
  /** Whether it is told what was said before. */
  readonly tellsHistory?: boolean;
}

/** A text a bot may leave out; of another type it counts as left out. */
export const textIfAny = z.string().nullish().catch(undefined);

/** What a model thinks aloud before it answers is not for the person. */
const THOUGHTS = /^\s*<(think|thinking)>[\s\S]*?<\/\1>\s*/i;

/** The reply of a bot that says one text; none for a blank one. */
export function saying(text: string): Pick<BotAnswer, "replies"> {
  const said = text.replace(THOUGHTS, "").trim();
  return { replies: said === "" ? [] : [{ text: said }] };
}
