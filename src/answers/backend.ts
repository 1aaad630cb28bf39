import type { z } from "zod";
import type { Content, Identity, Referral, Reply } from "../messages.ts";
import type { Variable } from "../settings.ts";
import type { Http, HttpStream } from "../transport.ts";

/** What a backend is asked: one message of a person, in channel-free words. */
export interface Question {
  /** Our id of the inbound message. */
  readonly messageId: string;
  readonly externalId: string;
  readonly conversationId: string;
  readonly contactId: string;
  /** The channel's configured name and its provider. */
  readonly channel: string;
  readonly channelType: string;
  readonly account: string;
  readonly identities: readonly Identity[];
  readonly contactName?: string;
  /** The text, the caption, the tapped payload, or a command's forwarded text; "" where there is none. */
  readonly text: string;
  readonly content: Content;
  readonly sentAt: string;
  /** BCP 47 tag of the conversation's language. */
  readonly language: string;
  /** Whether the text is a tapped payload or one of our commands rather than typed by the person. */
  readonly trusted: boolean;
  /** The reference a person arrived with (`/start 42`), kept for the session. */
  readonly startReference?: string;
  readonly referral?: Referral;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** What a backend did with a question. `no_answer` sends the question to the next backend; `silent` ends the turn. */
export interface Answer {
  readonly outcome: "answered" | "silent" | "no_answer";
  readonly replies: readonly Reply[];
  readonly intent?: string;
  readonly confidence?: number;
  /** Name of the response template used, with its variation (`utter_greet#0`). */
  readonly template?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

export interface AnswerContext {
  readonly signal: AbortSignal;
  /** Sends replies ahead of the end of the turn; the answer must not repeat them. */
  readonly emit: (replies: readonly Reply[]) => Promise<void>;
}

/** A configured answer backend. Throws `answer_*`; never retries: that belongs to the flow. */
export interface AnswerBackend {
  readonly answer: (question: Question, context: AnswerContext) => Promise<Answer>;
  /** Milliseconds one answer may take. */
  readonly timeoutMs: number;
  readonly secrets: readonly string[];
}

/** The I/O a backend may use. */
export interface BackendTools {
  readonly http: Http;
  readonly stream: HttpStream;
  readonly random: () => number;
  /** Reads a text file of the configuration folder; throws where there is none. */
  readonly readText: (path: string) => string;
  /** Paths of the files of a configuration folder, sorted; throws where there is none. */
  readonly listFiles: (folder: string) => readonly string[];
}

/** A kind of backend, before configuration. */
export interface BackendModule {
  readonly type: string;
  readonly variables: readonly Variable[];
  /** Throws a `ZodError` that lists every wrong setting. */
  readonly configure: (raw: unknown, tools: BackendTools) => AnswerBackend;
}

export function defineBackend<Settings>(definition: {
  readonly type: string;
  readonly variables: readonly Variable[];
  readonly settings: z.ZodType<Settings>;
  readonly create: (settings: Settings, tools: BackendTools) => AnswerBackend;
}): BackendModule {
  return {
    type: definition.type,
    variables: definition.variables,
    configure: (raw, tools) => definition.create(definition.settings.parse(raw), tools),
  };
}
