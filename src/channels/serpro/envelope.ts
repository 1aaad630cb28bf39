import { isRecord } from "../whatsapp/inbound/fields.ts";

/** Meta's `value`, laid flat: the lists of events, and at the root or in `metadata` the number they belong to. */
export type Value = Readonly<Record<string, unknown>>;

/** The lists of a value. The last is another name of the statuses. */
const LISTS = ["messages", "statuses", "contacts", "errors", "message_statuses"] as const;

/** What automation tools write where a field was missing. */
const PLACEHOLDER = "[undefined]";

/** Levels of wrapping by relays that are undone. */
const MAX_WRAPPINGS = 3;

/** What a body holds: its values, and how many parts of it are none. */
export interface Contents {
  readonly values: readonly Value[];
  readonly unreadable: number;
}

/**
 * Finds the values of a body: the body itself, or those that a relay wrapped as `[{"body": ...}]` or `{"data": [...]}`.
 * Meta's own envelope is no value.
 */
export function contentsOf(body: unknown): Contents {
  const contents = { values: new Array<Value>(), unreadable: 0 };
  collect(body, MAX_WRAPPINGS, contents);
  return contents;
}

/** Fills one list instead of joining many: the body may be three megabytes of nothing, from anybody. */
function collect(
  body: unknown,
  depth: number,
  into: { values: Value[]; unreadable: number },
): void {
  if (isValue(body)) {
    into.values.push(body);
    return;
  }
  if (depth > 0 && Array.isArray(body)) {
    for (const item of body) collect(item, depth - 1, into);
    return;
  }
  const inner = isRecord(body) ? (body["body"] ?? body["data"]) : undefined;
  if (depth > 0 && inner !== undefined) collect(inner, depth - 1, into);
  else into.unreadable += 1;
}

/** A list may come as an empty object: what matters is that the number and the usual lists are there. */
function isValue(body: unknown): body is Value {
  if (!isRecord(body) || "object" in body || lineOf(body) === undefined) return false;
  return LISTS.some((key) => Array.isArray(body[key]) || isRecord(body[key]));
}

/** The phone number id of a value. */
export function lineOf(value: Value): string | undefined {
  const { metadata } = value;
  return [value["phone_number_id"], isRecord(metadata) ? metadata["phone_number_id"] : undefined]
    .filter((id) => typeof id === "string")
    .find((id) => id !== "" && id !== PLACEHOLDER);
}

/** Leaves out the fields that hold nothing but a placeholder. */
export function withoutPlaceholders(record: Value): Value {
  return Object.fromEntries(Object.entries(record).filter(([, field]) => field !== PLACEHOLDER));
}
