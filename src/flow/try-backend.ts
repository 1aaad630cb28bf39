import { randomUUIDv7 } from "node:crypto";
import type { AnswerContext, Question } from "../answers/backend.ts";
import type { ChainStep } from "../answers/chain.ts";
import { askStep, type StepResult } from "../answers/chain-step.ts";
import type { Channel } from "../channels/channel.ts";
import type { Database } from "../db/driver.ts";
import { addTrialUsage, tokensToday } from "../db/token-usage.ts";
import type { Address, Note, Reply } from "../messages.ts";
import { renderReplies } from "./render-replies.ts";

export interface TrialDependencies {
  readonly db: Database;
  readonly backends: readonly ChainStep[];
  /** By name. */
  readonly channels: ReadonlyMap<string, { readonly type: string; readonly channel: Channel }>;
  /** The language of a trial that names none. */
  readonly language: string;
  readonly mergeTexts: boolean;
  readonly now: () => Date;
}

/** What a backend is tried with. */
export interface Trial {
  readonly text: string;
  readonly language?: string | undefined;
  /** The channel whose payloads are wanted; must be a configured one. */
  readonly asChannel?: string | undefined;
}

/** What came of it. Replies are as the backend gave them. */
export interface TrialResult {
  /** A backend that wants silence has answered, with no replies. */
  readonly outcome: "answered" | "no_answer" | "failed";
  readonly replies: readonly Reply[];
  readonly ms: number;
  readonly confidence: number | null;
  readonly intent: string | null;
  readonly error: { readonly code: string; readonly detail: string } | null;
  readonly rendered: readonly {
    readonly channel: string;
    readonly payloads: readonly unknown[];
    readonly notes: readonly Note[];
  }[];
}

/** Whom nobody knows: a number of an area that does not exist, or a web client. */
const NOBODY = { phone: "5500900000000", sender: "trial" } as const;

/**
 * Builds the trial of one backend: a question of a conversation that exists nowhere. Neither the breaker nor the book of how
 * backends fare learns of it, and one that is paused is asked all the same; the tokens count, for they are paid for.
 */
export function createTryBackend(
  deps: TrialDependencies,
): (name: string, trial: Trial) => Promise<TrialResult | undefined> {
  return async (name, trial) => {
    const step = deps.backends.find((one) => one.name === name);
    if (step === undefined) return undefined;
    const emitted: Reply[] = [];
    const question = questionOf(deps, trial);
    const started = performance.now();
    const context = contextOf(deps, name, emitted);
    const result = await askStep(step.backend, question, context, step.backend.timeoutMs);
    const ms = Math.round(performance.now() - started);
    const { usage } = result.answer ?? {};
    if (usage !== undefined) {
      const { tokensIn, tokensOut, cost = 0 } = usage;
      await addTrialUsage(deps.db, name, { tokens: tokensIn + tokensOut, cost });
    }
    return describe(deps, trial, { result, emitted, ms, externalId: question.externalId });
  };
}

function questionOf({ channels, language, now }: TrialDependencies, trial: Trial): Question {
  const id = randomUUIDv7();
  const startedAt = now().toISOString();
  const configured = trial.asChannel === undefined ? undefined : channels.get(trial.asChannel);
  const { account, identities } = addressOf(configured?.channel);
  return {
    messageId: id,
    externalId: `trial-${id}`,
    conversationId: randomUUIDv7(),
    contactId: randomUUIDv7(),
    channel: trial.asChannel ?? "trial",
    channelType: configured?.type ?? "rest",
    account,
    identities,
    text: trial.text,
    content: { type: "text" },
    sentAt: startedAt,
    language: trial.language ?? language,
    trusted: false,
    slots: {},
    properties: {},
    session: { isNew: true, startedAt },
  };
}

function contextOf({ db }: TrialDependencies, name: string, emitted: Reply[]): AnswerContext {
  return {
    signal: new AbortController().signal,
    emit: (replies) => {
      emitted.push(...replies);
      return Promise.resolve();
    },
    history: () => Promise.resolve([]),
    readFile: () => Promise.resolve(undefined),
    memory: undefined,
    tokensToday: async () => ({ ...(await tokensToday(db, name, randomUUIDv7())), contact: 0 }),
  };
}

function addressOf(channel: Channel | undefined): Address {
  const account = channel?.accounts[0] ?? "trial";
  const kind = channel?.delivery === "push" ? "phone" : "sender";
  return { account, identities: [{ kind, value: NOBODY[kind] }] };
}

interface Tried {
  readonly result: StepResult;
  readonly emitted: readonly Reply[];
  readonly ms: number;
  readonly externalId: string;
}

function describe(
  deps: TrialDependencies,
  { asChannel }: Trial,
  { result: { answer, failure }, emitted, ms, externalId }: Tried,
): TrialResult {
  const replies = [...emitted, ...(answer?.replies ?? [])];
  const isAnswered = answer !== undefined && answer.outcome !== "no_answer";
  return {
    outcome: failure !== undefined ? "failed" : isAnswered ? "answered" : "no_answer",
    replies,
    ms,
    confidence: answer?.confidence ?? null,
    intent: answer?.intent ?? null,
    error: failure === undefined ? null : { code: failure.code, detail: failure.detail },
    rendered: asChannel === undefined ? [] : render(deps, asChannel, replies, externalId),
  };
}

function render(
  { channels, mergeTexts }: TrialDependencies,
  name: string,
  replies: readonly Reply[],
  answered: string,
): TrialResult["rendered"] {
  const channel = channels.get(name)?.channel;
  if (channel === undefined) return [];
  const { rows, notes } = renderReplies(channel, replies, addressOf(channel), {
    mergeTexts,
    answered,
  });
  return [
    {
      channel: name,
      payloads: rows.map(({ payload }) => payload),
      notes: [...rows.flatMap((row) => row.notes), ...notes],
    },
  ];
}
