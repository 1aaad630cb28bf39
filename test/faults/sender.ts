import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type Answered, postOnce } from "../standins/post-once.ts";
import type { Habits, ProviderCall, Spoken } from "./providers.ts";

/** A webhook of the sender and what became of it. Times are milliseconds of `performance.now()`. */
export interface SentWebhook extends Spoken {
  readonly firstTriedAt: number;
  readonly tries: number;
  /** When the provider heard that it was taken; undefined where it has not. */
  readonly takenAt: number | undefined;
  /** The provider stopped sending it: a final refusal, or no try left. */
  readonly isGivenUp: boolean;
}

export interface SenderOptions {
  readonly habits: Habits;
  /** Base URLs of the bridges at present; each try goes to the next of them. None while all are away. */
  readonly targets: () => readonly string[];
  /** People who write, each in a conversation of their own and all at once. */
  readonly people: number;
  /** Begins the people's numbers; two senders in one test need different ones. */
  readonly prefix?: string;
  /** Begins ids and texts; two senders in one test need different ones. */
  readonly run?: string;
  /** What the provider's pauses are multiplied with: 0.01 makes a second of them 10 ms. */
  readonly timeScale?: number;
  /** Webhooks begun per second at most; as fast as they are answered where absent. */
  readonly perSecond?: number;
  /** Webhooks sent at most: a load has an end even where a fault's procedure has none. */
  readonly limit?: number;
  /**
   * Whether a person's next message is sent while an earlier one waits for its next try, as providers do. Without it each
   * waits for the one before it, so that all of a conversation have an order.
   */
  readonly overtakes?: boolean;
  /** How often each webhook is delivered although it was taken: 1 where absent. */
  readonly copies?: (spoken: Spoken) => number;
  /** Milliseconds, unscaled by anything, before each copy after the first. */
  readonly copyPauseMs?: () => number;
}

/** A provider that delivers what many people say, and delivers it again until it is taken. */
export interface Sender {
  /** Everything sent so far, in the order of its first try. */
  readonly sent: readonly SentWebhook[];
  /** HTTP status codes and how often each came; 0 stands for no answer. */
  readonly answers: ReadonlyMap<number, number>;
  /** The longest so far that each status code took, milliseconds. */
  readonly slowestMs: ReadonlyMap<number, number>;
  /** Webhooks that were taken so far. */
  readonly taken: () => number;
  /** Lets everybody talk until `stop`. */
  readonly start: () => void;
  /** Nobody says anything new; resolves once all that was said is taken or given up. */
  readonly stop: () => Promise<void>;
  /** Lets everybody say so many messages in all, and waits until these are taken or given up. */
  readonly say: (count: number) => Promise<void>;
  /** When the first webhook that was first tried after `since` was taken; undefined before. */
  readonly firstTakenSince: (since: number) => number | undefined;
  /**
   * Says new things every few milliseconds, each tried once, until one is taken; resolves with when it was. What was not
   * taken is sent again like all else.
   */
  readonly probe: (limitMs?: number) => Promise<number>;
  readonly close: () => void;
}

const DEFAULT_SCALE = 0.02;
const DEFAULT_LIMIT = 1_000_000;
const PROBE_PAUSE_MS = 10;
const PROBE_LIMIT_MS = 60_000;

/** What the sender itself changes. */
interface Telling extends Spoken {
  firstTriedAt: number;
  tries: number;
  takenAt: number | undefined;
  isGivenUp: boolean;
}

/** Makes a provider that sends with its habits. Nothing is sent before `start`, `say` or `probe`. */
export function createSender(options: SenderOptions): Sender {
  const { habits, targets, people, timeScale = DEFAULT_SCALE, limit = DEFAULT_LIMIT } = options;
  const { prefix = "5561991", run = "m", overtakes = false } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: Math.max(64, people) });
  const sent: Telling[] = [];
  const answers = new Map<number, number>();
  const slowestMs = new Map<number, number>();
  const turns = Array.from({ length: people + 1 }, () => 0);
  const open = new Set<Promise<void>>();
  const state = { isTalking: false, isClosed: false, target: 0, taken: 0, begun: 0 };
  let places = Number.POSITIVE_INFINITY;
  const rate = { since: 0, begun: 0 };

  const speak = (lane: number): Telling => {
    const turn = turns[lane] ?? 0;
    turns[lane] = turn + 1;
    const person = `${prefix}${String(lane).padStart(6, "0")}`;
    const id = `${run}-${String(lane)}-${String(turn)}`;
    const record = { id: `wamid.${id}`, person, turn, text: id };
    const fresh = {
      firstTriedAt: performance.now(),
      tries: 0,
      takenAt: undefined,
      isGivenUp: false,
    };
    const made = { ...record, ...fresh };
    sent.push(made);
    return made;
  };

  const post = async (call: ProviderCall): Promise<Answered> => {
    const urls = targets();
    state.target += 1;
    const url = urls[state.target % Math.max(1, urls.length)];
    if (url === undefined) return { status: 0, ms: 0 };
    return postOnce(`${url}${habits.path}`, call, agent, habits.answerMs);
  };

  /** Tries once; returns whether the webhook needs no other try. */
  const tryOnce = async (record: Telling, call: ProviderCall): Promise<boolean> => {
    record.tries += 1;
    const { status, ms } = await post(call);
    if (state.isClosed) return true;
    const now = performance.now();
    answers.set(status, (answers.get(status) ?? 0) + 1);
    slowestMs.set(status, Math.max(slowestMs.get(status) ?? 0, ms));
    if (habits.isTaken(status)) {
      if (record.takenAt === undefined) state.taken += 1;
      record.takenAt ??= now;
      return true;
    }
    if (!habits.isFinal(status) && record.tries < habits.maxTries) return false;
    record.isGivenUp = true;
    return true;
  };

  const repeat = async (record: Telling, call: ProviderCall): Promise<void> => {
    do {
      // A fifth more or less, as providers have it, so that they do not all come back at once.
      const pauseMs = habits.pauseMs(record.tries) * timeScale * (0.8 + 0.4 * Math.random());
      await sleep(pauseMs, undefined, { ref: false });
    } while (!state.isClosed && !(await tryOnce(record, call)));
  };

  const copy = async (record: Telling, call: ProviderCall): Promise<void> => {
    for (let extra = (options.copies?.(record) ?? 1) - 1; extra > 0; extra -= 1) {
      await sleep(options.copyPauseMs?.() ?? 0);
      if (state.isClosed) return;
      await tryOnce(record, call);
    }
  };

  const remember = (work: Promise<void>): void => {
    open.add(work);
    void work.finally(() => open.delete(work));
  };

  const deliver = async (lane: number): Promise<void> => {
    const record = speak(lane);
    const call = habits.write(record);
    if (options.copies !== undefined) remember(copy(record, call));
    if (await tryOnce(record, call)) return;
    const repeated = repeat(record, call);
    if (overtakes) remember(repeated);
    else await repeated;
  };

  /** Takes a place in the load; undefined where it is full. Waits where there is a rate. */
  const mayBegin = async (): Promise<boolean> => {
    if (!state.isTalking || state.begun >= limit || places <= 0) return false;
    places -= 1;
    state.begun += 1;
    if (options.perSecond === undefined) return true;
    rate.begun += 1;
    const dueMs = (rate.begun * 1_000) / options.perSecond - (performance.now() - rate.since);
    if (dueMs > 0) await sleep(dueMs, undefined, { ref: false });
    return state.isTalking;
  };

  const talk = async (lane: number): Promise<void> => {
    while (await mayBegin()) await deliver(lane);
  };

  const start = (): void => {
    if (state.isTalking) return;
    state.isTalking = true;
    Object.assign(rate, { since: performance.now(), begun: 0 });
    for (let lane = 0; lane < people; lane += 1) remember(talk(lane));
  };

  const settle = async (): Promise<void> => {
    while (open.size > 0) await Promise.all(open);
  };

  return {
    sent,
    answers,
    slowestMs,
    taken: () => state.taken,
    start,
    stop: async () => {
      state.isTalking = false;
      await settle();
    },
    say: async (count) => {
      places = count;
      start();
      await settle();
      state.isTalking = false;
      places = Number.POSITIVE_INFINITY;
    },
    firstTakenSince: (since) => {
      let first: number | undefined;
      for (const { firstTriedAt, takenAt } of sent)
        if (takenAt !== undefined && firstTriedAt >= since && takenAt < (first ?? Infinity))
          first = takenAt;
      return first;
    },
    probe: async (limitMs = PROBE_LIMIT_MS) => {
      const deadline = performance.now() + limitMs;
      // A person of its own: nothing it says waits for anybody.
      for (;;) {
        const record = speak(people);
        const call = habits.write(record);
        const isSettled = await tryOnce(record, call);
        if (record.takenAt !== undefined) return record.takenAt;
        if (!isSettled) remember(repeat(record, call));
        if (performance.now() > deadline) throw new Error("no webhook was taken in time");
        await sleep(PROBE_PAUSE_MS);
      }
    },
    close: () => {
      state.isTalking = false;
      state.isClosed = true;
      agent.destroy();
    },
  };
}
