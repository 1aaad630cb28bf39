import { effect, type Signal, signal } from "@preact/signals";

/** A value that this browser keeps; `read` takes whatever is found, null where there is nothing. */
export function stored<Value>(key: string, read: (text: string | null) => Value): Signal<Value> {
  const kept = signal(read(localStorage.getItem(key)));
  effect(() => {
    try {
      localStorage.setItem(key, JSON.stringify(kept.value));
    } catch {
      // A full or forbidden store only means that it is not kept.
    }
  });
  return kept;
}
