import { optOut } from "../db/opt-outs.ts";
import { closeWindow, requeueFailed, requeueOutside } from "../db/outbox.ts";
import { wakeConversations } from "../db/mailbox.ts";
import {
  applyStatuses,
  type AppliedStatus,
  type ChannelStatus,
  listJoinable,
  type ParkedStatus,
  removeParked,
} from "../db/statuses.ts";
import { contactOf } from "../db/messages.ts";
import type { Database } from "../db/driver.ts";
import type { DeliverySettings } from "../config/settings.ts";
import type { StatusUpdate } from "../messages.ts";
import type { SendFailure } from "../send-failure.ts";
import { withCorrelation } from "../log.ts";
import { inSpan } from "../trace.ts";
import { z } from "zod";
import type { FallBack } from "./fallback.ts";
import type { Observer } from "./observer.ts";
import { backoff } from "./backoff.ts";
import type { Pace } from "./pace.ts";
import { pausedScope } from "./send.ts";

export interface StatusDependencies {
  readonly db: Database;
  readonly delivery: DeliverySettings;
  readonly pace: Pace;
  readonly observer: Observer;
  readonly fallBack: FallBack;
  /** Tells this process's workers that a conversation became due. */
  readonly onWork: () => void;
}

export interface StatusFlow {
  readonly apply: (statuses: readonly ChannelStatus[]) => Promise<void>;
  /** Applies parked statuses whose messages are known by now. */
  readonly joinParked: () => Promise<void>;
}

const parkedUpdate = z.custom<StatusUpdate>(
  (value) => typeof value === "object" && value !== null && "status" in value && "at" in value,
);

/** Parked statuses joined in one go. */
const JOIN_LIMIT = 500;

/** Builds the step that makes status webhooks true: forward only, early ones parked, failures acted upon. */
export function createStatusFlow(deps: StatusDependencies): StatusFlow {
  const apply = async (statuses: readonly ChannelStatus[]): Promise<void> => {
    const applied = await applyStatuses(deps.db, statuses);
    await settleUncertain(deps, applied);
    for (const match of applied) {
      const status = statuses[match.place];
      if (status !== undefined) await follow(deps, match, status);
    }
  };

  const joinParked = async (): Promise<void> => {
    const parked = await listJoinable(deps.db, JOIN_LIMIT);
    if (parked.length === 0) return;
    await apply(parked.map(toStatus));
    await removeParked(deps.db, parked);
  };

  return { apply, joinParked };
}

function toStatus({ channel, update }: ParkedStatus): ChannelStatus {
  return { channel, update: parkedUpdate.parse(update) };
}

/** Acts on one status, under its message's id and as a part of its trace; where the message has none, of the webhook's. */
function follow(
  deps: StatusDependencies,
  match: AppliedStatus,
  status: ChannelStatus,
): Promise<void> {
  const { channel, update } = status;
  const options = {
    kind: "consumer",
    parent: match.trace ?? status.trace ?? null,
    links: match.trace === null ? [] : [status.trace],
    facts: {
      "messaging.system": "ponte",
      "messaging.operation.type": "process",
      "messaging.operation.name": "status",
      "messaging.message.id": match.messageId,
      "messaging.message.conversation_id": match.conversationId,
      "ponte.channel": channel,
      "ponte.status": update.status,
    },
  } as const;
  const work = () =>
    inSpan(`status ${update.status}`, options, async (span) => {
      if (isBilled(update)) deps.observer.billed(channel, categoryOf(update));
      if (update.status === "failed") span.fail(update.failure?.class ?? "failed");
      if (update.failure !== undefined) await handleFailure(deps, match, status, update.failure);
    });
  return withCorrelation(match.messageId, work);
}

/**
 * Whether this is the status that tells of a charge: prices are told with `sent` and with one of the two that prove delivery,
 * and what is delivered is billed. Source: Cloud API, pricing per message.
 */
function isBilled({ status, pricing }: StatusUpdate): boolean {
  if (pricing === undefined || (status !== "delivered" && status !== "read")) return false;
  return pricing.billable ?? pricing.type === "regular";
}

/** Both spellings of a category are one. */
function categoryOf({ pricing }: StatusUpdate): string {
  return pricing?.category?.toLowerCase().replaceAll("-", "_") ?? "unknown";
}

/** A conversation that waits for the fate of an uncertain send goes on as soon as it is known. */
async function settleUncertain(
  deps: StatusDependencies,
  applied: readonly AppliedStatus[],
): Promise<void> {
  const settled = applied.filter(({ before }) => before === "uncertain");
  if (settled.length === 0) return;
  await wakeConversations(deps.db, [
    ...new Set(settled.map(({ conversationId }) => conversationId)),
  ]);
  deps.onWork();
}

/** The provider took the message and gave up on it later: the same classes decide as for a refusal at once. */
async function handleFailure(
  deps: StatusDependencies,
  match: AppliedStatus,
  { channel, update }: ChannelStatus,
  failure: SendFailure,
): Promise<void> {
  deps.observer.sendFailed(channel, failure.class, update.error?.code ?? "");
  if (failure.windowClosed === true) {
    await closeWindow(deps.db, match.conversationId);
    if (await requeueOutside(deps.db, match.messageId)) return deps.onWork();
  }
  const contactId = await contactOf(deps.db, match.messageId);
  const pair = { channel, account: update.account, contactId };
  if (failure.optOut !== undefined)
    await optOut(deps.db, { ...pair, scope: failure.optOut, method: "provider_error" });
  const delayMs = failure.waitMs ?? backoff(match.attempts, deps.delivery.retryBaseMs);
  const scope = pausedScope(failure);
  if (scope !== undefined) deps.pace.pause(pair, scope, delayMs);
  if (failure.class !== "retry" && failure.class !== "throttle") {
    await deps.fallBack(match.messageId, failure);
    return;
  }
  const maxAttempts = Math.min(deps.delivery.maxAttempts, failure.maxAttempts ?? Infinity);
  const again = await requeueFailed(deps.db, match.messageId, { maxAttempts, delayMs });
  if (again) deps.onWork();
}
