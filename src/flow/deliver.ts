import { setTimeout as sleep } from "node:timers/promises";
import type { Channel } from "../channels/channel.ts";
import { resolveContacts } from "../db/contacts.ts";
import type { Claimed, OutboxRow } from "../db/mailbox.ts";
import { readStanding } from "../db/outbox.ts";
import { correlationId, withCorrelation } from "../log.ts";
import type { Identity } from "../messages.ts";
import { backoff } from "./backoff.ts";
import { meetClosedWindow } from "./closed-window.ts";
import {
  type DeliverDependencies,
  type Delivery,
  DONE,
  giveUp,
  pairOf,
  recordError,
  type Step,
} from "./delivery.ts";
import { type AfterRefusal, ALERT_PAUSE_MS, refuse } from "./refusal.ts";
import { sendOnce, type SendResult } from "./send.ts";
import { inSendSpan } from "./send-span.ts";
import { typingPause } from "./typing-speed.ts";
import { settleUnknown } from "./uncertain.ts";
import { isWindowOpen } from "./window.ts";
import { activeTraceparent } from "../trace.ts";

export type Deliver = (conversation: Claimed, rows: readonly OutboxRow[]) => Promise<Delivery>;

/**
 * Takes a reply's place in the pace where there is one at this moment, and returns whether it did: then the reply may be
 * written as being sent by the statement that writes it, and is delivered with `isMarked`.
 */
export type Reserve = (conversation: Claimed, row: OutboxRow) => Promise<boolean>;

/** Waits shorter than this are slept through; longer ones give the conversation back. */
const PATIENCE_MS = 1_500;

/** The same for the pauses of a typist, of which there may be many at once: they must not take up a worker's places. */
const TYPING_PATIENCE_MS = 300;

/** Builds the step that empties a conversation's outbox, in order: nothing overtakes a message that has to wait. */
export function createDeliver(
  deps: DeliverDependencies,
  channels: ReadonlyMap<string, { readonly channel: Channel }>,
): Deliver {
  return async (conversation, rows) => {
    const channel = channels.get(conversation.channel)?.channel;
    if (channel === undefined) return { kind: "retry", delayMs: ALERT_PAUSE_MS };
    for (const [index, row] of rows.entries()) {
      const pauseMs = typingPause(row, rows[index - 1], deps.conversation);
      if (pauseMs > TYPING_PATIENCE_MS) return { kind: "retry", delayMs: pauseMs };
      if (pauseMs > 0) await sleep(pauseMs);
      const step = { deps, channel, conversation, row };
      // What a turn sends goes by the id of the message it answers.
      const delivery = await withCorrelation(correlationId() ?? row.id, () => deliverRow(step));
      if (delivery.kind !== "done") return delivery;
    }
    return DONE;
  };
}

/** Builds the step that looks whether a reply which is about to be written may go at once. Never fails. */
export function createReserve(
  {
    pace,
    conversation: speed,
    observer,
  }: Pick<DeliverDependencies, "pace" | "conversation" | "observer">,
  channels: ReadonlyMap<string, { readonly channel: Channel }>,
): Reserve {
  return async (conversation, row) => {
    const channel = channels.get(conversation.channel)?.channel;
    if (channel === undefined || channel.limits?.lane !== undefined) return false;
    if (row.origin !== "reply" || row.status !== "queued") return false;
    if (typingPause(row, undefined, speed) > 0) return false;
    try {
      return (await pace.wait(pairOf(conversation), channel.limits, conversation.bulk)) <= 0;
    } catch (error) {
      // What a bot has answered is written first, however long that takes; it finds its place in the pace later.
      observer.problem("the pace could not be asked", error);
      return false;
    }
  };
}

async function deliverRow(step: Step): Promise<Delivery> {
  const early = step.row.isMarked === true ? undefined : await makeReady(step);
  if (early !== undefined) return early;
  const startedAt = step.deps.tools.now().toISOString();
  const end = await inSendSpan(
    step,
    () => send(step),
    (result) => conclude(step, result, startedAt),
  );
  if (end.kind !== "plainer") return end;
  const { isMarked: _marked, ...row } = step.row;
  return deliverRow({ ...step, row: { ...row, payload: end.payload, status: "queued" } });
}

/** Everything before the provider is called; returns how the delivery ends where it is not to be called. */
async function makeReady(step: Step): Promise<Delivery | undefined> {
  const waiting = await settleUnknown(step);
  if (waiting !== undefined) return waiting;
  const { row, deps } = step;
  if (row.ageMs > deps.settings.maxAgeMs)
    return giveUp(step, "channel_unavailable", "the message is older than max_age_ms allows");
  if (row.status === "queued" && row.origin === "api" && step.conversation.optedOut)
    return giveUp(step, "channel_opted_out", "the person wants no messages");
  if (isWindowClosed(step)) return goOnOutside(step);
  const paced = await keepPace(step);
  if (paced !== undefined) return paced;
  const { id: conversationId, lease } = step.conversation;
  const isOurs = await deps.markSending({ conversationId, lease, messageId: row.id });
  return isOurs ? undefined : leaveUnsent(step);
}

/** A template in the place of a message needs no window. */
async function goOnOutside(step: Step): Promise<Delivery> {
  const end = await meetClosedWindow(step);
  if (end.kind !== "instead") return end;
  const { payload } = end;
  return deliverRow({ ...step, row: { ...step.row, payload, needsWindow: false, outside: null } });
}

/**
 * A send that the fence refuses is settled by a status webhook, no longer ours, or one that a campaign may not make any
 * more. What a paused campaign leaves in the outbox must not hold up what comes after it.
 */
async function leaveUnsent(step: Step): Promise<Delivery> {
  const standing = await readStanding(step.deps.db, step.row.id);
  switch (standing) {
    case "settled":
    case "halted":
      return DONE;
    case "unwanted":
      return giveUp(step, "channel_opted_out", "the person wants no messages of campaigns");
    case "open":
      return { kind: "lost" };
  }
}

function send({ deps, channel, conversation, row }: Step): Promise<SendResult> {
  const message = {
    id: row.id,
    account: conversation.account,
    round: row.round,
    ...(row.createdAt !== undefined && { createdAt: row.createdAt }),
  };
  const once = () => sendOnce(channel, row.payload, message, deps.tools);
  return channel.limits?.lane === undefined ? once() : deps.lanes.run(conversation, once);
}

/**
 * Whether the provider would refuse a free-form message. A reply is tried all the same: the person has just written, and
 * how late that message reached us is the provider's to judge.
 */
function isWindowClosed({ channel, conversation, row }: Step): boolean {
  if (!row.needsWindow || row.origin === "reply") return false;
  const { quietMs, windowClosed } = conversation;
  return !isWindowOpen({ windowMs: channel.windowMs, quietMs, windowClosed });
}

/** Waits for the limits: briefly here, longer by giving the conversation back. */
async function keepPace(step: Step): Promise<Delivery | undefined> {
  const { deps, channel, conversation, row } = step;
  const lane = channel.limits?.lane;
  const isAsked = row.origin === "reply";
  // What has its place in the lane keeps it while other limits make it wait.
  let isInLane = lane === undefined;
  for (;;) {
    const laneMs =
      lane === undefined || isInLane ? 0 : await deps.lanes.wait(conversation, lane, isAsked);
    isInLane = laneMs <= 0;
    const waitMs = isInLane
      ? await deps.pace.wait(pairOf(conversation), channel.limits, conversation.bulk)
      : laneMs;
    if (waitMs <= 0) return undefined;
    deps.observer.wait(conversation.channel, waitMs);
    if (waitMs > PATIENCE_MS) {
      if (lane !== undefined && isInLane) await deps.lanes.leave(conversation, lane, isAsked);
      return { kind: "retry", delayMs: waitMs };
    }
    await sleep(waitMs);
  }
}

async function conclude(step: Step, result: SendResult, startedAt: string): Promise<AfterRefusal> {
  const { deps, conversation, row, channel } = step;
  if (result.outcome === "sent") {
    await recordSent(step, result.receipt, startedAt);
    return DONE;
  }
  if (result.outcome === "refused") return refuse(step, result.error, result.failure, startedAt);
  await recordError(step, "uncertain", result.error, startedAt);
  deps.observer.send(conversation.channel, "uncertain");
  if (channel.reconciliation === "echo")
    return { kind: "wait", delayMs: deps.settings.uncertainWaitMs };
  return { kind: "retry", delayMs: backoff(row.attempts + 1, deps.settings.retryBaseMs) };
}

async function recordSent(
  step: Step,
  { externalId, identities, evidence }: Extract<SendResult, { outcome: "sent" }>["receipt"],
  startedAt: string,
): Promise<void> {
  const { deps, conversation, row } = step;
  const parked = await deps.record({
    messageId: row.id,
    outcome: "sent",
    externalId,
    error: null,
    startedAt,
    trace: activeTraceparent(),
    ...(evidence !== undefined && { evidence }),
  });
  deps.observer.send(conversation.channel, "sent");
  if (parked) await deps.joinParked();
  if (identities !== undefined) await learnIdentities(step, identities);
}

/** The provider may answer with another spelling of the person than the one we used: both are the same contact. */
async function learnIdentities(
  { deps, conversation }: Step,
  identities: readonly Identity[],
): Promise<void> {
  const used = conversation.address.identities;
  const known = (value: string) => used.some((identity) => identity.value === value);
  if (identities.every(({ value }) => known(value))) return;
  await resolveContacts(deps.db, [
    { channel: conversation.channel, identities: [...used, ...identities] },
  ]);
}
