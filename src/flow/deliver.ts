import { setTimeout as sleep } from "node:timers/promises";
import type { Channel } from "../channels/channel.ts";
import { resolveContacts } from "../db/contacts.ts";
import type { Claimed, OutboxRow } from "../db/mailbox.ts";
import { isSettled } from "../db/outbox.ts";
import type { Identity } from "../messages.ts";
import { backoff } from "./backoff.ts";
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
import { typingPause } from "./typing-speed.ts";
import { settleUnknown } from "./uncertain.ts";

export type Deliver = (conversation: Claimed, rows: readonly OutboxRow[]) => Promise<Delivery>;

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
      const delivery = await deliverRow({ deps, channel, conversation, row });
      if (delivery.kind !== "done") return delivery;
    }
    return DONE;
  };
}

async function deliverRow(step: Step): Promise<Delivery> {
  const waiting = await settleUnknown(step);
  if (waiting !== undefined) return waiting;
  const { row, deps } = step;
  if (row.ageMs > deps.settings.maxAgeMs)
    return giveUp(step, "channel_unavailable", "the message is older than max_age_ms allows");
  if (isWindowClosed(step))
    return giveUp(step, "channel_window_closed", "the customer-service window is closed");
  const paced = await keepPace(step);
  if (paced !== undefined) return paced;
  const { id: conversationId, lease } = step.conversation;
  // A send that the fence refuses is either settled by a status webhook or no longer ours.
  if (!(await deps.markSending({ conversationId, lease, messageId: row.id })))
    return (await isSettled(deps.db, row.id)) ? DONE : { kind: "lost" };
  const startedAt = deps.tools.now().toISOString();
  const end = await conclude(step, await send(step), startedAt);
  if (end.kind !== "plainer") return end;
  return deliverRow({ ...step, row: { ...row, payload: end.payload, status: "queued" } });
}

function send({ deps, channel, conversation, row }: Step): Promise<SendResult> {
  const message = { id: row.id, account: conversation.account, round: row.round };
  const once = () => sendOnce(channel, row.payload, message, deps.tools);
  return channel.limits?.lane === undefined ? once() : deps.lanes.run(conversation, once);
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
async function keepPace(step: Step): Promise<Delivery | undefined> {
  const { deps, conversation } = step;
  for (;;) {
    const waitMs = await pauseBefore(step);
    if (waitMs <= 0) return undefined;
    deps.observer.wait(conversation.channel, waitMs);
    if (waitMs > PATIENCE_MS) return { kind: "retry", delayMs: waitMs };
    await sleep(waitMs);
  }
}

async function pauseBefore({ deps, channel, conversation, row }: Step): Promise<number> {
  const { limits } = channel;
  const isAsked = row.origin === "reply";
  const inLane =
    limits?.lane === undefined ? 0 : await deps.lanes.wait(conversation, limits.lane, isAsked);
  return inLane > 0 ? inLane : deps.pace.wait(pairOf(conversation), limits);
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
