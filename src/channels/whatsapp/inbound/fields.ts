import { z } from "zod";
import { storableText } from "../../../storable.ts";

/** Longest id kept. The provider's ids stay below a hundred characters; longer ones would not fit an index. */
const ID_MAX_LENGTH = 512;

/** Levels of nesting kept of what a person filled in. */
export const FORM_MAX_DEPTH = 16;

/** From 2009, when WhatsApp began, to 2100, in milliseconds: other times are mistakes. */
const EARLIEST_MS = Date.UTC(2009, 0);
const LATEST_MS = Date.UTC(2100, 0);

/** Numbers from here on are milliseconds, not seconds; both have been seen in the wild. */
const MILLISECONDS_FROM = 1e12;

/** A string made safe to store. */
export const text = z.string().transform(storableText);

/** A string that may be missing; an empty one, or anything but a string, counts as missing. */
export const optionalText = text
  .transform((value) => (value === "" ? undefined : value))
  .optional()
  .catch(undefined);

/** The id of a message or item. */
export const identifier = text.pipe(z.string().min(1).max(ID_MAX_LENGTH));

/** An id that may be missing; an unusable one counts as missing. */
export const optionalIdentifier = identifier.optional().catch(undefined);

/** The same as `optionalText`, for what comes by the thousand: a schema takes ten times as long. */
export function readText(raw: unknown): string | undefined {
  return typeof raw === "string" && raw !== "" ? storableText(raw) || undefined : undefined;
}

/** The same as `optionalIdentifier`. */
export function readIdentifier(raw: unknown): string | undefined {
  const id = readText(raw);
  return id !== undefined && id.length <= ID_MAX_LENGTH ? id : undefined;
}

/** Anything or nothing: read later, by hand. */
export const anything = z.unknown().optional();

/** A yes or no that may be missing. */
export const optionalFlag = z.boolean().optional().catch(undefined);

const WRITTEN_NUMBER = /^-?\d{1,15}(\.\d{1,15})?$/;

/** A finite number that some senders write as text. */
export const number = z.union([z.number(), z.string().regex(WRITTEN_NUMBER).transform(Number)]);

function readNumber(raw: unknown): number | undefined {
  if (typeof raw === "number") return Number.isFinite(raw) ? raw : undefined;
  return typeof raw === "string" && WRITTEN_NUMBER.test(raw) ? Number(raw) : undefined;
}

type Optional<T> = { [K in keyof T]: undefined extends T[K] ? K : never }[keyof T];

type Present<T> = { readonly [K in Exclude<keyof T, Optional<T>>]: T[K] } & {
  readonly [K in Optional<T>]?: Exclude<T[K], undefined>;
};

/** Leaves out the keys whose value is undefined, so that a missing field is missing in the stored event too. */
export function present<const T extends object>(fields: T): Present<T>;
export function present(fields: Readonly<Record<string, unknown>>): object {
  const kept: Record<string, unknown> = {};
  for (const key in fields) if (fields[key] !== undefined) kept[key] = fields[key];
  return kept;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads the items of a list that fit the schema; anything but a list has none. */
export function readEach<T>(raw: unknown, schema: z.ZodType<T>): T[] {
  if (!Array.isArray(raw)) return [];
  return raw.flatMap((item: unknown) => {
    const parsed = schema.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
}

/** Reads a Unix time in seconds or milliseconds, as number or text, into ISO 8601; undefined where it is absurd. */
export function readTime(raw: unknown): string | undefined {
  const given = readNumber(raw);
  if (given === undefined) return undefined;
  const ms = given >= MILLISECONDS_FROM ? given : given * 1000;
  return ms >= EARLIEST_MS && ms < LATEST_MS ? new Date(ms).toISOString() : undefined;
}

/** Shows a provider's word in an event; anything longer or stranger than a word is not repeated. */
export function word(raw: unknown): string {
  return typeof raw === "string" && /^[\w.-]{1,40}$/.test(raw) ? raw : "of unknown kind";
}
