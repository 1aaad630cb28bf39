import { BridgeError } from "../errors.ts";
import type { Shelter } from "../http/dependencies.ts";
import { withTimeLimit } from "../http/time-limit.ts";
import type { Log } from "../log.ts";
import type { Disk } from "./disk.ts";
import { FRAME_HEAD_BYTES } from "./frame.ts";
import type { Segment } from "./ledger.ts";
import { createLine, type Line } from "./line.ts";
import { encodeWebhook, type SpooledWebhook } from "./record.ts";
import { pause, type Pauses, replayAll, type ReplayTarget } from "./replay.ts";
import { openSegments, type Segments } from "./segments.ts";

/** What has become of a webhook: kept in the spool, stored out of it, refused because the spool did not take it, unreadable. */
export type SpoolOutcome = "kept" | "stored" | "refused" | "damaged";

/** What the spool holds now. */
export interface SpoolState {
  readonly bytes: number;
  readonly limitBytes: number;
  readonly entries: number;
  /** How long the oldest webhook waits; 0 where there is none. */
  readonly oldestSeconds: number;
  /** Files with what could not be read, until somebody removes them and the process starts anew. */
  readonly damagedFiles: number;
}

/** What the configuration in use says of the spool. */
export interface SpoolTold extends ReplayTarget {
  /** Whether webhooks of a channel may be kept in it. */
  readonly takes: (channel: string) => boolean;
  readonly maxBytes: number;
}

export interface SpoolOptions {
  readonly disk: Disk;
  readonly folder: string;
  readonly version: string;
  readonly log: Log;
  readonly pauses: Pauses;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Webhooks on the disk that the database did not take. */
export interface Spool {
  readonly shelter: Shelter;
  readonly state: () => SpoolState;
  /** Begins to take webhooks, and to store what is in the spool whenever there is something. */
  readonly start: (told: () => SpoolTold, onOutcome: (outcome: SpoolOutcome) => void) => void;
  /** Stops; what is in the spool stays there for the next start. */
  readonly close: () => Promise<void>;
}

/** How often folders of processes that are gone are looked for, milliseconds. */
const LOOK_MS = 10_000;

/** Pause between two tries to read the disk. */
const TROUBLE_PAUSE_MS = 2_000;

/** How long a stop waits for what is being stored. */
const STOP_MS = 2_000;

/** Opens the spool and what processes that are gone have left in it. Throws `store_unavailable`, in words. */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { disk, folder: spool, log, now } = options;
  const given: Given = { onOutcome: () => undefined };
  const onOutcome = (outcome: SpoolOutcome): void => given.onOutcome(outcome);
  const onDamaged = (): void => onOutcome("damaged");
  const segments = await openSegments({ disk, spool, log, onDamaged });
  const abort = new AbortController();
  const bell = createBell();
  const keeper = createKeeper(segments, { ...options, onOutcome }, bell.ring);
  let running: Promise<void> = Promise.resolve();
  const looking = setInterval(() => {
    segments
      .adopt()
      .then(bell.ring)
      .catch((error: unknown) => log.warn("the folder of the spool cannot be read", { error }));
  }, LOOK_MS);
  looking.unref();

  return {
    shelter: async (webhook, direct) => {
      const rules = given.told?.();
      const { channel } = webhook;
      const isOurs = rules?.takes(channel) === true || segments.ledger.of(channel) > 0;
      if (rules === undefined || !isOurs || abort.signal.aborted) await direct();
      else await keeper.store(webhook, direct, rules.maxBytes);
    },
    state: () => describe(segments, given.told?.().maxBytes ?? 0, now()),
    start: (told, tell) => {
      given.told = told;
      given.onOutcome = tell;
      const { signal } = abort;
      const { wait } = bell;
      const telling = { ...options, onOutcome };
      running = keepStoring({ segments, keeper, options: telling, told, signal, wait });
    },
    close: async () => {
      clearInterval(looking);
      abort.abort();
      bell.ring();
      await inTime(running, log);
      await inTime(segments.close(), log);
    },
  };
}

/** A disk that hangs must not keep the process from ending: what is on it is taken over at the next start. */
async function inTime(work: Promise<void>, log: Log): Promise<void> {
  const late = (): Error => new Error("the disk or the database does not answer");
  await withTimeLimit(work, STOP_MS, late).catch((error: unknown) =>
    log.warn("the spool was not closed in order", { error }),
  );
}

/** What the spool is told when it starts. */
interface Given {
  told?: () => SpoolTold;
  onOutcome: (outcome: SpoolOutcome) => void;
}

interface Telling extends SpoolOptions {
  readonly onOutcome: (outcome: SpoolOutcome) => void;
}

function describe(segments: Segments, limitBytes: number, now: number): SpoolState {
  const entries = segments.ledger.entries();
  const firstAt = entries === 0 ? undefined : segments.firstAt();
  return {
    bytes: segments.bytes(),
    limitBytes,
    entries,
    oldestSeconds: firstAt === undefined ? 0 : Math.max(0, now - firstAt) / 1_000,
    damagedFiles: segments.damagedFiles(),
  };
}

/** Wakes who waits; a ring that nobody hears is heard by the next. */
function createBell() {
  let { promise, resolve } = Promise.withResolvers<void>();
  return {
    ring: (): void => resolve(),
    wait: async (): Promise<void> => {
      await promise;
      ({ promise, resolve } = Promise.withResolvers<void>());
    },
  };
}

/** The way into the spool. */
function createKeeper(
  segments: Segments,
  { version, log, onOutcome, now }: Telling,
  onKept: () => void,
) {
  const lines = new Map<string, Line>();
  let since: number | undefined;
  let isEmptying = false;

  const lineOf = (channel: string): Line => {
    const isSpooled = (): boolean => segments.ledger.of(channel) > 0;
    const line = lines.get(channel) ?? createLine({ isSpooled, isEmptying: () => isEmptying });
    lines.set(channel, line);
    return line;
  };

  const append = (spooled: SpooledWebhook, maxBytes: number): Promise<void> => {
    const content = encodeWebhook(spooled);
    if (segments.bytes() + FRAME_HEAD_BYTES + content.length > maxBytes)
      throw new BridgeError("store_overloaded", "the spool is full");
    const { channel } = spooled.webhook;
    const kept = segments.append({ channel, at: Date.parse(spooled.at), content });
    if (since === undefined) {
      since = now();
      log.warn("the database takes no webhooks: they are kept in the spool until it does");
    }
    onKept();
    return kept;
  };

  return {
    store: async (
      webhook: SpooledWebhook["webhook"],
      direct: () => Promise<unknown>,
      maxBytes: number,
    ): Promise<void> => {
      const at = new Date(now()).toISOString();
      await lineOf(webhook.channel).store(direct, async () => {
        try {
          await append({ webhook, at, version }, maxBytes);
          onOutcome("kept");
        } catch (error) {
          onOutcome("refused");
          throw error;
        }
      });
    },
    onAway: (): void => {
      isEmptying = false;
    },
    onStored: (channel: string): void => {
      isEmptying = true;
      if (segments.ledger.of(channel) === 0) lines.get(channel)?.emptied();
    },
    onEmpty: (): void => {
      isEmptying = false;
      if (since === undefined) return;
      log.info("the spool is empty again: webhooks go to the database", { afterMs: now() - since });
      since = undefined;
    },
  };
}

interface Loop {
  readonly segments: Segments;
  readonly keeper: Pick<ReturnType<typeof createKeeper>, "onAway" | "onStored" | "onEmpty">;
  readonly options: Telling;
  readonly told: () => SpoolTold;
  readonly signal: AbortSignal;
  /** Resolves when something may have been spooled. */
  readonly wait: () => Promise<void>;
}

/** Stores what is in the spool, whenever there is something. */
async function keepStoring(loop: Loop): Promise<void> {
  const { segments, options, signal } = loop;
  while (!signal.aborted) {
    try {
      const segment = await segments.first();
      if (segment !== undefined) {
        await storeSegment(loop, segment);
        continue;
      }
      if (segments.ledger.entries() === 0) loop.keeper.onEmpty();
      await loop.wait();
      // The database has only just gone.
      await pause(options.pauses.firstMs, signal);
    } catch (error) {
      options.log.error("the spool cannot be read; it is tried again", { error });
      await segments.check().catch(() => undefined);
      await pause(TROUBLE_PAUSE_MS, signal);
    }
  }
}

async function storeSegment(loop: Loop, segment: Segment): Promise<void> {
  const { segments, keeper, options, told, signal } = loop;
  const webhooks = await segments.read(segment);
  const finish = ({ webhook, at }: SpooledWebhook): void => {
    segment.firstAt = Date.parse(at);
    segments.ledger.remove(segment.counts, webhook.channel);
    keeper.onStored(webhook.channel);
  };
  const isDone = await replayAll(
    webhooks.map((spooled) => ({ spooled, failures: 0 })),
    {
      target: told,
      version: options.version,
      pauses: options.pauses,
      signal,
      onAway: keeper.onAway,
      onStored: ({ spooled }) => {
        finish(spooled);
        options.onOutcome("stored");
      },
      putAside: async ({ spooled }) => {
        await segments.putAside(encodeWebhook(spooled), "the database takes it in no form");
        finish(spooled);
      },
      onFailure: ({ spooled: { webhook } }, error) =>
        options.log.error("a spooled webhook could not be stored", {
          channel: webhook.channel,
          error,
        }),
    },
  );
  if (isDone) await segments.drop(segment);
}
