import { randomInt, randomUUID } from "node:crypto";
import type {
  Answer,
  AnswerBackend,
  AnswerContext,
  HistoryLine,
  Question,
} from "../../answers/backend.ts";
import { askStep } from "../../answers/chain-step.ts";
import type { Reply } from "../../messages.ts";
import type { PastConversation, PastTurn } from "./history.ts";

/** What a backend says today to what was said then. */
export interface Asked {
  readonly turn: PastTurn;
  readonly replies: readonly Reply[];
  readonly failure: { readonly code: string; readonly detail: string } | null;
  readonly ms: number;
}

/** What a conversation knows as it goes on; it begins empty and is forgotten. */
interface Memory {
  slots: Readonly<Record<string, unknown>>;
  memory: unknown;
  isNew: boolean;
  startedAt: string;
  readonly lines: HistoryLine[];
}

export interface AskOptions {
  readonly backend: AnswerBackend;
  readonly signal: AbortSignal;
  readonly channelType: (channel: string) => string;
  readonly language: string;
}

/**
 * Asks a backend everything that was said in a conversation, in its order, under names of a person who does not exist: what
 * it keeps of real people is not touched. Nothing is sent and nothing is stored here.
 */
export async function* askAgain(
  conversation: PastConversation,
  options: AskOptions,
): AsyncGenerator<Asked> {
  const person = newPerson();
  const memory: Memory = { slots: {}, memory: undefined, isNew: true, startedAt: "", lines: [] };
  for (const turn of conversation) {
    if (memory.isNew) memory.startedAt = turn.at;
    const emitted: Reply[] = [];
    const started = performance.now();
    const question = questionOf(turn, person, memory, options);
    const context = contextOf(memory, emitted, options.signal);
    const { backend } = options;
    const { answer, failure } = await askStep(backend, question, context, backend.timeoutMs);
    const replies = [...emitted, ...(answer?.replies ?? [])];
    const ms = Math.round(performance.now() - started);
    remember(memory, turn, replies, answer);
    yield {
      turn,
      replies,
      ms,
      failure: failure === undefined ? null : { code: failure.code, detail: failure.detail },
    };
  }
}

type Person = Pick<Question, "conversationId" | "contactId" | "identities">;

/** Nobody: a number of an area of Brazil that does not exist. */
function newPerson(): Person {
  const value = `550098${String(randomInt(10_000_000)).padStart(7, "0")}`;
  return {
    conversationId: randomUUID(),
    contactId: randomUUID(),
    identities: [{ kind: "phone", value }],
  };
}

function questionOf(turn: PastTurn, person: Person, memory: Memory, options: AskOptions): Question {
  const { text, content, channel, account, at } = turn;
  const messageId = randomUUID();
  return {
    ...person,
    messageId,
    externalId: `time-machine-${messageId}`,
    channel,
    channelType: options.channelType(channel),
    account,
    text,
    content,
    ...(content.type === "media" && { file: { missing: "unavailable" } as const }),
    sentAt: at,
    language: turn.language ?? options.language,
    trusted: content.type === "choice",
    slots: memory.slots,
    properties: {},
    session: { isNew: memory.isNew, startedAt: memory.startedAt },
  };
}

function contextOf(memory: Memory, emitted: Reply[], signal: AbortSignal): AnswerContext {
  return {
    signal,
    emit: (replies) => {
      emitted.push(...replies);
      return Promise.resolve();
    },
    history: (limit) => Promise.resolve(limit === 0 ? [] : memory.lines.slice(-limit)),
    readFile: () => Promise.resolve(undefined),
    memory: memory.memory,
    tokensToday: () => Promise.resolve({ contact: 0, all: 0 }),
  };
}

function remember(
  memory: Memory,
  turn: PastTurn,
  replies: readonly Reply[],
  answer: Answer | undefined,
): void {
  const set = Object.entries({ ...memory.slots, ...answer?.slots });
  memory.slots = Object.fromEntries(set.filter(([, value]) => value !== null));
  if (answer?.memory !== undefined) memory.memory = answer.memory;
  memory.isNew = false;
  memory.lines.push({ role: "user", text: turn.text, at: turn.at });
  for (const { text } of replies)
    if (text !== undefined) memory.lines.push({ role: "assistant", text, at: turn.at });
  if (answer?.endSession !== true) return;
  memory.slots = {};
  memory.memory = undefined;
  memory.isNew = true;
  memory.lines.length = 0;
}
