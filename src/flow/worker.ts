import type { EngineSettings } from "../config/settings.ts";
import type { Database } from "../db/driver.ts";
import {
  claim,
  type Claimed,
  type InboxRow,
  type Lease,
  type Release,
  renew,
} from "../db/mailbox.ts";
import { apart } from "../apart.ts";
import { toError } from "../errors.ts";
import { withCorrelation } from "../log.ts";
import type { AnswerTurn } from "./answer.ts";
import { backoff } from "./backoff.ts";
import { createBulkPlaces } from "./bulk-places.ts";
import { type Bursts, MAX_BURST } from "./burst.ts";
import { createChannelPlaces } from "./channel-places.ts";
import type { Deliver } from "./deliver.ts";
import type { Delivery } from "./delivery.ts";
import type { Observer } from "./observer.ts";

export interface WorkerDependencies {
  readonly db: Database;
  readonly settings: EngineSettings;
  /** Names of the channels this process serves. */
  readonly channels: readonly string[];
  readonly hintEveryMs: number;
  /** Base of the pause after a turn that failed unexpectedly. */
  readonly retryBaseMs: number;
  readonly maxAttempts: number;
  readonly bursts: Pick<Bursts, "channels" | "next">;
  readonly answer: AnswerTurn;
  readonly deliver: Deliver;
  readonly release: (release: Release) => Promise<void>;
  /** Gives up on the first waiting message of a conversation after an unexpected failure. */
  readonly bury: (conversation: Claimed, error: Error) => Promise<void>;
  readonly observer: Observer;
}

export interface Worker {
  readonly start: () => void;
  /** Looks for work at once. */
  readonly wake: () => void;
  /** Takes no more work, lets running turns end for up to `graceMs`, then gives every lease back. */
  readonly stop: (graceMs: number) => Promise<void>;
  /** Conversations being worked on. */
  readonly active: () => number;
}

/** How a worker's visit to a conversation ends; undefined when the conversation is no longer ours. */
type VisitEnd = Pick<Release, "kind" | "delayMs" | "fails"> | undefined;

interface Visit {
  readonly conversation: Claimed;
  readonly abort: AbortController;
}

const DONE: VisitEnd = { kind: "done", delayMs: 0, fails: 0 };
/** Pause after the database could not be asked for work. */
const STORE_PAUSE_MS = 500;

/** Builds the loop that claims conversations and works on many of them at once, each in order. */
export function createWorker(deps: WorkerDependencies): Worker {
  const visits = new Map<string, Visit>();
  const { settings } = deps;
  const bulkPlaces = createBulkPlaces(settings.concurrency);
  const channelPlaces = createChannelPlaces(settings.concurrency, deps.channels);
  // A process that only takes webhooks has a worker that is never started: being woken must not start it.
  let started = false;
  let stopping = false;
  let claiming = false;
  let wanted = false;
  let idleTimer: NodeJS.Timeout | undefined;
  let renewTimer: NodeJS.Timeout | undefined;

  const activeBulk = (): number =>
    [...visits.values()].filter(({ conversation }) => conversation.bulk).length;

  const runVisit = async (visit: Visit): Promise<void> => {
    const { conversation } = visit;
    let mayHaveMore = !conversation.bulk;
    try {
      const end = await visitConversation(deps, visit, () => stopping);
      mayHaveMore ||= end?.kind === "more";
      if (end !== undefined) await deps.release(releaseOf(conversation, end));
    } catch (thrown) {
      deps.observer.problem("a conversation could not be released", thrown);
    } finally {
      // It may have been claimed again as soon as it was released.
      if (visits.get(conversation.id) === visit) visits.delete(conversation.id);
      if (mayHaveMore || bulkPlaces.isWanting(activeBulk())) wake();
    }
  };

  /** Claims what is due and has a place; returns whether more may be due: a claim that brought less than it might has all. */
  const claimOnce = async (): Promise<boolean> => {
    if (stopping) return false;
    const active = [...visits.values()].map(({ conversation }) => conversation.channel);
    const { channels, limit } = channelPlaces(active);
    if (limit === 0) return false;
    const bulkLimit = Math.min(limit, bulkPlaces.toClaim(activeBulk()));
    const conversations = await claim(deps.db, {
      limit,
      bulkLimit,
      leaseMs: settings.leaseMs,
      perConversation: settings.claimPerConversation,
      channels,
      hintEveryMs: deps.hintEveryMs,
      bursts: { channels: deps.bursts.channels, limit: MAX_BURST },
    });
    bulkPlaces.claimed(bulkLimit, conversations.filter(({ bulk }) => bulk).length);
    for (const conversation of conversations) {
      const visit = { conversation, abort: new AbortController() };
      visits.set(conversation.id, visit);
      void runVisit(visit);
    }
    return conversations.length >= limit;
  };

  const loop = async (): Promise<void> => {
    claiming = true;
    clearTimeout(idleTimer);
    let pauseMs = settings.pollMs;
    try {
      do wanted = false;
      while ((await claimOnce()) || wanted);
    } catch (error) {
      deps.observer.problem("the database could not be asked for work", error);
      pauseMs = STORE_PAUSE_MS;
    }
    claiming = false;
    if (!stopping) idleTimer = setTimeout(wake, pauseMs);
  };

  function wake(): void {
    wanted = true;
    // Whoever wakes it has a trace and an id of their own, which are not those of the work found.
    if (started && !claiming && !stopping) void apart(loop);
  }

  const renewAll = async (): Promise<void> => {
    const held = [...visits.values()];
    if (held.length === 0) return;
    const leases = held.map(({ conversation }) => leaseOf(conversation));
    const kept = await renew(deps.db, leases, settings.leaseMs);
    for (const { conversation, abort } of held)
      if (!kept.has(conversation.id)) abort.abort(new Error("lease lost"));
  };

  return {
    start: () => {
      started = true;
      renewTimer = setInterval(() => {
        renewAll().catch((error: unknown) =>
          deps.observer.problem("leases were not renewed", error),
        );
      }, settings.leaseMs / 3);
      wake();
    },
    wake,
    active: () => visits.size,
    stop: async (graceMs) => {
      stopping = true;
      clearTimeout(idleTimer);
      // A claim under way may still bring conversations, whose leases are given back as well.
      const isIdle = () => visits.size === 0 && !claiming;
      await waitUntil(isIdle, graceMs);
      for (const { abort } of visits.values()) abort.abort(new Error("the worker stops"));
      await waitUntil(isIdle, ABORT_GRACE_MS);
      clearInterval(renewTimer);
    },
  };
}

/** How long turns that were aborted may take to notice. */
const ABORT_GRACE_MS = 1_000;

async function waitUntil(condition: () => boolean, limitMs: number): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!condition() && Date.now() < deadline)
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
}

function leaseOf({ id, lease }: Claimed): Lease {
  return { conversationId: id, lease };
}

function releaseOf(conversation: Claimed, end: Exclude<VisitEnd, undefined>): Release {
  return { ...leaseOf(conversation), wake: conversation.wake, ...end };
}

/** How far a visit came. */
interface Progress {
  answered: number;
  /** What is being answered, or has been last. */
  row: InboxRow | undefined;
}

/** The tries that the next message of a visit has had: those counted by the claim belong to the first one. */
function failsOf({ fails }: Claimed, { answered }: Progress): number {
  return answered > 0 ? 0 : fails;
}

/** Empties the outbox first, so that no answer overtakes an earlier one; then answers message by message. */
async function visitConversation(
  deps: WorkerDependencies,
  { conversation, abort }: Visit,
  isStopping: () => boolean,
): Promise<VisitEnd> {
  const progress: Progress = { answered: 0, row: undefined };
  try {
    const earlier = await deps.deliver(conversation, conversation.outbox);
    if (earlier.kind !== "done") return endOf(earlier, conversation.fails);
    return await answerAll(deps, conversation, abort.signal, progress, isStopping);
  } catch (thrown) {
    const fails = failsOf(conversation, progress);
    if (abort.signal.aborted) return { kind: "more", delayMs: 0, fails };
    const error = toError(thrown);
    deps.observer.problem("a turn failed unexpectedly", error, { conversation: conversation.id });
    return recover(deps, conversation, progress, fails + 1, error);
  }
}

async function answerAll(
  deps: WorkerDependencies,
  claimed: Claimed,
  signal: AbortSignal,
  progress: Progress,
  isStopping: () => boolean,
): Promise<VisitEnd> {
  let conversation = claimed;
  let rows: readonly InboxRow[] = inOrder(claimed);
  while (rows.length > 0) {
    const fails = failsOf(claimed, progress);
    if (isStopping()) return { kind: "more", delayMs: 0, fails };
    const { row, rest } = deps.bursts.next(conversation, rows);
    rows = rest;
    progress.row = row;
    const held = conversation;
    const end = await withCorrelation(row.messageId, () => deps.answer(held, row, fails, signal));
    if (end.kind === "lost") return undefined;
    if (end.kind === "retry") return { kind: "retry", delayMs: end.delayMs, fails: fails + 1 };
    progress.answered += 1;
    conversation = end.conversation;
    if (end.delivery.kind !== "done") return endOf(end.delivery, 0);
  }
  const limit = deps.settings.claimPerConversation;
  const mayHaveMore = claimed.inbox.length >= limit || claimed.outbox.length >= limit;
  return mayHaveMore ? { kind: "more", delayMs: 0, fails: 0 } : DONE;
}

/** Of messages claimed together, the provider's time decides; arrival decides between equals. */
function inOrder({ inbox }: Claimed) {
  return inbox.toSorted((a, b) => Date.parse(a.message.sentAt) - Date.parse(b.message.sentAt));
}

function endOf(delivery: Exclude<Delivery, { kind: "done" }>, fails: number): VisitEnd {
  if (delivery.kind === "lost") return undefined;
  return { kind: delivery.kind, delayMs: delivery.delayMs, fails };
}

/**
 * A failure nobody foresaw: try again later, and after the last try give the message up so that the conversation goes on.
 * What fails before the first message is answered is not that message's fault: it is tried until it works.
 */
async function recover(
  deps: WorkerDependencies,
  conversation: Claimed,
  { row }: Progress,
  fails: number,
  error: Error,
): Promise<VisitEnd> {
  const delayMs = backoff(fails, deps.retryBaseMs);
  if (fails < deps.maxAttempts) return { kind: "retry", delayMs, fails };
  if (row === undefined) return { kind: "retry", delayMs, fails };
  await deps.bury({ ...conversation, inbox: [row] }, error);
  return { kind: "more", delayMs: 0, fails: 0 };
}
