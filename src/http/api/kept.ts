/** Values kept at once; beyond that the one made first goes. */
const MAX_KEPT = 200;

/** Gives the value kept under a name where it is younger than `ttlMs`; makes it and keeps it otherwise. */
export type Kept<Value> = (
  name: string,
  ttlMs: number,
  make: () => Promise<Value>,
) => Promise<Value>;

/** Keeps values of one kind. Who asks while one is being made waits for it; what failed is not kept. */
export function createKept<Value>(now: () => number): Kept<Value> {
  const kept = new Map<string, { readonly at: number; readonly made: Promise<Value> }>();
  return (name, ttlMs, make) => {
    const found = kept.get(name);
    if (found !== undefined && now() - found.at < ttlMs) return found.made;
    const entry = { at: now(), made: make() };
    kept.delete(name);
    kept.set(name, entry);
    entry.made.catch(() => {
      if (kept.get(name) === entry) kept.delete(name);
    });
    const [oldest] = kept.keys();
    if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
    return entry.made;
  };
}
