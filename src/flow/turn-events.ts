import type { OutgoingEventRow, ConversationPatch } from "../db/turns.ts";
import type { EventType } from "../event-types.ts";
import { isUnasked, type Outcome, type Turn } from "./turn.ts";

/** What a turn has to tell the operator's own systems, as far as anybody wants to be told. */
export function eventsOf(
  turn: Turn,
  outcome: Outcome,
  patch: ConversationPatch,
): readonly OutgoingEventRow[] {
  const wanted = turn.deps.settings.events;
  if (wanted === undefined || wanted.size === 0) return [];
  const { id, contactId, channel, account } = turn.conversation;
  const where = { conversation_id: id, contact_id: contactId, channel, account };
  return listEvents(turn, outcome, patch)
    .filter(({ type }) => wanted.has(type))
    .map(({ type, data }) => ({ type, data: { ...where, ...data } }));
}

interface TurnEvent {
  readonly type: EventType;
  readonly data: Readonly<Record<string, unknown>>;
}

function listEvents(turn: Turn, outcome: Outcome, patch: ConversationPatch): readonly TurnEvent[] {
  const { session } = outcome;
  const begun: readonly TurnEvent[] =
    session?.isNew === true
      ? [{ type: "session.started", data: startOf(turn, patch, session.startedAt) }]
      : [];
  return [...received(turn, outcome), ...begun, ...pauseEvents(turn, patch)];
}

function received(turn: Turn, outcome: Outcome): readonly TurnEvent[] {
  if (isUnasked(turn)) return [];
  const { row, conversation } = turn;
  const { message, earlier = [] } = row;
  const merged = earlier.map(({ messageId }) => messageId);
  const data = {
    message_id: row.messageId,
    external_id: message.externalId,
    content_type: message.content.type,
    text: outcome.answer?.heard ?? message.text,
    sent_at: message.sentAt,
    paused: conversation.paused,
    ...(merged.length > 0 && { merged }),
  };
  return [{ type: "message.received", data }];
}

function startOf({ conversation, row }: Turn, patch: ConversationPatch, startedAt: string) {
  const reference = patch.startReference ?? conversation.startReference;
  const { referral } = row.message;
  return {
    session_started_at: startedAt,
    ...(reference !== null && { start_reference: reference }),
    ...(referral?.sourceId !== undefined && { ad: referral.sourceId }),
  };
}

function pauseEvents({ conversation }: Turn, { paused }: ConversationPatch): TurnEvent[] {
  if (paused === undefined) return [];
  if (paused === null) {
    return [{ type: "conversation.resumed", data: { reason: "person_asked" } }];
  }
  const data = { reason: paused.reason, for_ms: paused.forMs };
  const asks = ["handoff", "person_asked"].includes(paused.reason);
  return [
    ...(conversation.paused ? [] : [{ type: "conversation.paused" as const, data }]),
    ...(asks ? [{ type: "conversation.handoff" as const, data }] : []),
  ];
}
