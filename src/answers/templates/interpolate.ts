import { BridgeError } from "../../errors.ts";

/** Values that a response may name. */
export type Slots = Readonly<Record<string, unknown>>;

/**
 * What a name without a value leaves. `empty`: nothing. `rasa`: as Rasa does, `None` for an empty slot and the whole text
 * unfilled for an unknown one. `error`: no answer at all.
 */
export type Missing = "empty" | "rasa" | "error";

/** A doubled brace, which stands for one, or a name in single braces. Source: Rasa documentation, responses. */
const BRACES = /\{\{|\}\}|\{([^\n{}]+)\}/g;

/**
 * Puts values in the place of `{name}`; `{{` and `}}` give single braces. By default a name without a value leaves
 * nothing: a person should read neither `None` nor a name in braces. Throws `answer_unreadable` where `missing` is `error`.
 */
export function interpolate(template: string, slots: Slots, missing: Missing = "empty"): string {
  return fill(template, slots, missing, written);
}

/**
 * As `interpolate`, for the payload of a button. In `/intent{...}` values are written as JSON wants them, so that no
 * value, such as a name a person gave, can end its string and add entities of its own.
 */
export function interpolatePayload(payload: string, slots: Slots, missing: Missing): string {
  const isShorthand = payload.trimStart().startsWith("/");
  return fill(payload, slots, missing, isShorthand ? writtenInJson : written);
}

/** Interpolates every text inside lists and maps; keys and other values stay. */
export function interpolateAll(value: unknown, slots: Slots, missing: Missing = "empty"): unknown {
  if (typeof value === "string") return interpolate(value, slots, missing);
  if (Array.isArray(value)) {
    return value.map((item: unknown) => interpolateAll(item, slots, missing));
  }
  return typeof value === "object" && value !== null
    ? interpolateValues(value, slots, missing)
    : value;
}

/** As `interpolateAll`, for a map. */
export function interpolateValues(
  map: object,
  slots: Slots,
  missing: Missing = "empty",
): Record<string, unknown> {
  const entries = Object.entries(map).map(([key, value]) => [
    key,
    interpolateAll(value, slots, missing),
  ]);
  return Object.fromEntries(entries);
}

function fill(
  template: string,
  slots: Slots,
  missing: Missing,
  write: (value: unknown) => string,
): string {
  const known = (name: string): boolean => Object.hasOwn(slots, name) && slots[name] !== undefined;
  const names = [...template.matchAll(BRACES)].flatMap(([, name]) => name ?? []);
  if (missing === "rasa" && names.some((name) => !known(name))) return template;
  return template.replace(BRACES, (found, name: string | undefined) => {
    if (name === undefined) return found.slice(1);
    const value = known(name) ? slots[name] : undefined;
    return value === undefined || value === null ? absent(name, missing) : write(value);
  });
}

function absent(name: string, missing: Missing): string {
  switch (missing) {
    case "empty":
      return "";
    case "rasa":
      return "None";
    case "error":
      throw new BridgeError("answer_unreadable", `a response names ${name}, which has no value`);
  }
}

function written(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function writtenInJson(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value).slice(1, -1) : JSON.stringify(value);
}
