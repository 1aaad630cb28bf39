import { z } from "zod";
import type { Cache } from "../cache/cache.ts";

/** How the provider and the person's phone behave towards one simulated person. */
export interface Behaviour {
  /** "auto": sent, delivered and read follow by themselves; "manual": only what is asked for is reported. */
  readonly ticks: "auto" | "manual";
  /** Milliseconds before each report. */
  readonly delayMs: number;
  /** Whether the person's phone reports that a message was read. */
  readonly reads: boolean;
  /** A code of the provider by which every send fails; null: none. */
  readonly failCode: string | null;
}

export type BehaviourChange = {
  readonly [Key in keyof Behaviour]?: Behaviour[Key] | undefined;
};

/** Longest pause before a report, milliseconds. */
export const LONGEST_DELAY_MS = 60_000;

const USUAL: Behaviour = { ticks: "auto", delayMs: 400, reads: true, failCode: null };

/** How long a behaviour is remembered after it was set, milliseconds. */
const KEPT_MS = 24 * 3_600_000;

const schema = z.object({
  ticks: z.enum(["auto", "manual"]),
  delayMs: z.int().min(0).max(LONGEST_DELAY_MS),
  reads: z.boolean(),
  failCode: z.string().nullable(),
});

/** The behaviours of all simulated people: shared where there is a Redis. */
export interface Behaviours {
  readonly read: (channel: string, person: string) => Promise<Behaviour>;
  readonly change: (channel: string, person: string, change: BehaviourChange) => Promise<Behaviour>;
  readonly forget: (channel: string, person: string) => Promise<void>;
}

export function createBehaviours(cache: Pick<Cache, "get" | "set" | "remove">): Behaviours {
  const keyOf = (channel: string, person: string) => `simulator:behaviour:${channel}:${person}`;
  const read = async (channel: string, person: string): Promise<Behaviour> => {
    const text = await cache.get(keyOf(channel, person));
    return text === undefined ? USUAL : (schema.safeParse(JSON.parse(text)).data ?? USUAL);
  };
  return {
    read,
    change: async (channel, person, { ticks, delayMs, reads, failCode }) => {
      const before = await read(channel, person);
      const after = {
        ticks: ticks ?? before.ticks,
        delayMs: delayMs ?? before.delayMs,
        reads: reads ?? before.reads,
        failCode: failCode === undefined ? before.failCode : failCode,
      };
      await cache.set(keyOf(channel, person), JSON.stringify(after), KEPT_MS);
      return after;
    },
    forget: (channel, person) => cache.remove(keyOf(channel, person)),
  };
}
