import type { Question, Session, TurnContext } from "../answers/backend.ts";
import type { Chain, ChainAnswer } from "../answers/chain.ts";
import type { Acknowledged, Channel } from "../channels/channel.ts";
import { keepPayloads } from "../db/button-payloads.ts";
import type { Database } from "../db/driver.ts";
import { listHistory } from "../db/history.ts";
import type { Claimed, InboxRow, OutboxRow } from "../db/mailbox.ts";
import { tokensToday } from "../db/token-usage.ts";
import type { MergedRow, OutgoingRow, TurnRow } from "../db/turns.ts";
import type { BridgeError } from "../errors.ts";
import type { Reply } from "../messages.ts";
import type { ConsentNews } from "./announce.ts";
import type { Deliver, Reserve } from "./deliver.ts";
import type { Delivery } from "./delivery.ts";
import type { FileStep } from "./files.ts";
import type { Observer } from "./observer.ts";
import type { Plan, PlanSettings } from "./plan.ts";
import { renderReplies } from "./render-replies.ts";
import type { Restrain } from "./restrain.ts";
import { startReferenceOf } from "./start-reference.ts";
import { openSpan } from "../trace.ts";

export interface AnswerDependencies {
  readonly db: Database;
  readonly chain: Chain;
  readonly channels: ReadonlyMap<string, { readonly type: string; readonly channel: Channel }>;
  readonly settings: PlanSettings;
  /** True when the turn was written; false when the lease was lost or the message was answered already. */
  readonly commit: (turn: TurnRow) => Promise<boolean>;
  readonly deliver: Deliver;
  readonly reserve: Reserve;
  /** Tells waiting callers that something of a turn was committed. */
  readonly announce: (messageId: string) => void;
  /** Shows that an answer is being written; returns how to stop doing so. */
  readonly showTyping: (channel: Channel, message: Acknowledged) => () => void;
  /** Tells a provider that keeps a list of its own who wants no messages. Never fails. */
  readonly announceConsent: (channel: Channel, news: ConsentNews) => Promise<void>;
  readonly isKeptId: (payload: string) => boolean;
  readonly restrain: Restrain;
  readonly files: FileStep;
  readonly observer: Observer;
  readonly now: () => number;
}

/** How a turn ends. `conversation` carries what later turns of the same claim must know. */
export type TurnEnd =
  | { readonly kind: "answered"; readonly conversation: Claimed; readonly delivery: Delivery }
  | { readonly kind: "retry"; readonly delayMs: number }
  | { readonly kind: "lost" };

/** One inbound message on its way to an answer. */
export interface Turn {
  readonly deps: AnswerDependencies;
  readonly channel: Channel;
  readonly channelType: string;
  readonly conversation: Claimed;
  readonly row: InboxRow;
  readonly fails: number;
  readonly startedAt: number;
  /** Where the spans of what it says belong (W3C `traceparent`). */
  readonly trace?: string | undefined;
}

/** What a turn came to, before it is written. */
export interface Outcome {
  readonly replies: readonly Reply[];
  readonly answer?: ChainAnswer;
  readonly session?: Session;
  readonly failure?: BridgeError;
  /** The message counts as given up: it stays with the dead letters. */
  readonly isDead: boolean;
  readonly apologised?: boolean;
}

export function languageOf({ conversation, deps }: Turn): string {
  return conversation.language ?? deps.settings.answers.language;
}

/** What the bot remembers when a turn begins: nothing, where a session begins with it. */
function remembered({ conversation }: Turn, { isNew }: Session) {
  return isNew ? { slots: {}, memory: {} } : conversation;
}

/** What the chain may use for a question, beside the turn's signal and its way to send ahead. */
export function toContext(turn: Turn, session: Session): Omit<TurnContext, "signal" | "emit"> {
  const { deps, conversation, row } = turn;
  return {
    history: (limit) =>
      listHistory(deps.db, conversation.id, session.startedAt, limit, row.messageId),
    readFile: () => deps.files.read(row.message.content),
    memory: remembered(turn, session).memory,
    heldBy: session.isNew ? null : conversation.heldBy,
    tokensToday: (backend) => tokensToday(deps.db, backend, conversation.contactId),
  };
}

export function toQuestion(
  turn: Turn,
  plan: Extract<Plan, { kind: "ask" }>,
  session: Session,
): Question {
  const { conversation, row } = turn;
  const { message } = row;
  const reference = startReferenceOf(plan, message, conversation) ?? conversation.startReference;
  const file = turn.deps.files.describe(message.content);
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
    slots: remembered(turn, session).slots,
    properties: conversation.properties,
    session,
    ...(file !== undefined && { file }),
    ...(message.contactName !== undefined && { contactName: message.contactName }),
    ...(reference !== null && reference !== undefined && { startReference: reference }),
    ...(message.referral !== undefined && { referral: message.referral }),
    ...(message.metadata !== undefined && { metadata: message.metadata }),
  };
}

export async function renderAndKeep(
  turn: Turn,
  replies: readonly Reply[],
): Promise<readonly OutgoingRow[]> {
  const { deps, row, conversation } = turn;
  const to = { account: conversation.account, identities: row.message.identities };
  const { mergeTexts } = deps.settings.answers;
  const span = openSpan("render", { facts: { "ponte.channel": conversation.channel } });
  const rendered = renderReplies(turn.channel, replies, to, {
    mergeTexts,
    answered: row.message.externalId,
    ...(isUnasked(turn) && { origin: "push" }),
  });
  const notes = rendered.rows.reduce((count, one) => count + one.notes.length, 0);
  span.add({
    "ponte.payloads": rendered.rows.length,
    "ponte.notes": notes + rendered.notes.length,
  });
  span.end();
  if (rendered.kept.length > 0) await keepPayloads(deps.db, rendered.kept);
  for (const note of rendered.notes) deps.observer.event(conversation.channel, `note_${note.code}`);
  return rendered.rows;
}

/** Whether the person did not ask: then the provider's window for answers is not open by itself. */
export function isUnasked({ row }: Turn): boolean {
  return row.message.content.type === "trigger";
}

/** The messages that are done with the turn of the last one. */
export function mergedRows({ earlier = [] }: InboxRow): readonly MergedRow[] {
  return earlier.map(({ id, messageId }) => ({ inboxId: id, messageId }));
}

export function turnRow(
  { conversation, row, fails, trace }: Turn,
  replies: readonly OutgoingRow[],
  end: Pick<TurnRow, "done"> &
    Partial<Pick<TurnRow, "interaction" | "dead" | "patch" | "usage" | "heard" | "events">>,
): TurnRow {
  return {
    conversationId: conversation.id,
    lease: conversation.lease,
    contactId: conversation.contactId,
    channel: conversation.channel,
    inboxId: row.id,
    messageId: row.messageId,
    merged: mergedRows(row),
    attempts: fails,
    replies,
    interaction: null,
    dead: null,
    patch: {},
    trace,
    ...end,
  };
}

/**
 * The rows as they are to be written: the first one as being sent, where it may go at once, which spares it a statement of
 * its own. `sinceMs`: how long ago an earlier part of the same answer was sent.
 */
export async function markFirst(
  turn: Turn,
  rows: readonly OutgoingRow[],
  sinceMs: number | null = null,
): Promise<readonly OutgoingRow[]> {
  const [first, ...others] = rows;
  if (first?.status !== "queued") return rows;
  const mayGo = await turn.deps.reserve(turn.conversation, toOutbox(turn, first, sinceMs));
  return mayGo ? [{ ...first, status: "sending" }, ...others] : rows;
}

/** Sends what was just committed. `sinceMs`: how long ago an earlier part of the same answer was sent. */
export function deliverRows(
  turn: Turn,
  rows: readonly OutgoingRow[],
  sinceMs: number | null = null,
): Promise<Delivery> {
  const { deps, conversation, channel } = turn;
  if (channel.delivery === "collect") return Promise.resolve({ kind: "done" });
  return deps.deliver(
    conversation,
    rows.map((one) => toOutbox(turn, one, sinceMs)),
  );
}

/** A row of this turn as the delivery knows it. */
function toOutbox(
  { row, trace }: Turn,
  { id, status, payload, needsWindow, text, origin }: OutgoingRow,
  sinceMs: number | null,
): OutboxRow {
  return {
    status: "queued",
    isMarked: status === "sending",
    attempts: 0,
    round: 0,
    ageMs: 0,
    uncertainMs: null,
    inReplyTo: row.messageId,
    trace,
    chars: text.length,
    sinceMs,
    id,
    payload,
    needsWindow,
    origin: origin ?? "reply",
  };
}
