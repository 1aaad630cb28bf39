import {
  type ChangePosition,
  type Moment,
  positionAfter,
  readChanges,
  readPosition,
} from "../../db/changes.ts";
import type { Queryable } from "../../db/driver.ts";
import { BridgeError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { createCampaignWatch } from "./stream-campaigns.ts";
import { type StreamClient, tellChange } from "./stream-client.ts";
import { canResume, writePosition } from "./stream-position.ts";

/** Changes that are read at once. */
const PAGE = 2_000;

/** How often the live stream does what, in milliseconds. */
export interface StreamTimes {
  readonly pollMs: number;
  readonly campaignMs: number;
  readonly heartbeatMs: number;
  readonly checkMs: number;
}

const TIMES: StreamTimes = {
  pollMs: 500,
  campaignMs: 1_000,
  heartbeatMs: 15_000,
  checkMs: 60_000,
};

/** Clients of one process, and of one key or session in it: each holds a connection for as long as it likes. */
const MAX_CLIENTS = 1_000;
const MAX_CLIENTS_PER_KEY = 20;

const holderOf = ({ actor, session }: StreamClient["caller"]): string => session?.id ?? actor;

export interface StreamDependencies {
  readonly db: Queryable;
  readonly log: Pick<Log, "warn">;
  /** Whether a caller's key is still good. Throws `store_*`. */
  readonly isAllowed: (caller: StreamClient["caller"]) => Promise<boolean>;
  readonly times?: Partial<StreamTimes>;
  readonly maxClientsPerKey?: number;
}

/** Tells all who listen to this process what changes in the database, whichever process changes it. */
export interface StreamHub {
  /** Throws `request_rate_limited` where the caller, or the process, has too many streams. */
  readonly mustHaveRoom: (caller: StreamClient["caller"]) => void;
  /**
   * Tells a client all that happened since a position, or from now on, and goes on until it leaves; `once` lets it go as soon
   * as it knows all. A client whose position lies too far back is told so by the event `reset`.
   */
  readonly join: (
    client: StreamClient,
    from: ChangePosition | "unknown" | undefined,
    options?: { readonly once?: boolean },
  ) => Promise<void>;
  readonly clients: () => number;
  readonly close: () => void;
}

/** Makes the hub; nothing runs while nobody listens. */
export function createStreamHub(deps: StreamDependencies): StreamHub {
  const { db, log } = deps;
  const times = { ...TIMES, ...deps.times };
  const campaigns = createCampaignWatch(db, times.campaignMs);
  const present = new Set<StreamClient>();
  const live = new Set<StreamClient>();
  const stopped = new AbortController();
  let position: ChangePosition | undefined;
  let reading: Promise<void> | undefined;
  let timers: readonly (() => void)[] = [];
  // A row may be written again without news, by what corrects something else of it.
  let told = new Map<string, string>();

  const tell = (from: ChangePosition, found: Awaited<ReturnType<typeof readChanges>>): void => {
    for (const change of found.changes) {
      if (told.get(change.id) === change.at) continue;
      told.set(change.id, change.at);
      if (change.campaign_id !== null) campaigns.touch(change.campaign_id);
      for (const client of live)
        tellChange(client, change, positionAfter(from, found.until, change));
    }
  };

  const readAll = async (start: ChangePosition): Promise<void> => {
    let at = start;
    do {
      const found = await readChanges(db, at, { limit: PAGE });
      tell(at, found);
      at = found.next;
    } while (at.between !== undefined);
    // Whoever comes after all have left begins anew: what happened meanwhile is for nobody.
    position = present.size > 0 ? at : undefined;
  };

  const poll = async (): Promise<void> => {
    if (reading !== undefined) return;
    reading = (position === undefined ? start() : readAll(position)).finally(() => {
      reading = undefined;
    });
    await reading;
  };

  const idle = async (): Promise<void> => {
    if (reading === undefined) return;
    await reading.catch(() => undefined);
    await idle();
  };

  const start = async (): Promise<void> => {
    position = await readPosition(db);
  };

  const repeat = (what: string, firstMs: number, work: () => Promise<number>): (() => void) => {
    let isOver = false;
    let timer = setTimeout(run, firstMs).unref();
    const runOnce = async (): Promise<void> => {
      const restMs = await work().catch((error: unknown) => {
        log.warn(`${what} failed`, { error });
        return firstMs;
      });
      if (!isOver) timer = setTimeout(run, restMs).unref();
    };
    function run(): void {
      runOnce().catch((error: unknown) => log.warn(`${what} failed`, { error }));
    }
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  };

  const checkKeys = async (): Promise<number> => {
    for (const client of present) if (!(await deps.isAllowed(client.caller))) client.stream.close();
    return times.checkMs;
  };

  const forget = (): void => {
    const oldest = Date.parse(position?.time ?? "") - 60_000;
    told = new Map([...told].filter(([, at]) => Date.parse(at) > oldest));
  };

  const beat = (): Promise<number> => {
    if (position !== undefined)
      for (const client of live) client.stream.heartbeat(writePosition(position));
    forget();
    return Promise.resolve(times.heartbeatMs);
  };

  const wake = (): void => {
    if (timers.length > 0) return;
    timers = [
      repeat("reading changes for the live stream", times.pollMs, async () => {
        await poll();
        return times.pollMs;
      }),
      repeat("counting campaigns for the live stream", times.campaignMs, () =>
        campaigns.look(live),
      ),
      repeat("keeping streams open", times.heartbeatMs, beat),
      repeat("checking the keys of streams", times.checkMs, checkKeys),
    ];
  };

  const leave = (client: StreamClient): void => {
    present.delete(client);
    live.delete(client);
    if (present.size > 0) return;
    for (const stop of timers) stop();
    timers = [];
    position = undefined;
    told = new Map();
  };

  /** Reads for one client up to where all others are, as fast as it takes it. */
  const catchUp = async (client: StreamClient, from: ChangePosition, until: Moment) => {
    const found = await readChanges(db, from, { limit: PAGE, until });
    for (const change of found.changes) {
      await client.stream.drained();
      tellChange(client, change, positionAfter(from, found.until, change));
    }
    return found.next;
  };

  const beginning = async (client: StreamClient, from: ChangePosition | "unknown" | undefined) => {
    // Another process may have read further than this one: from here on this one is ahead of what any client was told.
    await idle();
    await poll();
    if (from === undefined) return undefined;
    const now = await readPosition(db);
    if (from !== "unknown" && canResume(from, now)) return from;
    client.stream.send({ event: "reset", data: { reason: "unknown_position" } });
    return undefined;
  };

  const admit = async (
    client: StreamClient,
    from: ChangePosition | "unknown" | undefined,
    once: boolean,
  ): Promise<void> => {
    let at = await beginning(client, from);
    while (client.stream.isOpen() && !stopped.signal.aborted) {
      if (reading !== undefined) await idle();
      else if (position === undefined) await poll();
      else if (at === undefined || (!at.between && at.snapshot === position.snapshot)) {
        // Nothing is awaited between the comparison and here: from now on the client hears what all others hear.
        live.add(client);
        client.stream.heartbeat(writePosition(position));
        if (once) {
          await campaigns.look(new Set([client]));
          client.stream.close();
        }
        return;
      } else at = await catchUp(client, at, position);
    }
  };

  return {
    mustHaveRoom: (asking) => {
      const own = [...present].filter(({ caller }) => holderOf(caller) === holderOf(asking)).length;
      const isFull = own >= (deps.maxClientsPerKey ?? MAX_CLIENTS_PER_KEY);
      if (!isFull && present.size < MAX_CLIENTS && !stopped.signal.aborted) return;
      throw new BridgeError("request_rate_limited", "too many streams are open; close one");
    },
    join: async (client, from, { once = false } = {}) => {
      present.add(client);
      client.stream.onClose(() => leave(client));
      wake();
      await admit(client, from, once).catch((error: unknown) => {
        log.warn("a live stream could not begin", { error });
        client.stream.close();
      });
    },
    clients: () => present.size,
    close: () => {
      stopped.abort();
      for (const client of present) client.stream.close();
    },
  };
}
