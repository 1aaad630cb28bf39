import type { ChainAnswer } from "../answers/chain.ts";
import { findPayload } from "../db/button-payloads.ts";
import type { Claimed, InboxRow } from "../db/mailbox.ts";
import { optIn, optOut } from "../db/opt-outs.ts";
import { BridgeError } from "../errors.ts";
import { backoff } from "./backoff.ts";
import { openEmission } from "./emission.ts";
import { finish } from "./finish-turn.ts";
import { type Plan, planTurn, textFor } from "./plan.ts";
import {
  type AnswerDependencies,
  languageOf,
  type Outcome,
  toQuestion,
  type Turn,
  type TurnEnd,
} from "./turn.ts";

export type AnswerTurn = (
  conversation: Claimed,
  row: InboxRow,
  fails: number,
  signal: AbortSignal,
) => Promise<TurnEnd>;

const LOST = { kind: "lost" } as const;

/** Builds the step that answers one inbound message: plan, ask, render, commit, deliver. */
export function createAnswerTurn(deps: AnswerDependencies): AnswerTurn {
  return async (conversation, stored, fails, signal) => {
    const configured = deps.channels.get(conversation.channel);
    if (configured === undefined) return { kind: "retry", delayMs: 60_000 };
    const row = await restorePayload(deps, stored);
    const turn: Turn = {
      deps,
      channel: configured.channel,
      channelType: configured.type,
      conversation,
      row,
      fails,
      startedAt: deps.now(),
    };
    if (row.emitted) return finish(turn, { kind: "silent", why: "interrupted" }, INTERRUPTED);
    const plan = planTurn(row.message, conversation, deps.settings);
    await recordConsent(turn, plan);
    if (plan.kind !== "ask") return finish(turn, plan, sayNothingOr(plan));
    return ask(turn, plan, signal);
  };
}

/** A tapped button whose payload was too long carries a short id: the payload is what the bot knows. */
async function restorePayload(deps: AnswerDependencies, row: InboxRow): Promise<InboxRow> {
  const { message } = row;
  if (message.content.type !== "choice" || !deps.isKeptId(message.content.payload)) return row;
  const payload = await findPayload(deps.db, message.content.payload);
  if (payload === undefined) return row;
  const content = { ...message.content, payload };
  return { ...row, message: { ...message, text: payload, content } };
}

async function recordConsent({ deps, conversation }: Turn, plan: Plan): Promise<void> {
  if (plan.kind === "silent" || plan.consent === undefined) return;
  const { contactId, channel, account } = conversation;
  const change = { contactId, channel, account, scope: "all", method: "command" } as const;
  await (plan.consent === "out" ? optOut(deps.db, change) : optIn(deps.db, change));
}

const INTERRUPTED: Outcome = {
  replies: [],
  isDead: false,
  failure: new BridgeError(
    "answer_unreachable",
    "the turn was interrupted after part of its answer",
  ),
};

function sayNothingOr(plan: Exclude<Plan, { kind: "ask" }>): Outcome {
  return { replies: plan.kind === "say" ? [{ text: plan.text }] : [], isDead: false };
}

async function ask(
  turn: Turn,
  plan: Extract<Plan, { kind: "ask" }>,
  signal: AbortSignal,
): Promise<TurnEnd> {
  const { deps, row, channel } = turn;
  const emission = openEmission(turn);
  const stopTyping = deps.showTyping(channel, row.message);
  try {
    const answer = await deps.chain.ask(toQuestion(turn, plan), { signal, emit: emission.emit });
    report(turn, answer);
    if (answer.outcome === "failed" && turn.fails + 1 < deps.settings.answers.maxAttempts)
      return { kind: "retry", delayMs: retryDelay(turn) };
    return await finish(turn, plan, conclude(turn, answer), emission);
  } catch (error) {
    if (error instanceof BridgeError && error.code === "store_fenced") return LOST;
    throw error;
  } finally {
    stopTyping();
  }
}

function retryDelay({ deps, fails }: Turn): number {
  return backoff(fails + 1, deps.settings.answers.retryBaseMs);
}

function report({ deps, conversation, startedAt }: Turn, answer: ChainAnswer): void {
  const backend = answer.backend ?? "static";
  deps.observer.turn(conversation.channel, backend, answer.outcome, deps.now() - startedAt);
}

/**
 * Nobody could answer: the person is told so once per outage, and the operator finds the message with the dead letters.
 * Where nothing failed and nobody knew an answer, the static reply is the answer.
 */
function conclude(turn: Turn, answer: ChainAnswer): Outcome {
  const { failure } = answer;
  const gaveUp = failure !== undefined && answer.backend === null;
  if (!gaveUp)
    return {
      replies: answer.replies,
      answer,
      isDead: false,
      apologised: false,
      ...(failure !== undefined && { failure }),
    };
  const { answers } = turn.deps.settings;
  const text = textFor(answers.staticReplies, languageOf(turn), answers.language);
  const isSaid = turn.conversation.apologised || text === undefined;
  return { replies: isSaid ? [] : [{ text }], answer, failure, isDead: true, apologised: true };
}
