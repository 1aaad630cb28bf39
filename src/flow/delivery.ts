import type { Channel } from "../channels/channel.ts";
import type { ConversationSettings, DeliverySettings } from "../config/settings.ts";
import type { Database } from "../db/driver.ts";
import type { Claimed, OutboxRow } from "../db/mailbox.ts";
import type { SendClaim, SendOutcome } from "../db/outbox.ts";
import type { BridgeError } from "../errors.ts";
import type { FallBack } from "./fallback.ts";
import type { Lanes } from "./lane.ts";
import type { Observer } from "./observer.ts";
import type { Pace } from "./pace.ts";
import type { SendTools } from "./send.ts";
import { activeTraceparent } from "../trace.ts";

export interface DeliverDependencies {
  readonly db: Database;
  readonly settings: DeliverySettings;
  readonly conversation: ConversationSettings;
  readonly pace: Pace;
  readonly observer: Observer;
  readonly tools: SendTools;
  readonly markSending: (claim: SendClaim) => Promise<boolean>;
  readonly record: (outcome: SendOutcome) => Promise<boolean>;
  readonly joinParked: () => Promise<void>;
  readonly lanes: Lanes;
  readonly fallBack: FallBack;
}

/**
 * How delivery of a conversation ends: "done"; "retry" or "wait" after a delay (see `Release`), with what was not sent yet
 * left in the outbox; "lost" when the conversation is no longer ours.
 */
export type Delivery =
  | { readonly kind: "done" }
  | { readonly kind: "retry" | "wait"; readonly delayMs: number }
  | { readonly kind: "lost" };

export const DONE: Delivery = { kind: "done" };

/** One message on its way out. */
export interface Step {
  readonly deps: DeliverDependencies;
  readonly channel: Channel;
  readonly conversation: Claimed;
  readonly row: OutboxRow;
}

export function pairOf({ channel, account, contactId }: Claimed) {
  return { channel, account, contactId };
}

/** Writes down a try that did not succeed. `isFree`: it was not the message's fault and does not count. */
export async function recordError(
  { deps, row }: Step,
  outcome: SendOutcome["outcome"],
  error: BridgeError,
  startedAt: string,
  isFree = false,
): Promise<void> {
  const provider = error.provider ?? { code: "", title: error.detail };
  await deps.record({
    messageId: row.id,
    outcome,
    externalId: null,
    error: { ...provider, reason: error.code },
    startedAt,
    isFree,
    trace: activeTraceparent(),
  });
}

/** Gives a message up without trying: it waits with the dead letters. */
export async function giveUp(
  { deps, conversation, row }: Step,
  reason: BridgeError["code"],
  title: string,
): Promise<Delivery> {
  await deps.record({
    messageId: row.id,
    outcome: "failed",
    externalId: null,
    error: { code: "", title, reason },
    startedAt: null,
  });
  deps.observer.send(conversation.channel, "failed");
  deps.observer.dead(conversation.channel, reason);
  return DONE;
}
