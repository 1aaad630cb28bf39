import type { z } from "zod";
import type { Content, Identity, MissingReason, Referral, Reply } from "../messages.ts";
import type { Variable } from "../settings.ts";
import type { Http, HttpStream } from "../transport.ts";

/** The file of a message: where it can be fetched for a while, or why it cannot. */
export type QuestionFile =
  | {
      readonly url: string;
      /** What the bytes say it is. */
      readonly mimeType: string;
      readonly sizeBytes: number;
      /** In hexadecimal digits. */
      readonly sha256: string;
      /** Safe for a disk. */
      readonly fileName: string;
    }
  | { readonly missing: MissingReason };

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
  /** The file of a media message, once it was looked for. */
  readonly file?: QuestionFile;
  readonly sentAt: string;
  /** BCP 47 tag of the conversation's language. */
  readonly language: string;
  /** Whether the text is a tapped payload or one of our commands rather than typed by the person. */
  readonly trusted: boolean;
  /** The reference a person arrived with (`/start 42`), kept for the session. */
  readonly startReference?: string;
  readonly referral?: Referral;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** What the conversation knows by now, by name; forgotten with the session. */
  readonly slots: Readonly<Record<string, unknown>>;
  /** What is known of the person, by name; kept over sessions. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly session: Session;
}

/** The stretch of a conversation that a bot remembers: it ends when nothing was said for long, or by `/restart`. */
export interface Session {
  /** Whether it begins with this message. */
  readonly isNew: boolean;
  readonly startedAt: string;
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
  /** The name the backend knows the conversation by, for what it says later without having been asked. */
  readonly session?: string;
  /** Slots to set; null forgets one. */
  readonly slots?: Readonly<Record<string, unknown>>;
  /** The language the person turned out to write in, a BCP 47 tag. */
  readonly language?: string;
  /** The backend asked something and wants the next message first: a form is open, a session is running. */
  readonly hold?: boolean;
  /** A person of ours should take over: the bot falls silent after these replies. */
  readonly handoff?: boolean;
  /** The conversation is over: what its session knew is forgotten. */
  readonly endSession?: boolean;
  /** What the backend wants to find in its next context of this session, JSON; null forgets it. */
  readonly memory?: unknown;
  readonly usage?: Usage;
  /** Why there is no answer, a closed word in snake case such as `low_confidence`; for the operator. */
  readonly reason?: string;
}

/** What one answer cost. */
export interface Usage {
  readonly model?: string;
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** In the currency of the configured prices; absent where none are. */
  readonly cost?: number;
  /** The provider's id of the request, for its support. */
  readonly requestId?: string;
}

/** One thing that was said before, by the person (`user`) or by any backend (`assistant`). */
export interface HistoryLine {
  readonly role: "user" | "assistant";
  readonly text: string;
  readonly at: string;
}

/** The bytes of a person's file. */
export interface FileBytes {
  readonly bytes: Uint8Array;
  /** What the bytes say they are. */
  readonly mimeType: string;
  readonly fileName: string;
}

/** What a backend may use while it answers. */
export interface AnswerContext {
  readonly signal: AbortSignal;
  /** Sends replies ahead of the end of the turn; the answer must not repeat them. */
  readonly emit: (replies: readonly Reply[]) => Promise<void>;
  /** What was said in this session before this message, oldest first, at most so many of the last lines. */
  readonly history: (limit: number) => Promise<readonly HistoryLine[]>;
  /** The file of the message; undefined where there is none. Throws `store_unavailable`. */
  readonly readFile: () => Promise<FileBytes | undefined>;
  /** What this backend asked to keep last time in this session. */
  readonly memory: unknown;
  /** Tokens this backend has used today (UTC): for this person, and for all. */
  readonly tokensToday: () => Promise<{ readonly contact: number; readonly all: number }>;
}

/** What the flow offers to a chain: the same for every backend but for what is the backend's own. */
export interface TurnContext extends Omit<AnswerContext, "memory" | "tokensToday"> {
  /** The backend that is to hear this message first; null where none is. */
  readonly heldBy?: string | null;
  /** Says something that is no answer (a moment, please) while the turn goes on; absent where nobody asked. */
  readonly notice?: (replies: readonly Reply[]) => Promise<void>;
  /** By the backend's configured name. */
  readonly memory: Readonly<Record<string, unknown>>;
  readonly tokensToday: (
    backend: string,
  ) => Promise<{ readonly contact: number; readonly all: number }>;
}

/** A configured answer backend. Throws `answer_*`; never retries: that belongs to the flow. */
export interface AnswerBackend {
  readonly answer: (question: Question, context: AnswerContext) => Promise<Answer>;
  /** Writes down what is said in a recording, so that every backend can answer it. Throws `answer_*`. */
  readonly transcribe?: (
    file: FileBytes,
    language: string,
    signal: AbortSignal,
  ) => Promise<{ readonly text: string; readonly usage?: Usage }>;
  /** Milliseconds one answer may take. */
  readonly timeoutMs: number;
  readonly secrets: readonly string[];
  /** Addresses that people's messages are sent to: plain http is for the same machine only. */
  readonly endpoints?: readonly string[];
}

/** The I/O a backend may use. */
export interface BackendTools {
  readonly http: Http;
  readonly stream: HttpStream;
  readonly random: () => number;
  /** Reads a text file of the configuration folder; throws where there is none. */
  readonly readText: (path: string) => string;
  /** Paths of what a configuration folder and its folders hold, sorted; throws where there is none. */
  readonly listFiles: (folder: string) => readonly string[];
  /** Calls back a little after files or folders changed; returns how to stop. */
  readonly watch: (paths: readonly string[], onChange: () => void) => () => void;
  /** Tells the operator of something the backend goes on from; no secret, no personal data. */
  readonly warn: (message: string) => void;
  readonly now: () => Date;
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
