import type { Figures } from "./figures.ts";
import { maskNumber } from "./mask-number.ts";
import { NUMBER_PATTERN } from "./number-pattern.ts";

/** Masks that are remembered, of texts of so many characters: a list names the same people again and again. */
const REMEMBERED = { masks: 2_000, length: 64 } as const;

/** Characters of a message id that stay readable. */
const ID_TAIL = 6;

/** A whole number from here on may be a phone number: eight digits. */
const SMALLEST = 10_000_000;

/** Names of people that are no numbers. */
const OPEN_KINDS: ReadonlySet<unknown> = new Set(["lid", "bsuid", "parent_bsuid"]);

/** Where a name of a person stands beside what kind of name it is. */
const NAMES = { kind: "value", identity_kind: "identity" } as const;

/** Keys under which providers say when, in seconds or milliseconds since 1970. */
const TIME_KEY = /[Tt]ime(?:[Ss]tamp)?(?:_?[Mm]s)?$|_at$|At$|^t$/;

/** Seconds or milliseconds of the years 2014 to 2033: no phone number has these digits with a country code. */
const EPOCH = /^1[4-9]\d{8}(?:\d{3})?$/;

/** Masks phone numbers for callers who may not see them. */
export interface NumberHider {
  readonly hideText: (text: string) => string;
  /** Copies a JSON value with every number masked; `figures` says which parts of it are ours. */
  readonly hide: (value: unknown, figures?: Figures) => unknown;
}

/** Makes a hider that lets the bridge's own accounts pass: their names may be numbers. */
export function createNumberHider(accounts: Iterable<string>): NumberHider {
  const own = new Set([...accounts].map((account) => account.replaceAll(/\D/g, "")));
  const remembered = new Map<string, string>();

  const maskRun = (found: string): string => {
    const known = remembered.get(found);
    if (known !== undefined) return known;
    const masked = own.has(found.replace(/^\+/, "")) ? found : maskNumber(found);
    if (remembered.size >= REMEMBERED.masks) remembered.clear();
    if (found.length <= REMEMBERED.length) remembered.set(found, masked);
    return masked;
  };

  const hideText = (text: string): string =>
    text.replaceAll(NUMBER_PATTERN, (found: string, kept?: string, messageId?: string) => {
      if (messageId !== undefined)
        return `wamid.…${messageId.replace("wamid.", "").slice(-ID_TAIL)}`;
      return kept ?? maskRun(found);
    });

  const hideNumber = (value: number, key: string, isFigure: boolean): unknown => {
    const isSmall = !Number.isInteger(value) || Math.abs(value) < SMALLEST;
    const isTime = TIME_KEY.test(key) && EPOCH.test(String(value));
    return isSmall || isFigure || isTime ? value : maskNumber(String(BigInt(value)));
  };

  const hideWord = (text: string, key: string, isOpen: boolean): string => {
    if (isOpen) return text;
    return TIME_KEY.test(key) && EPOCH.test(text) ? text : hideText(text);
  };

  const hide = (value: unknown, figures: Figures | undefined, key: string): unknown => {
    if (typeof value === "string") return hideWord(value, key, figures?.isOpen === true);
    if (typeof value === "number") return hideNumber(value, key, figures?.isFigure === true);
    if (Array.isArray(value)) return value.map((item) => hide(item, figures?.items, key));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(hideObject(value, figures));
  };

  const hideObject = (value: object, figures: Figures | undefined): [string, unknown][] => {
    const fields = new Map<string, unknown>(Object.entries(value));
    const hidden = [...fields].map(([key, item]): [string, unknown] => {
      const part = figures?.properties.get(key) ?? figures?.rest;
      return [hideText(key), hide(item, part, key)];
    });
    for (const [kind, name] of Object.entries(NAMES)) {
      const written = fields.get(name);
      if (typeof written !== "string") continue;
      const named = hidden.find(([key]) => key === name);
      if (named === undefined) continue;
      if (OPEN_KINDS.has(fields.get(kind))) named[1] = written;
      else if (fields.get(kind) === "phone") named[1] = maskNumber(written);
    }
    return hidden;
  };

  return { hideText, hide: (value, figures) => hide(value, figures, "") };
}
