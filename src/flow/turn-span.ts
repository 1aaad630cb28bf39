import type { Claimed, InboxRow } from "../db/mailbox.ts";
import { inSpan, type OpenSpan } from "../trace.ts";
import type { TurnEnd } from "./turn.ts";

interface TurnFacts {
  readonly conversation: Claimed;
  readonly row: InboxRow;
  readonly fails: number;
  /** Of the channel. */
  readonly type: string;
}

/**
 * Runs a turn as a part of its message's trace, in whatever process it is. Where several messages are one turn, the last one's
 * trace holds it, and those of the others are linked.
 */
export function inTurnSpan(
  { conversation, row, fails, type }: TurnFacts,
  work: (span: OpenSpan) => Promise<TurnEnd>,
): Promise<TurnEnd> {
  const options = {
    kind: "consumer",
    parent: row.trace ?? null,
    links: (row.earlier ?? []).map(({ trace }) => trace),
    facts: {
      "messaging.system": "ponte",
      "messaging.operation.type": "process",
      "messaging.operation.name": "answer",
      "messaging.destination.name": "inbox",
      "messaging.message.id": row.messageId,
      "messaging.message.conversation_id": conversation.id,
      "messaging.batch.message_count": (row.earlier?.length ?? 0) + 1,
      "ponte.channel": conversation.channel,
      "ponte.channel.type": type,
      "ponte.attempt": fails + 1,
    },
  } as const;
  return inSpan("answer inbox", options, async (span) => {
    const end = await work(span);
    span.add({ "ponte.outcome": end.kind });
    return end;
  });
}
