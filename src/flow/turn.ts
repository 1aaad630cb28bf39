import type { Question } from "../answers/backend.ts";
import type { Chain, ChainAnswer } from "../answers/chain.ts";
import type { Channel } from "../channels/channel.ts";
import { keepPayloads } from "../db/button-payloads.ts";
import type { Database } from "../db/driver.ts";
import type { Claimed, InboxRow } from "../db/mailbox.ts";
import type { OutgoingRow, TurnRow } from "../db/turns.ts";
import type { BridgeError } from "../errors.ts";
import type { Reply } from "../messages.ts";
import type { Deliver, Delivery } from "./deliver.ts";
import type { Observer } from "./observer.ts";
import type { Plan, PlanSettings } from "./plan.ts";
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
  readonly showTyping: (
    channel: Channel,
    message: { account: string; externalId: string },
  ) => () => void;
  readonly isKeptId: (payload: string) => boolean;
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
}

/** What a turn came to, before it is written. */
export interface Outcome {
  readonly replies: readonly Reply[];
  readonly answer?: ChainAnswer;
  readonly failure?: BridgeError;
  /** The message counts as given up: it stays with the dead letters. */
  readonly isDead: boolean;
  readonly apologised?: boolean;
}

export function languageOf({ conversation, deps }: Turn): string {
  return conversation.language ?? deps.settings.answers.language;
}

export function toQuestion(turn: Turn, plan: Extract<Plan, { kind: "ask" }>): Question {
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

export async function renderAndKeep(
  turn: Turn,
  replies: readonly Reply[],
): Promise<readonly OutgoingRow[]> {
  const { deps, row, conversation } = turn;
  const to = { account: conversation.account, identities: row.message.identities };
  const { mergeTexts } = deps.settings.answers;
  const rendered = renderReplies(turn.channel, replies, to, {
    mergeTexts,
    answered: row.message.externalId,
  });
  if (rendered.kept.length > 0) await keepPayloads(deps.db, rendered.kept);
  for (const note of rendered.notes) deps.observer.event(conversation.channel, `note_${note.code}`);
  return rendered.rows;
}

export function turnRow(
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

export function deliverRows(
  { deps, conversation, channel }: Turn,
  rows: readonly OutgoingRow[],
): Promise<Delivery> {
  if (channel.delivery === "collect") return Promise.resolve({ kind: "done" });
  const fresh = {
    status: "queued",
    origin: "reply",
    attempts: 0,
    ageMs: 0,
    uncertainMs: null,
  } as const;
  return deps.deliver(
    conversation,
    rows.map(({ id, payload, needsWindow }) => ({ ...fresh, id, payload, needsWindow })),
  );
}
