import { setTimeout as sleep } from "node:timers/promises";
import type { Channel } from "../channels/channel.ts";
import type { DeliverySettings } from "../config/settings.ts";
import { resolveContacts } from "../db/contacts.ts";
import type { Database } from "../db/driver.ts";
import type { Claimed, OutboxRow } from "../db/mailbox.ts";
import { optOut } from "../db/opt-outs.ts";
import { closeWindow, isSettled, type SendClaim, type SendOutcome } from "../db/outbox.ts";
import type { BridgeError } from "../errors.ts";
import type { SendFailure } from "../messages.ts";
import { backoff } from "./backoff.ts";
import type { Observer } from "./observer.ts";
import type { Pace } from "./pace.ts";
import { pausedScope, sendOnce, type SendResult, type SendTools } from "./send.ts";

export interface DeliverDependencies {
  readonly db: Database;
  readonly settings: DeliverySettings;
  readonly pace: Pace;
  readonly observer: Observer;
  readonly tools: SendTools;
  readonly markSending: (claim: SendClaim) => Promise<boolean>;
  readonly record: (outcome: SendOutcome) => Promise<boolean>;
  readonly joinParked: () => Promise<void>;
}

/**
 * How delivery of a conversation ends: "done"; "retry" or "wait" after a delay (see `Release`), with what was not sent yet
 * left in the outbox; "lost" when the conversation is no longer ours.
 */
export type Delivery =
  | { readonly kind: "done" }
  | { readonly kind: "retry" | "wait"; readonly delayMs: number }
  | { readonly kind: "lost" };

export type Deliver = (conversation: Claimed, rows: readonly OutboxRow[]) => Promise<Delivery>;

const DONE: Delivery = { kind: "done" };

/** Waits shorter than this are slept through; longer ones give the conversation back. */
const PATIENCE_MS = 1_500;

/** Pause of an account whose provider refuses us for a reason only the operator can mend. */
const ALERT_PAUSE_MS = 60_000;

/** Builds the step that empties a conversation's outbox, in order: nothing overtakes a message that has to wait. */
export function createDeliver(
  deps: DeliverDependencies,
  channels: ReadonlyMap<string, { readonly channel: Channel }>,
): Deliver {
  return async (conversation, rows) => {
    const channel = channels.get(conversation.channel)?.channel;
    if (channel === undefined) return { kind: "retry", delayMs: ALERT_PAUSE_MS };
    for (const row of rows) {
      const delivery = await deliverRow({ deps, channel, conversation, row });
      if (delivery.kind !== "done") return delivery;
    }
    return DONE;
  };
}

interface Step {
  readonly deps: DeliverDependencies;
  readonly channel: Channel;
  readonly conversation: Claimed;
  readonly row: OutboxRow;
}

async function deliverRow(step: Step): Promise<Delivery> {
  const waiting = await settleUnknown(step);
  if (waiting !== undefined) return waiting;
  const { row, deps } = step;
  if (row.ageMs > deps.settings.maxAgeMs)
    return fail(step, "channel_unavailable", "the message is older than max_age_ms allows");
  if (isWindowClosed(step))
    return fail(step, "channel_window_closed", "the customer-service window is closed");
  const paced = await keepPace(step);
  if (paced !== undefined) return paced;
  const { conversation } = step;
  const claim = { ...leaseOf(conversation), messageId: row.id };
  // A send that the fence refuses is either settled by a status webhook or no longer ours.
  if (!(await deps.markSending(claim)))
    return (await isSettled(deps.db, row.id)) ? DONE : { kind: "lost" };
  const startedAt = deps.tools.now().toISOString();
  const message = { id: row.id, account: conversation.account };
  const result = await sendOnce(step.channel, row.payload, message, deps.tools);
  return conclude(step, result, startedAt);
}

function leaseOf({ id, lease }: Claimed) {
  return { conversationId: id, lease };
}

/**
 * A message that was being sent when its worker died, or whose answer never came, may have arrived. It waits for the
 * provider to name it in a status webhook; only then does the policy decide, and every resend counts as a try: it may be
 * one more copy on the person's phone. Returns undefined when it may be sent.
 */
async function settleUnknown({ deps, channel, conversation, row }: Step) {
  if (row.status === "queued") return undefined;
  const waitMs = channel.echoesMessageId ? deps.settings.uncertainWaitMs : 0;
  if (row.status === "sending") {
    await deps.record({
      messageId: row.id,
      outcome: "uncertain",
      externalId: null,
      error: { code: "", title: "", reason: "the worker stopped while sending" },
      startedAt: null,
    });
    deps.observer.send(conversation.channel, "uncertain");
    return { kind: "wait", delayMs: waitMs } as const;
  }
  const remaining = waitMs - (row.uncertainMs ?? 0);
  if (remaining > 0) return { kind: "wait", delayMs: remaining } as const;
  const { uncertainPolicy, maxAttempts } = deps.settings;
  if (uncertainPolicy === "resend" && row.attempts < maxAttempts) return undefined;
  return fail(
    { deps, channel, conversation, row },
    "channel_uncertain",
    "the provider never said whether it took the message",
  );
}

/**
 * Whether the provider would refuse a free-form message. A reply is tried all the same: the person has just written, and
 * how late that message reached us is the provider's to judge.
 */
function isWindowClosed({ channel, conversation, row }: Step): boolean {
  if (!row.needsWindow || row.origin === "reply" || channel.windowMs === undefined) return false;
  return conversation.windowClosed || (conversation.quietMs ?? Infinity) > channel.windowMs;
}

/** Waits for the limits: briefly here, longer by giving the conversation back. */
async function keepPace({ deps, channel, conversation }: Step): Promise<Delivery | undefined> {
  for (;;) {
    const waitMs = await deps.pace.wait(pairOf(conversation), channel.limits);
    if (waitMs <= 0) return undefined;
    deps.observer.wait(conversation.channel, waitMs);
    if (waitMs > PATIENCE_MS) return { kind: "retry", delayMs: waitMs };
    await sleep(waitMs);
  }
}

function pairOf({ channel, account, contactId }: Claimed) {
  return { channel, account, contactId };
}

async function fail(
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

async function conclude(step: Step, result: SendResult, startedAt: string): Promise<Delivery> {
  const { deps, conversation, row } = step;
  if (result.outcome === "sent") {
    const { externalId, identities } = result.receipt;
    const parked = await deps.record({
      messageId: row.id,
      outcome: "sent",
      externalId,
      error: null,
      startedAt,
    });
    deps.observer.send(conversation.channel, "sent");
    if (parked) await deps.joinParked();
    if (identities !== undefined) await learnIdentities(step, identities);
    return DONE;
  }
  if (result.outcome === "uncertain") {
    await recordError(step, "uncertain", result.error, startedAt);
    deps.observer.send(conversation.channel, "uncertain");
    return { kind: "wait", delayMs: deps.settings.uncertainWaitMs };
  }
  return refuse(step, result.error, result.failure, startedAt);
}

/** Acts on a refusal by its class. Throttling and account trouble are not the message's fault and cost it no try. */
async function refuse(
  step: Step,
  error: BridgeError,
  failure: SendFailure,
  startedAt: string,
): Promise<Delivery> {
  const { deps, conversation, row } = step;
  const attempts = row.attempts + 1;
  deps.observer.sendFailed(conversation.channel, failure.class, error.provider?.code ?? "");
  if (failure.windowClosed === true) await closeWindow(deps.db, conversation.id);
  if (failure.optOut !== undefined) {
    const { optOut: scope } = failure;
    await optOut(deps.db, { ...pairOf(conversation), scope, method: "provider_error" });
  }
  const isOurs = failure.class === "throttle" || failure.class === "alert";
  const base = isOurs ? ALERT_PAUSE_MS : deps.settings.retryBaseMs;
  const delayMs = failure.waitMs ?? backoff(failure.class === "throttle" ? 1 : attempts, base);
  const scope = pausedScope(failure);
  if (scope !== undefined) deps.pace.pause(pairOf(conversation), scope, delayMs);
  const limit = Math.min(deps.settings.maxAttempts, failure.maxAttempts ?? Infinity);
  if (isOurs || (failure.class === "retry" && attempts < limit)) {
    await recordError(step, "retry", error, startedAt, isOurs);
    deps.observer.send(conversation.channel, "retry");
    return { kind: "retry", delayMs };
  }
  await recordError(step, "failed", error, startedAt);
  deps.observer.send(conversation.channel, "failed");
  deps.observer.dead(conversation.channel, error.code);
  return DONE;
}

async function recordError(
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
  });
}

/** The provider may answer with another spelling of the person than the one we used: both are the same contact. */
async function learnIdentities(
  { deps, conversation }: Step,
  identities: readonly { kind: "phone" | "bsuid" | "parent_bsuid" | "sender"; value: string }[],
): Promise<void> {
  const used = conversation.address.identities;
  const known = (value: string) => used.some((identity) => identity.value === value);
  if (identities.every(({ value }) => known(value))) return;
  await resolveContacts(deps.db, [
    { channel: conversation.channel, identities: [...used, ...identities] },
  ]);
}
