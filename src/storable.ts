/** Levels of nesting kept; a database and most clients refuse data far deeper. */
const MAX_DEPTH = 64;

/** Makes text safe for every store: no NUL, no lone surrogate. */
export function storableText(text: string): string {
  return text.replaceAll("\u0000", "").toWellFormed();
}

/**
 * Copies free data so that any store takes it: texts and keys without NUL and half characters, no key that means
 * something to JavaScript, and null in place of what lies more than `depth` levels deep.
 */
export function storableData(value: unknown, depth: number = MAX_DEPTH): unknown {
  if (typeof value === "string") return storableText(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "boolean" || value === null) return value;
  if (typeof value !== "object" || depth <= 0) return null;
  if (Array.isArray(value)) return value.map((item: unknown) => storableData(item, depth - 1));
  return storableRecord(value, depth);
}

/** The same for an object. */
export function storableRecord(value: object, depth: number = MAX_DEPTH): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => key !== "__proto__" && item !== undefined)
      .map(([key, item]) => [storableText(key), storableData(item, depth - 1)]),
  );
}
