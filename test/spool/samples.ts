import type { AcceptedWebhook } from "../../src/flow/accept.ts";
import type { InboundMessage } from "../../src/messages.ts";

/** A text of somebody on an account, as a channel reads it. */
export function textFrom(person: string, externalId: string, account = "loja"): InboundMessage {
  return {
    kind: "message",
    externalId,
    account,
    identities: [{ kind: "phone", value: person }],
    sentAt: "2026-11-22T12:00:00.000Z",
    text: `says ${externalId}`,
    content: { type: "text" },
  };
}

/** The webhook of one such text. */
export function webhookOf(
  externalId: string,
  given: Partial<AcceptedWebhook> = {},
): AcceptedWebhook {
  return {
    channel: "evolution",
    headers: { "content-type": "application/json" },
    rawBody: Buffer.from(JSON.stringify({ event: "messages.upsert", id: externalId })),
    result: { kind: "events", events: [textFrom("5511999990000", externalId)] },
    ...given,
  };
}

/** The ids of the messages in a webhook. */
export function idsIn({ result }: AcceptedWebhook): readonly string[] {
  return result.kind === "events"
    ? result.events.flatMap((event) => (event.kind === "message" ? [event.externalId] : []))
    : [];
}
