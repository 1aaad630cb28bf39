import { inSpan } from "../trace.ts";
import type { Step } from "./delivery.ts";
import type { SendResult } from "./send.ts";

/**
 * Runs one try to send, and what follows from it, as a part of its message's trace. A message that has none, as those of
 * campaigns, begins one here.
 */
export function inSendSpan<End>(
  { conversation, row }: Step,
  send: () => Promise<SendResult>,
  conclude: (result: SendResult) => Promise<End>,
): Promise<End> {
  const options = {
    kind: "client",
    parent: row.trace ?? null,
    facts: {
      "messaging.system": "ponte",
      "messaging.operation.type": "send",
      "messaging.operation.name": "send",
      "messaging.destination.name": conversation.channel,
      "messaging.message.id": row.id,
      "messaging.message.conversation_id": conversation.id,
      "ponte.channel": conversation.channel,
      "ponte.attempt": row.attempts + 1,
    },
  } as const;
  return inSpan(`send ${conversation.channel}`, options, async (span) => {
    const result = await send();
    span.add({ "ponte.outcome": result.outcome });
    if (result.outcome !== "sent") span.fail(result.error.code);
    return conclude(result);
  });
}
