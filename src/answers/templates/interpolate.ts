/** Values that a response may name. */
export type Slots = Readonly<Record<string, unknown>>;

/** A doubled brace, which stands for one, or a name in single braces. Source: Rasa documentation, responses. */
const BRACES = /\{\{|\}\}|\{([^\n{}]+)\}/g;

/**
 * Puts values in the place of `{name}`; `{{` and `}}` give single braces. A name without a value leaves nothing, where
 * Rasa writes `None` or leaves the whole text unfilled: a person should read neither.
 */
export function interpolate(template: string, slots: Slots): string {
  return template.replace(BRACES, (found, name: string | undefined) =>
    name === undefined ? found.slice(1) : written(slots, name),
  );
}

/** Interpolates every text inside lists and maps; keys and other values stay. */
export function interpolateAll(value: unknown, slots: Slots): unknown {
  if (typeof value === "string") return interpolate(value, slots);
  if (Array.isArray(value)) return value.map((item: unknown) => interpolateAll(item, slots));
  return typeof value === "object" && value !== null ? interpolateValues(value, slots) : value;
}

/** As `interpolateAll`, for a map. */
export function interpolateValues(map: object, slots: Slots): Record<string, unknown> {
  const entries = Object.entries(map).map(([key, value]) => [key, interpolateAll(value, slots)]);
  return Object.fromEntries(entries);
}

function written(slots: Slots, name: string): string {
  const value = Object.hasOwn(slots, name) ? slots[name] : undefined;
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
