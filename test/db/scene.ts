import { randomUUIDv7 } from "node:crypto";
import { resolveContacts } from "../../src/db/contacts.ts";
import type { Database } from "../../src/db/driver.ts";
import {
  type ArrivedMessage,
  type Gather,
  storeWebhooks,
  type WebhookRow,
} from "../../src/db/inbox.ts";
import { claim, type Claimed, type ClaimOptions } from "../../src/db/mailbox.ts";
import type { OutgoingRow, TurnRow } from "../../src/db/turns.ts";
import { conversationId } from "../../src/identity.ts";
import type { InboundMessage } from "../../src/messages.ts";

export const CHANNEL = "whatsapp";
export const ACCOUNT = "810000000000001";

/** A minute ago: a message of another day would be too old for an answer. */
export const SENT_AT = new Date(Date.now() - 60_000).toISOString();

/** So many milliseconds after that. */
export const sentLater = (ms: number): string => new Date(Date.parse(SENT_AT) + ms).toISOString();

/** A text message as the Cloud API channel would make it. */
export function textMessage(
  externalId: string,
  text: string,
  phone = "5561991112222",
): InboundMessage {
  return {
    kind: "message",
    externalId,
    account: ACCOUNT,
    identities: [{ kind: "phone", value: phone }],
    sentAt: SENT_AT,
    text,
    content: { type: "text" },
  };
}

function webhookRow(body = "{}"): WebhookRow {
  return {
    id: randomUUIDv7(),
    channel: CHANNEL,
    state: "stored",
    reason: null,
    headers: {},
    body: Buffer.from(body),
    eventCount: 1,
  };
}

/** Resolves and stores messages as one webhook; returns what was given to the store. */
export async function arrive(
  db: Database,
  messages: readonly InboundMessage[],
  gather?: Gather,
): Promise<readonly ArrivedMessage[]> {
  const contacts = await resolveContacts(
    db,
    messages.map(({ identities }) => ({ channel: CHANNEL, identities })),
  );
  const webhook = webhookRow();
  const arrived = messages.map((message, index) => {
    const contactId = contacts[index] ?? "";
    return {
      messageId: randomUUIDv7(),
      eventId: webhook.id,
      conversationId: conversationId(CHANNEL, message.account, contactId),
      contactId,
      channel: CHANNEL,
      message,
      ...(gather !== undefined && { gather }),
    };
  });
  await storeWebhooks(db, [webhook], arrived);
  return arrived;
}

export function claimAll(db: Database, options: Partial<ClaimOptions> = {}) {
  const usual = { limit: 100, leaseMs: 60_000, perConversation: 20, hintEveryMs: 86_400_000 };
  return claim(db, { ...usual, channels: [CHANNEL], ...options });
}

/** The only claimed conversation, with its messages. */
export async function claimOne(
  db: Database,
  options: Partial<ClaimOptions> = {},
): Promise<Claimed> {
  const [only, ...others] = await claimAll(db, options);
  if (only === undefined || others.length > 0)
    throw new Error(`claimed ${others.length + (only === undefined ? 0 : 1)} conversations`);
  return only;
}

export function outgoing(text: string): OutgoingRow {
  const payload = { type: "text", text: { body: text } };
  return { id: randomUUIDv7(), status: "queued", payload, text, notes: [], needsWindow: true };
}

/** The turn of the first waiting message, answered with `replies`. */
export function turnOf(conversation: Claimed, replies: readonly OutgoingRow[]): TurnRow {
  const [row] = conversation.inbox;
  if (row === undefined) throw new Error("nothing waits in the inbox");
  return {
    conversationId: conversation.id,
    lease: conversation.lease,
    contactId: conversation.contactId,
    channel: CHANNEL,
    inboxId: row.id,
    messageId: row.messageId,
    done: true,
    dead: null,
    attempts: 0,
    replies,
    interaction: null,
    patch: {},
  };
}

export function leaseOf({ id, lease }: Claimed) {
  return { conversationId: id, lease };
}

export function releaseOf(conversation: Claimed) {
  const { wake } = conversation;
  return { ...leaseOf(conversation), wake, kind: "done", delayMs: 0, fails: 0 } as const;
}
