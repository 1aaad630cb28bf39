/**
 * Reads what somebody typed as a property's value: JSON where it is JSON other than null, else the text itself. Numbers too
 * long to be kept exactly, such as ids, stay text.
 */
export function readValue(typed: string): unknown {
  try {
    const read: unknown = JSON.parse(typed);
    const isExact = typeof read !== "number" || String(read) === typed.trim();
    return read === null || !isExact ? typed : read;
  } catch {
    return typed;
  }
}

/** Writes a value so that `readValue` gives it back. */
export function writeValue(value: unknown): string {
  return typeof value === "string" && readValue(value) === value ? value : JSON.stringify(value);
}
