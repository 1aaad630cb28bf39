import { setTimeout as sleep } from "node:timers/promises";
import { BridgeError } from "../../src/errors.ts";
import type { Audit } from "../faults/audit.ts";
import { residentMegabytes } from "../faults/process-memory.ts";
import { sceneOnOwnPostgres } from "../faults/own-postgres.ts";
import { type OwnRedis, startOwnRedis, withoutOwnRedis } from "../faults/own-redis.ts";
import type { Scene } from "../faults/scene.ts";
import type { Sample } from "./memory.ts";
import { listStrikes, shuffled, type Strike, type Target } from "./strikes.ts";
import { readSizes, type TableSize } from "./tables.ts";

export interface SoakOptions {
  readonly minutes: number;
  /** Seconds with one fault in them. */
  readonly everySeconds: number;
  /** Webhooks a second: messages, and the three statuses of each reply. */
  readonly perSecond: number;
  readonly random: () => number;
  readonly tell: (text: string) => void;
}

/** What the time around one fault came to. */
export interface Stretch {
  /** Of the whole run, at its end. */
  readonly minute: number;
  readonly fault: string;
  readonly messagesPerSecond: number;
  readonly statusesPerSecond: number;
  /** Taken and not yet answered, at its end. */
  readonly unanswered: number;
  readonly megabytes: number;
}

export interface SoakResult {
  readonly stretches: readonly Stretch[];
  readonly samples: readonly Sample[];
  readonly before: readonly TableSize[];
  readonly after: readonly TableSize[];
  readonly audit: Audit;
  /** Messages whose last status is neither "read" nor "failed", although everything was delivered. */
  readonly unread: number;
  /** Seconds until everything was answered after the last webhook. */
  readonly restSeconds: number;
  readonly slowestTakenMs: number;
  readonly answers: ReadonlyMap<number, number>;
}

/** A message, and what is reported of its reply. */
const STATUSES = ["sent", "delivered", "read"] as const;

/** Each writes again once the message before was taken. */
const PEOPLE = 500;

/** A fault begins after this share of its stretch: at random between these. */
const BEGINS = { least: 0.1, most: 0.5 };
const MINUTE_MS = 60_000;

/** Nobody is to be given up for an absence of seconds; by default the steps are longer and the patience is about the same. */
const RETRIES = { retry_base_ms: 250, max_attempts: 10 };

const REST_LIMIT_MS = 20 * MINUTE_MS;

/** Tries of a question to the database, which a busy machine may leave without an answer. */
const TRIES = 20;

/** Asks again where the database could not be reached: one lost connection must not end a long run. */
async function patiently<Result>(ask: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      const isAway = error instanceof BridgeError && error.code === "store_unavailable";
      if (!isAway || tries >= TRIES) throw error;
      await sleep(1_000);
    }
  }
}

/** Notes the memory of the bridge every second until it is told to stop. */
function watchMemory(scene: Scene) {
  const samples: Sample[] = [];
  const timer = setInterval(() => {
    const { pid } = scene.world.bridge();
    try {
      const megabytes = residentMegabytes(pid);
      if (megabytes > 0) samples.push({ pid, atMs: performance.now(), megabytes });
    } catch {
      // It was just killed.
    }
  }, 1_000);
  return { samples, stop: () => clearInterval(timer) };
}

/** Statuses that were taken since it was asked last. */
function createStatusCount(scene: Scene): () => number {
  let seen = 0;
  return () => {
    const fresh = scene.world.graph.tries.slice(seen);
    seen += fresh.length;
    return fresh.filter(({ status }) => status === 200).length;
  };
}

/** The load goes on, and at some point something breaks. */
async function spend(
  target: Target,
  strike: Strike,
  { lengthMs, random }: { readonly lengthMs: number; readonly random: () => number },
): Promise<void> {
  const over = sleep(lengthMs);
  await sleep((BEGINS.least + random() * (BEGINS.most - BEGINS.least)) * lengthMs);
  await patiently(() => strike.run(target));
  await over;
}

async function load(target: Target, options: SoakOptions): Promise<SoakResult> {
  const { scene } = target;
  const { world, sender, db } = scene;
  const { minutes, random, tell } = options;
  const before = await readSizes(db);
  const memory = watchMemory(scene);
  const countStatuses = createStatusCount(scene);
  const strikes = shuffled(listStrikes(target), random);
  const stretches: Stretch[] = [];
  const lengthMs = options.everySeconds * 1_000;
  const startedAt = performance.now();
  sender.start();
  while (performance.now() - startedAt < minutes * MINUTE_MS - lengthMs / 2) {
    const strike = strikes.next().value;
    if (strike === undefined) break;
    const taken = sender.taken();
    const began = performance.now();
    await spend(target, strike, { lengthMs, random });
    const seconds = (performance.now() - began) / 1_000;
    const stretch = {
      minute: (performance.now() - startedAt) / MINUTE_MS,
      fault: strike.name,
      messagesPerSecond: (sender.taken() - taken) / seconds,
      statusesPerSecond: countStatuses() / seconds,
      unanswered: sender.taken() - world.graph.sent.length,
      megabytes: memory.samples.at(-1)?.megabytes ?? Number.NaN,
    };
    stretches.push(stretch);
    tell(
      `minute ${stretch.minute.toFixed(1)}: ${strike.name}; ${Math.round(stretch.messagesPerSecond)} messages/s, ` +
        `${Math.round(stretch.statusesPerSecond)} statuses/s, ${stretch.unanswered} unanswered, ${Math.round(stretch.megabytes)} MB`,
    );
  }
  await sender.stop();
  const stoppedAt = performance.now();
  await patiently(() => scene.rest(REST_LIMIT_MS));
  const restSeconds = (performance.now() - stoppedAt) / 1_000;
  await world.graph.settled();
  memory.stop();
  const [row] = await patiently(() =>
    db.query(
      "select count(*)::int as unread from messages where direction = 'out' and status not in ('read', 'failed')",
    ),
  );
  return {
    stretches,
    samples: memory.samples,
    before,
    after: await patiently(() => readSizes(db)),
    audit: await patiently(() => scene.audit()),
    unread: Number(row?.["unread"] ?? Number.NaN),
    restSeconds,
    slowestTakenMs: sender.slowestMs.get(200) ?? Number.NaN,
    answers: sender.answers,
  };
}

/** Sends for so long and breaks something every minute; then everything is audited. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const redis: OwnRedis | undefined =
    withoutOwnRedis() === undefined ? await startOwnRedis() : undefined;
  const messagesPerSecond = options.perSecond / (1 + STATUSES.length);
  try {
    return await sceneOnOwnPostgres(
      {
        graph: { statuses: STATUSES },
        settings: { answers: RETRIES, delivery: { ...RETRIES, uncertain_wait_ms: 1_500 } },
        sender: {
          people: PEOPLE,
          perSecond: messagesPerSecond,
          limit: Math.ceil(messagesPerSecond * options.minutes * 60),
        },
        ...(redis !== undefined && { env: { REDIS_URL: redis.url } }),
      },
      (scene, postgres) => load({ scene, postgres, redis }, options),
    );
  } finally {
    await redis?.crash();
  }
}
