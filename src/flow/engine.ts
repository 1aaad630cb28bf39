import { createChain } from "../answers/chain.ts";
import type { AnswerBackend } from "../answers/backend.ts";
import type { Channel } from "../channels/channel.ts";
import { isKeptId } from "../channels/whatsapp/kept-ids.ts";
import type {
  AnswerSettings,
  CommandSettings,
  DeliverySettings,
  EngineSettings,
} from "../config/settings.ts";
import { createBatch } from "../db/batch.ts";
import type { Database } from "../db/driver.ts";
import { type Claimed, release, type Release } from "../db/mailbox.ts";
import { markSending, recordOutcomes, type SendClaim, type SendOutcome } from "../db/outbox.ts";
import { commitTurns, type TurnRow } from "../db/turns.ts";
import { BridgeError } from "../errors.ts";
import type { Http } from "../transport.ts";
import { type Accept, createAccept } from "./accept.ts";
import { createAnswerTurn } from "./answer.ts";
import { type Ask, createAsk } from "./ask.ts";
import { createDeliver } from "./deliver.ts";
import { describeTurn } from "./interaction.ts";
import type { Observer } from "./observer.ts";
import { createPace, type Reserve } from "./pace.ts";
import { createStatusFlow, type StatusFlow } from "./status.ts";
import { stubborn } from "./stubborn.ts";
import { createTurnSignals } from "./turns.ts";
import { createTyping } from "./typing.ts";
import { createWorker, type Worker } from "./worker.ts";

export interface EngineDependencies {
  readonly db: Database;
  readonly http: Http;
  /** By name. */
  readonly channels: ReadonlyMap<string, { readonly type: string; readonly channel: Channel }>;
  /** In the order they are asked. */
  readonly backends: readonly { readonly name: string; readonly backend: AnswerBackend }[];
  readonly answers: AnswerSettings;
  readonly commands: CommandSettings;
  readonly delivery: DeliverySettings;
  readonly engine: EngineSettings;
  readonly reserve: Reserve;
  readonly observer: Observer;
}

/** The way of a message, wired: what the edge calls, and the worker that does the rest. */
export interface Engine {
  readonly accept: Accept;
  readonly ask: Ask;
  readonly statuses: StatusFlow;
  readonly worker: Worker;
}

/** Statements of one kind that may run at once, and rows in one of them. */
const BATCHING = { concurrency: 2, maxItems: 200, maxWaiting: 100_000, weigh: () => 1 } as const;

/** Milliseconds one call to a provider may take. */
const SEND_TIMEOUT_MS = 20_000;

/** Turns may wait for retries of their own; a waiting web client is let go a little after its backends' time is up. */
const ASK_MARGIN_MS = 2_000;

/** Writes gathered into batches, and repeated while the database is away. */
function createWrites(db: Database) {
  const commits = createBatch((turns: readonly TurnRow[]) => commitTurns(db, turns), BATCHING);
  const marks = createBatch((claims: readonly SendClaim[]) => markSending(db, claims), BATCHING);
  const outcomes = createBatch(
    (items: readonly SendOutcome[]) => recordOutcomes(db, items),
    BATCHING,
  );
  const releases = createBatch(async (items: readonly Release[]) => {
    await release(db, items);
    return items.map(() => undefined);
  }, BATCHING);
  return {
    commit: stubborn(commits),
    mark: stubborn(marks),
    record: stubborn(outcomes),
    release: stubborn(releases),
  };
}

/** Wires the steps of the flow over one database. Nothing runs until the worker is started. */
export function createEngine(deps: EngineDependencies): Engine {
  const { db, observer, channels, answers, commands, delivery, engine } = deps;
  const writes = createWrites(db);
  const signals = createTurnSignals();
  const pace = createPace(deps.reserve);
  // The worker is made last, and is told of work by steps that are made before it.
  const work: { wake: () => void } = { wake: () => undefined };
  const onWork = (): void => work.wake();

  const statuses = createStatusFlow({ db, delivery, pace, observer, onWork });
  const accept = createAccept({ db, statuses, observer, onWork });
  const deliver = createDeliver(
    {
      db,
      settings: delivery,
      pace,
      observer,
      tools: { http: deps.http, now: () => new Date(), timeoutMs: SEND_TIMEOUT_MS },
      markSending: writes.mark,
      record: writes.record,
      joinParked: statuses.joinParked,
    },
    channels,
  );
  const answer = createAnswerTurn({
    db,
    chain: createChain(deps.backends, {
      staticReplies: answers.staticReplies,
      budgetMs: answers.budgetMs,
    }),
    channels,
    settings: { answers, commands },
    commit: writes.commit,
    deliver,
    announce: signals.announce,
    showTyping: createTyping(deps.http, (error) => observer.problem("typing was not shown", error)),
    isKeptId,
    observer,
    now: () => performance.now(),
  });
  const worker = createWorker({
    db,
    settings: engine,
    channels: [...channels.keys()],
    hintEveryMs: commands.hintEveryMs,
    retryBaseMs: answers.retryBaseMs,
    maxAttempts: answers.maxAttempts,
    answer,
    deliver,
    release: writes.release,
    bury: createBury(writes.commit, observer, answers),
    observer,
  });
  work.wake = worker.wake;
  const limitMs = answers.budgetMs + ASK_MARGIN_MS;
  const ask = createAsk({ db, accept, signals, limitMs, pollMs: engine.pollMs });
  return { accept, ask, statuses, worker };
}

/** Gives up on the first waiting message of a conversation, for a reason nobody foresaw. */
function createBury(
  commit: (turn: TurnRow) => Promise<boolean>,
  observer: Observer,
  answers: AnswerSettings,
) {
  return async (conversation: Claimed, error: Error): Promise<void> => {
    const [row] = conversation.inbox;
    if (row === undefined) return;
    const reason = error instanceof BridgeError ? error.code : "unexpected";
    const detail = error instanceof BridgeError ? error.detail : "the turn failed unexpectedly";
    const plan = { kind: "silent", why: reason } as const;
    const record = { plan, rows: [], isDead: true, ms: 0 };
    const isBuried = await commit({
      conversationId: conversation.id,
      lease: conversation.lease,
      contactId: conversation.contactId,
      channel: conversation.channel,
      inboxId: row.id,
      messageId: row.messageId,
      done: true,
      dead: { reason, detail },
      attempts: conversation.fails + 1,
      replies: [],
      interaction: {
        ...describeTurn(row, record, conversation.language ?? answers.language),
        error: `${reason}: ${detail}`,
      },
      patch: {},
    });
    if (isBuried) observer.dead(conversation.channel, reason);
  };
}
