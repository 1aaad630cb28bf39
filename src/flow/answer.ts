import type { Chain, ChainAnswer } from "../answers/chain.ts";
import type { Question } from "../answers/backend.ts";
import type { Channel } from "../channels/channel.ts";
import { findPayload, keepPayloads } from "../db/button-payloads.ts";
import type { Database } from "../db/driver.ts";
import type { Claimed, InboxRow } from "../db/mailbox.ts";
import { optIn, optOut } from "../db/opt-outs.ts";
import type { ConversationPatch, OutgoingRow, TurnRow } from "../db/turns.ts";
import { BridgeError } from "../errors.ts";
import type { Reply } from "../messages.ts";
import { backoff } from "./backoff.ts";
import type { Deliver, Delivery } from "./deliver.ts";
import { describeTurn, type TurnRecord } from "./interaction.ts";
import type { Observer } from "./observer.ts";
import { type Plan, type PlanSettings, planTurn, textFor } from "./plan.ts";
import { renderReplies } from "./render-replies.ts";

export interface AnswerDependencies {
  readonly db: Database;
  readonly chain: Chain;
  readonly channels: ReadonlyMap<string, { readonly type: string; readonly channel: Channel }>;
  readonly settings: PlanSettings;
  /** True when the turn was written; false when the lease was lost or the message was answered already. */
  readonly commit: (turn: TurnRow) => Promise<boolean>;
  readonly deliver: Deliver;
  /** Tells waiting callers that something of a turn was committed. */
  readonly announce: (messageId: string) => void;
  /** Shows that an answer is being written; returns how to stop doing so. */
  readonly showTyping: (channel: Channel, message: { account: string; externalId: string }) => () => void;
  readonly isKeptId: (payload: string) => boolean;
  readonly observer: Observer;
  readonly now: () => number;
}

/** How a turn ends. `conversation` carries what later turns of the same claim must know. */
export type TurnEnd =
  | { readonly kind: "answered"; readonly conversation: Claimed; readonly delivery: Delivery }
  | { readonly kind: "retry"; readonly delayMs: number }
  | { readonly kind: "lost" };

export type AnswerTurn = (
  conversation: Claimed,
  row: InboxRow,
  fails: number,
  signal: AbortSignal,
) => Promise<TurnEnd>;

interface Turn {
  readonly deps: AnswerDependencies;
  readonly channel: Channel;
  readonly channelType: string;
  readonly conversation: Claimed;
  readonly row: InboxRow;
  readonly fails: number;
  readonly startedAt: number;
}

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

/** What a turn came to, before it is written. */
interface Outcome {
  readonly replies: readonly Reply[];
  readonly answer?: ChainAnswer;
  readonly failure?: BridgeError;
  /** The message counts as given up: it stays with the dead letters. */
  readonly isDead: boolean;
  readonly apologised?: boolean;
}

const INTERRUPTED: Outcome = {
  replies: [],
  isDead: false,
  failure: new BridgeError("answer_unreachable", "the turn was interrupted after part of its answer"),
};

function sayNothingOr(plan: Exclude<Plan, { kind: "ask" }>): Outcome {
  return { replies: plan.kind === "say" ? [{ text: plan.text }] : [], isDead: false };
}

/** Replies that a backend emits ahead are committed and sent one lot after the other; the first obstacle stops sending. */
interface Emission {
  readonly emit: (replies: readonly Reply[]) => Promise<void>;
  readonly delivery: () => Delivery;
  readonly sent: () => readonly OutgoingRow[];
}

function openEmission(turn: Turn): Emission {
  let delivery: Delivery = { kind: "done" };
  const sent: OutgoingRow[] = [];
  return {
    delivery: () => delivery,
    sent: () => sent,
    emit: async (replies) => {
      const rows = await renderAndKeep(turn, replies);
      if (!(await turn.deps.commit(turnRow(turn, rows, { done: false }))))
        throw new BridgeError("store_fenced", "the conversation is no longer ours");
      sent.push(...rows);
      turn.deps.announce(turn.row.messageId);
      if (delivery.kind === "done") delivery = await deliverRows(turn, rows);
    },
  };
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

function languageOf({ conversation, deps }: Turn): string {
  return conversation.language ?? deps.settings.answers.language;
}

function toQuestion(turn: Turn, plan: Extract<Plan, { kind: "ask" }>): Question {
  const { conversation, row } = turn;
  const { message } = row;
  const reference = plan.command?.reference ?? conversation.startReference;
  return {
    messageId: row.messageId,
    externalId: message.externalId,
    conversationId: conversation.id,
    contactId: conversation.contactId,
    channel: conversation.channel,
    channelType: turn.channelType,
    account: conversation.account,
    identities: message.identities,
    text: plan.text,
    content: message.content,
    sentAt: message.sentAt,
    language: languageOf(turn),
    trusted: plan.trusted,
    ...(message.contactName !== undefined && { contactName: message.contactName }),
    ...(reference !== null && reference !== undefined && { startReference: reference }),
    ...(message.referral !== undefined && { referral: message.referral }),
    ...(message.metadata !== undefined && { metadata: message.metadata }),
  };
}

async function renderAndKeep(turn: Turn, replies: readonly Reply[]): Promise<readonly OutgoingRow[]> {
  const { deps, row, conversation } = turn;
  const to = { account: conversation.account, identities: row.message.identities };
  const { mergeTexts } = deps.settings.answers;
  const rendered = renderReplies(turn.channel, replies, to, { mergeTexts });
  if (rendered.kept.length > 0) await keepPayloads(deps.db, rendered.kept);
  for (const note of rendered.notes) deps.observer.event(conversation.channel, `note_${note.code}`);
  return rendered.rows;
}

/** Writes the turn and sends what it said. */
async function finish(
  turn: Turn,
  plan: Plan,
  outcome: Outcome,
  emission?: Emission,
): Promise<TurnEnd> {
  const { deps, row } = turn;
  const rows = await renderAndKeep(turn, outcome.replies);
  const said = [...(emission?.sent() ?? []), ...rows];
  const record: TurnRecord = { plan, rows: said, ...outcome, ms: deps.now() - turn.startedAt };
  const patch = patchOf(turn, plan, outcome);
  const interaction = describeTurn(row, record, languageOf(turn));
  const dead = outcome.isDead
    ? { reason: outcome.failure?.code ?? "answer_unreachable", detail: outcome.failure?.detail ?? "" }
    : null;
  const written = await deps.commit(turnRow(turn, rows, { done: true, interaction, dead, patch }));
  if (!written) return LOST;
  if (dead !== null) deps.observer.dead(turn.conversation.channel, dead.reason);
  deps.announce(row.messageId);
  const conversation = advance(turn.conversation, plan, patch);
  const earlier = emission?.delivery() ?? { kind: "done" };
  if (earlier.kind !== "done") return { kind: "answered", conversation, delivery: earlier };
  return { kind: "answered", conversation, delivery: await deliverRows(turn, rows) };
}

function turnRow(
  { conversation, row, fails }: Turn,
  replies: readonly OutgoingRow[],
  end: Pick<TurnRow, "done"> & Partial<Pick<TurnRow, "interaction" | "dead" | "patch">>,
): TurnRow {
  return {
    conversationId: conversation.id,
    lease: conversation.lease,
    contactId: conversation.contactId,
    channel: conversation.channel,
    inboxId: row.id,
    messageId: row.messageId,
    attempts: fails,
    replies,
    interaction: null,
    dead: null,
    patch: {},
    ...end,
  };
}

function patchOf({ conversation, row }: Turn, plan: Plan, outcome: Outcome): ConversationPatch {
  const { contactName, username } = row.message;
  const reference = plan.kind === "ask" ? plan.command?.reference : undefined;
  const isNewName = contactName !== undefined && contactName !== conversation.contactName;
  const isNewUsername = username !== undefined && username !== conversation.username;
  const { apologised } = outcome;
  const isNewApology = apologised !== undefined && apologised !== conversation.apologised;
  return {
    ...(isNewName && { contactName }),
    ...(isNewUsername && { username }),
    ...(reference !== undefined && { startReference: reference }),
    ...(plan.kind === "say" && plan.why === "opted_out_hint" && { hinted: true }),
    ...(isNewApology && { apologised }),
  };
}

/** What the next turn of this claim must know of this one. */
function advance(conversation: Claimed, plan: Plan, patch: ConversationPatch): Claimed {
  const consent = plan.kind === "silent" ? undefined : plan.consent;
  return {
    ...conversation,
    optedOut: consent === undefined ? conversation.optedOut : consent === "out",
    hinted: conversation.hinted || patch.hinted === true,
    apologised: patch.apologised ?? conversation.apologised,
    contactName: patch.contactName ?? conversation.contactName,
    startReference: patch.startReference ?? conversation.startReference,
    quietMs: 0,
    windowClosed: false,
  };
}

function deliverRows(
  { deps, conversation, channel }: Turn,
  rows: readonly OutgoingRow[],
): Promise<Delivery> {
  if (channel.delivery === "collect") return Promise.resolve({ kind: "done" });
  const fresh = { status: "queued", attempts: 0, ageMs: 0, uncertainMs: null } as const;
  return deps.deliver(
    conversation,
    rows.map(({ id, payload, needsWindow }) => ({ ...fresh, id, payload, needsWindow })),
  );
}
