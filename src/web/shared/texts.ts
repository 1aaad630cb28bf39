import { type Language, language } from "./language.ts";

type Values = Readonly<Record<string, string | number>>;

/** The keys that come in two forms, one for each plural of English and Portuguese. */
type Counted<Key> = Key extends `${infer Stem}_one` ? Stem : never;

/** Texts of one area of the pages, in the language that is chosen. */
export interface Texts<Key extends string> {
  (key: Key, values?: Values): string;
  /** The form for a count, which fills `{count}`. */
  readonly count: (key: Counted<Key>, count: number, values?: Values) => string;
  /** All texts, for the checks. */
  readonly all: Readonly<Record<Language, Readonly<Record<string, string>>>>;
}

function fill(text: string, values: Values): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? new Intl.NumberFormat(language.value).format(value) : value;
  });
}

/**
 * Defines an area's texts. A key without its Portuguese does not compile. `{name}` is filled in; keys that end in `_one` and
 * `_other` are the forms of a count.
 */
export function defineTexts<const English extends Readonly<Record<string, string>>>(
  en: English,
  ptBR: Readonly<Record<keyof English, string>>,
): Texts<Extract<keyof English, string>> {
  type Key = Extract<keyof English, string>;
  const all: Readonly<Record<Language, Readonly<Record<string, string>>>> = { en, "pt-BR": ptBR };
  const read = (key: string, values: Values) => fill(all[language.value][key] ?? key, values);
  const text = (key: Key, values: Values = {}) => read(key, values);
  const count = (key: Counted<Key>, amount: number, values: Values = {}) => {
    const isOne = new Intl.PluralRules(language.value).select(amount) === "one";
    return read(`${key}_${isOne ? "one" : "other"}`, { ...values, count: amount });
  };
  return Object.assign(text, { count, all });
}
