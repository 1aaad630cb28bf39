import { randomUUIDv7 } from "node:crypto";
import { resolveContacts } from "../../src/db/contacts.ts";
import type { Database } from "../../src/db/driver.ts";
import { type ArrivedMessage, storeWebhooks } from "../../src/db/inbox.ts";
import { conversationId } from "../../src/identity.ts";

/** Lets somebody write to an account, some time ago. */
export async function arriveOn(
  db: Database,
  channel: string,
  {
    account,
    phone,
    agoMs = 1_000,
  }: { readonly account: string; readonly phone: string; readonly agoMs?: number },
): Promise<ArrivedMessage> {
  const identities = [{ kind: "phone", value: phone }] as const;
  const [contactId = ""] = await resolveContacts(db, [{ channel, identities }]);
  const arrived: ArrivedMessage = {
    messageId: randomUUIDv7(),
    eventId: randomUUIDv7(),
    conversationId: conversationId(channel, account, contactId),
    contactId,
    channel,
    message: {
      kind: "message",
      externalId: randomUUIDv7(),
      account,
      identities,
      sentAt: new Date(Date.now() - agoMs).toISOString(),
      text: "oi",
      content: { type: "text" },
    },
  };
  await storeWebhooks(db, [], [arrived]);
  return arrived;
}
