import { fieldsOf } from "../../shared/bubble/fields.ts";

/** Somebody who holds the phone; the number is who they are. */
export interface Person {
  /** E.164, such as +5561987654321. */
  readonly phone: string;
  /** The profile name that the provider tells. */
  readonly name: string;
}

/** People of one browser, and characters of a name. */
export const MOST_PEOPLE = 30;
export const LONGEST_NAME = 80;

/** Who is there on the first visit. */
export const FIRST_PERSON: Person = { phone: "+5561991110001", name: "Ana Souza" };

/** Reads a number as people write it; undefined where it is none that has a country code. */
export function readPhone(text: string): string | undefined {
  const digits = text
    .trim()
    .replace(/^00/, "+")
    .replaceAll(/[\s().-]/g, "");
  const phone = digits.startsWith("+") ? digits : `+${digits}`;
  return /^\+[1-9]\d{7,14}$/.test(phone) ? phone : undefined;
}

/** Cuts a name to what fits a profile; control characters become spaces. */
export function readName(text: string): string {
  return text
    .replaceAll(/\p{Cc}+/gu, " ")
    .trim()
    .slice(0, LONGEST_NAME);
}

function readPerson(value: unknown): readonly Person[] {
  const { phone, name } = fieldsOf(value);
  if (typeof phone !== "string" || typeof name !== "string") return [];
  const known = readPhone(phone);
  return known === undefined ? [] : [{ phone: known, name: readName(name) }];
}

/** Reads the people that a browser kept; whatever else is found there is left out. Never empty. */
export function readPeople(text: string | null): readonly Person[] {
  let kept: unknown;
  try {
    kept = JSON.parse(text ?? "[]");
  } catch {
    kept = [];
  }
  const found = Array.isArray(kept) ? kept.flatMap(readPerson) : [];
  const people = [...new Map(found.map((person) => [person.phone, person])).values()];
  return people.length === 0 ? [FIRST_PERSON] : people.slice(0, MOST_PEOPLE);
}

/** Puts a person in, or in the place of the one with `instead`; a number is there once. */
export function putPerson(
  people: readonly Person[],
  person: Person,
  instead?: string,
): readonly Person[] {
  const others = people.filter(({ phone }) => phone !== person.phone || phone === instead);
  if (instead === undefined) return [...others, person].slice(-MOST_PEOPLE);
  return others.map((known) => (known.phone === instead ? person : known));
}

/** Whether two spellings of a number are one: providers leave the ninth digit of Brazilian mobile numbers out. */
export function isSameNumber(one: string, other: string): boolean {
  const short = (text: string) =>
    text.replaceAll(/\D/g, "").replace(/^(55\d{2})9([6-9]\d{7})$/, "$1$2");
  return short(one) !== "" && short(one) === short(other);
}
