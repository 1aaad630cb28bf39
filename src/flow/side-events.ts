import { resolveContacts } from "../db/contacts.ts";
import { saveAccountStates } from "../db/account-states.ts";
import type { Database } from "../db/driver.ts";
import { wakeAccount } from "../db/mailbox.ts";
import { pauseTaken } from "../db/takeovers.ts";
import { conversationId } from "../identity.ts";
import type { AccountState, Takeover } from "../messages.ts";
import type { Observer } from "./observer.ts";
import type { Pace } from "./pace.ts";

/** Something of a webhook with the channel it came by. */
export interface Arrived<Event> {
  readonly channel: string;
  readonly update: Event;
}

/** Keeps the bot quiet where a person of ours answers from the account's own phone. */
export async function storeTakeovers(
  db: Database,
  takeovers: readonly Arrived<Takeover>[],
): Promise<void> {
  if (takeovers.length === 0) return;
  const contacts = await resolveContacts(
    db,
    takeovers.map(({ channel, update }) => ({ channel, identities: update.identities })),
  );
  const rows = takeovers.flatMap(({ channel, update }, index) => {
    const contactId = contacts[index];
    if (contactId === undefined) return [];
    const { account, identities, externalId, pauseMs } = update;
    const id = conversationId(channel, account, contactId);
    return {
      conversationId: id,
      contactId,
      channel,
      address: { account, identities },
      externalId,
      pauseMs,
    };
  });
  await pauseTaken(db, rows);
}

interface AccountDependencies {
  readonly db: Database;
  readonly pace: Pace;
  readonly observer: Observer;
  readonly onWork: () => void;
}

/** Remembers whether accounts work. What waits for one that works again is sent at once. */
export async function storeAccountStates(
  { db, pace, observer, onWork }: AccountDependencies,
  states: readonly Arrived<AccountState>[],
): Promise<void> {
  const changed = await saveAccountStates(
    db,
    states.map(({ channel, update }) => ({ channel, ...update })),
  );
  for (const { channel, account, state, detail } of changed) {
    if (state === "connected") {
      pace.resume({ channel, account });
      await wakeAccount(db, { channel, account });
      onWork();
    }
    const severity = state === "disconnected" ? "alert" : "info";
    const notice = {
      kind: "notice",
      account,
      severity,
      topic: `account_${state}`,
      detail,
    } as const;
    observer.notice(channel, notice);
  }
}
