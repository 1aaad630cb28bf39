import { z } from "zod";
import type { Cache } from "../cache/cache.ts";
import { createMemoryCache } from "../cache/memory.ts";

/** What the simulator needs of a cache. */
export type Shelter = Pick<Cache, "get" | "set" | "remove">;

/** A value as it is written, with the time at which it was; null: it was removed. */
const writtenSchema = z.object({ at: z.number(), value: z.string().nullable() });

type Written = z.output<typeof writtenSchema>;

/** How long a removal is remembered, milliseconds: as long as the longest of the values. */
const REMOVED_MS = 24 * 3_600_000;

/**
 * Keeps beside the shared cache a copy of all that this process wrote, and gives the newer of the two. What a cache holds can be
 * fetched again elsewhere, what was told to the simulator cannot: a shared cache that is not connected yet, or is away for a
 * moment, would make a provider that was told to fail succeed. Between processes their clocks decide which is newer.
 */
export function withOwnCopy(shared: Shelter, now: () => number = Date.now): Shelter {
  const own = createMemoryCache({ now });
  const write = async (key: string, value: string | null, ttlMs: number): Promise<void> => {
    const text = JSON.stringify({ at: now(), value } satisfies Written);
    await own.set(key, text, ttlMs);
    await shared.set(key, text, ttlMs);
  };
  return {
    get: async (key) => {
      const texts = [await own.get(key), await shared.get(key)];
      const [newest] = texts.flatMap(read).toSorted((one, other) => other.at - one.at);
      return newest?.value ?? undefined;
    },
    set: write,
    remove: (key) => write(key, null, REMOVED_MS),
  };
}

/** Nothing where there is nothing, or what another version wrote. */
function read(text: string | undefined): readonly Written[] {
  if (text === undefined) return [];
  const { data } = writtenSchema.safeParse(parse(text));
  return data === undefined ? [] : [data];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
