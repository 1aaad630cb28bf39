import type { ChainAnswer } from "../answers/chain.ts";
import { findPayload } from "../db/button-payloads.ts";
import type { Claimed, InboxRow } from "../db/mailbox.ts";
import { optIn, optOut } from "../db/opt-outs.ts";
import { BridgeError } from "../errors.ts";
import { tapTyped } from "./menu.ts";
import { type Emission, openEmission } from "./emission.ts";
import { finish } from "./finish-turn.ts";
import { apologyFor, mayTryAgain, pauseBeforeRetry, tellOfOutage } from "./outage.ts";
import { type Plan, planTurn } from "./plan.ts";
import { sessionOf } from "./session.ts";
import { inTurnSpan } from "./turn-span.ts";
import {
  type AnswerDependencies,
  isUnasked,
  type Outcome,
  toContext,
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
    return inTurnSpan({ conversation, row: stored, fails, type: configured.type }, (span) =>
      runTurn(deps, configured, {
        conversation,
        stored,
        fails,
        signal,
        trace: span.traceparent(),
      }),
    );
  };
}

interface Given {
  readonly conversation: Claimed;
  readonly stored: InboxRow;
  readonly fails: number;
  readonly signal: AbortSignal;
  readonly trace: string | undefined;
}

type Configured = Pick<Turn, "channel"> & { readonly type: string };

async function runTurn(
  deps: AnswerDependencies,
  configured: Configured,
  { conversation, stored, fails, signal, trace }: Given,
): Promise<TurnEnd> {
  const typed = tapTyped(stored.message, conversation.menu, configured.channel, deps.settings);
  const row = await restorePayload(deps, { ...stored, message: typed });
  const turn: Turn = {
    deps,
    channel: configured.channel,
    channelType: configured.type,
    conversation,
    row,
    fails,
    startedAt: deps.now(),
    trace,
  };
  if (row.earlier !== undefined && fails === 0) deps.observer.event(conversation.channel, "burst");
  if (row.emitted) return finish(turn, { kind: "silent", why: "interrupted" }, INTERRUPTED);
  const plan = await deps.restrain(turn, planTurn(row.message, conversation, deps.settings));
  await recordConsent(turn, plan);
  if (plan.kind !== "ask") return finishUnasked(turn, plan);
  const found = await deps.files.fetch(turn, signal);
  if (found.kind !== "ready") return found;
  return ask({ ...turn, row: found.row }, plan, signal);
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

async function recordConsent(turn: Turn, plan: Plan): Promise<void> {
  const { deps, conversation, row } = turn;
  if (plan.kind === "silent" || plan.consent === undefined) return;
  const { contactId, channel, account } = conversation;
  const scope = plan.consent === "out_marketing" ? "marketing" : "all";
  const change = { contactId, channel, account, scope, method: "command" } as const;
  await (plan.consent === "in" ? optIn(deps.db, change) : optOut(deps.db, change));
  const { identities } = row.message;
  if (plan.consent === "in")
    await deps.announceConsent(turn.channel, { account, identities, optedOut: false });
}

/** A provider that is told of an opt-out lets nothing more through, not even its confirmation: it is told afterwards. */
async function finishUnasked(turn: Turn, plan: Exclude<Plan, { kind: "ask" }>): Promise<TurnEnd> {
  const end = await finish(turn, plan, sayNothingOr(plan));
  if (plan.kind === "say" && plan.consent === "out" && end.kind === "answered") {
    const { account } = turn.conversation;
    const { identities } = turn.row.message;
    await turn.deps.announceConsent(turn.channel, { account, identities, optedOut: true });
  }
  return end;
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
  const session = sessionOf(turn.conversation, row, plan, deps.settings.answers.sessionExpiryMs);
  const begins = session.isNew ? { sessionStarted: session.startedAt } : {};
  const aside: Emission["aside"] = (replies, patch) =>
    emission.aside(replies, { ...begins, ...patch });
  const stopTyping = deps.showTyping(channel, row.message);
  try {
    const answer = await deps.chain.ask(toQuestion(turn, plan, session), {
      ...toContext(turn, session),
      signal,
      emit: emission.emit,
      ...(!isUnasked(turn) && { notice: (replies) => aside(replies, {}) }),
    });
    report(turn, answer);
    if (answer.outcome === "failed" && mayTryAgain(turn)) {
      await tellOfOutage(turn, answer, aside);
      return { kind: "retry", delayMs: pauseBeforeRetry(turn) };
    }
    const said = isUnasked(turn) && answer.backend === null ? { ...answer, replies: [] } : answer;
    return await finish(turn, plan, { ...conclude(turn, said), session }, emission);
  } catch (error) {
    if (error instanceof BridgeError && error.code === "store_fenced") return LOST;
    throw error;
  } finally {
    stopTyping();
  }
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
  const isHandedOver = answer.handoff === true;
  const gaveUp = failure !== undefined && answer.backend === null && !isHandedOver;
  if (!gaveUp)
    return {
      replies: answer.replies,
      answer,
      isDead: false,
      apologised: false,
      ...(failure !== undefined && { failure }),
    };
  if (isUnasked(turn)) return { replies: [], answer, failure, isDead: true };
  const text = answer.outcome === "failed" ? apologyFor(turn, answer) : undefined;
  const sorry = text === undefined ? answer.replies : [{ text }];
  const replies = turn.conversation.apologised ? [] : sorry;
  return { replies, answer, failure, isDead: true, apologised: true };
}
