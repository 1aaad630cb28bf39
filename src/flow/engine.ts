import { type ChainStep, createChain } from "../answers/chain.ts";
import { type BackendStanding, createStandings } from "../answers/standing.ts";
import type { Buckets, Cache } from "../cache/cache.ts";
import type { Channel } from "../channels/channel.ts";
import { isKeptId } from "../channels/whatsapp/kept-ids.ts";
import type {
  AnswerSettings,
  CommandSettings,
  ConversationSettings,
  DeliverySettings,
  EngineSettings,
} from "../config/settings.ts";
import { createBatch } from "../db/batch.ts";
import type { Database } from "../db/driver.ts";
import { type Claimed, release, type Release } from "../db/mailbox.ts";
import { markSending, recordOutcomes, type SendClaim, type SendOutcome } from "../db/outbox.ts";
import { commitTurns, type TurnRow } from "../db/turns.ts";
import { BridgeError } from "../errors.ts";
import type { EventType } from "../event-types.ts";
import type { Accept } from "./accept.ts";
import { createAnnounce } from "./announce.ts";
import { createAnswerTurn } from "./answer.ts";
import { type Ask, createAsk } from "./ask.ts";
import type { CallTools } from "./call.ts";
import { breakerOptions, chainOptions, longestBudget } from "./chain-options.ts";
import { createDeliver, createReserve } from "./deliver.ts";
import { createFileStep, type FileDependencies } from "./files.ts";
import { describeTurn } from "./interaction.ts";
import type { Observer } from "./observer.ts";
import { createHeld, type Held } from "./held.ts";
import { createIntake } from "./intake.ts";
import { createLanes } from "./lane.ts";
import type { ResolveTemplate } from "./resolve-template.ts";
import { createRestrain } from "./restrain.ts";
import type { StatusFlow } from "./status.ts";
import { stubborn } from "./stubborn.ts";
import { mergedRows } from "./turn.ts";
import { createTurnSignals } from "./turns.ts";
import { createTyping } from "./typing.ts";
import { createWorker, type Worker } from "./worker.ts";

export interface EngineDependencies {
  readonly db: Database;
  readonly tools: CallTools;
  /** By name. */
  readonly channels: ReadonlyMap<string, { readonly type: string; readonly channel: Channel }>;
  /** In the order they are asked. */
  readonly backends: readonly ChainStep[];
  readonly answers: AnswerSettings;
  readonly commands: CommandSettings;
  /** The events that anybody wants to be told of. */
  readonly events: ReadonlySet<EventType>;
  readonly conversation: ConversationSettings;
  readonly delivery: DeliverySettings;
  readonly engine: EngineSettings;
  readonly cache: Pick<Cache, "increment">;
  /** Limits that hold for all processes. */
  readonly buckets: Buckets & Pick<Cache, "increment" | "decrement">;
  readonly files: Pick<FileDependencies, "store" | "links" | "baseUrl" | "settings">;
  readonly observer: Observer;
  /** Checks the templates of routes; they are taken as they are where absent. */
  readonly resolveTemplate?: ResolveTemplate;
}

/** The way of a message, wired: what the edge calls, and the worker that does the rest. */
export interface Engine {
  readonly accept: Accept;
  readonly ask: Ask;
  readonly statuses: StatusFlow;
  readonly worker: Worker;
  readonly held: Held;
  /** How each backend fares in this process. */
  readonly backends: () => readonly BackendStanding[];
}

/** Statements of one kind that may run at once, and rows in one of them. */
const BATCHING = {
  concurrency: 2,
  besideFrom: 48,
  maxItems: 200,
  maxWaiting: 100_000,
  weigh: () => 1,
} as const;

/** Milliseconds one call to a provider may take: a connection that died without a word is noticed within 15 s. */
const SEND_TIMEOUT_MS = 14_000;

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
  const { db, tools, observer, channels, answers, commands, conversation, delivery, engine } = deps;
  const writes = createWrites(db);
  const signals = createTurnSignals();
  // The worker is made last, and is told of work by steps that are made before it.
  const work: { wake: () => void } = { wake: () => undefined };
  const onWork = (): void => work.wake();

  const { accept, statuses, pace, bursts, fallBack } = createIntake({ ...deps, onWork });
  const held = createHeld({ db, channels, fallBack, observer, onWork });
  const deliver = createDeliver(
    {
      db,
      settings: delivery,
      conversation,
      pace,
      observer,
      tools: { ...tools, timeoutMs: SEND_TIMEOUT_MS },
      markSending: writes.mark,
      record: writes.record,
      joinParked: statuses.joinParked,
      lanes: createLanes(deps.buckets),
      fallBack,
    },
    channels,
  );
  const standings = createStandings(
    deps.backends.map(({ name }) => name),
    breakerOptions(answers),
    { news: { called: observer.backendCalled, breaker: observer.breaker } },
  );
  const answer = createAnswerTurn({
    db,
    chain: createChain(deps.backends, { ...chainOptions(answers), standings }),
    channels,
    settings: { answers, commands, events: deps.events },
    commit: writes.commit,
    deliver,
    reserve: createReserve({ pace, conversation, observer }, channels),
    announce: signals.announce,
    showTyping: createTyping(tools, conversation, (error) =>
      observer.problem("typing was not shown", error),
    ),
    announceConsent: createAnnounce(tools, (error) =>
      observer.problem("an opt-out was not told to the provider", error),
    ),
    isKeptId,
    restrain: createRestrain({
      db,
      settings: conversation,
      answers,
      increment: deps.cache.increment,
      observer,
    }),
    files: createFileStep({ ...deps.files, db, answers, tools, observer }),
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
    bursts,
    answer,
    deliver,
    release: writes.release,
    bury: createBury(writes.commit, observer, answers),
    observer,
  });
  work.wake = worker.wake;
  const limitMs = longestBudget(answers) + ASK_MARGIN_MS;
  const ask = createAsk({ db, accept, signals, limitMs, pollMs: engine.pollMs });
  return { accept, ask, statuses, worker, held, backends: standings.list };
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
      merged: mergedRows(row),
      done: true,
      dead: { reason, detail },
      attempts: conversation.fails + 1,
      replies: [],
      interaction: {
        ...describeTurn(row, record, conversation.language ?? answers.language),
        error: `${reason}: ${detail}`,
      },
      patch: {},
      trace: row.trace ?? undefined,
    });
    if (isBuried) observer.dead(conversation.channel, reason);
  };
}
