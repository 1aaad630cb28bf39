import {
  type CountryCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from "libphonenumber-js";
import type { Identity } from "./messages.ts";

/** A person as somebody wrote them down, or why nobody can be found by it. */
export type ReadIdentity =
  | { readonly kind: "identity"; readonly identity: Identity }
  | { readonly kind: "unreadable"; readonly problem: string };

/** WhatsApp's ids of people who hide their number. Source: Cloud API reference, business-scoped user ids. */
const BSUID = /^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$/;

/** Characters of the longest number with everything that people write between its digits. */
const MAX_LENGTH = 200;

const refuse = (problem: string): ReadIdentity => ({ kind: "unreadable", problem });

/**
 * Reads a phone number in E.164, or in the national form of `country` (ISO 3166-1 alpha-2) where one is given, or a
 * business-scoped user id. Numbers are kept as digits without `+`, as WhatsApp reports them. The ninth digit of Brazilian
 * mobiles may be there or not: both are numbers.
 */
export function readIdentity(text: string, country?: string): ReadIdentity {
  // Lists write 0055 for +55; read nationally, Brazil's 00 would swallow a carrier's two digits and dial another country.
  // A number copied from an address book often comes wrapped in invisible marks.
  const written = text
    .normalize("NFKC")
    .replace(/\p{Cf}/gu, "")
    .trim()
    .replace(/^00/, "+");
  if (written === "") return refuse("is empty");
  if (written.length > MAX_LENGTH) return refuse("is too long for a phone number");
  if (BSUID.test(written)) {
    const kind = written.includes(".ENT.") ? "parent_bsuid" : "bsuid";
    return { kind: "identity", identity: { kind, value: written } };
  }
  if (!written.startsWith("+") && country === undefined)
    return refuse("has no country code: write it as +5561991112222");
  const number = parsePhoneNumberFromString(written, {
    extract: false,
    ...(isCountry(country) && { defaultCountry: country }),
  });
  if (number === undefined) return refuse("is not a phone number such as +5561991112222");
  if (number.ext !== undefined) return refuse("has an extension, which no message reaches");
  if (!number.isPossible()) return refuse("has too few or too many digits for its country");
  return { kind: "identity", identity: { kind: "phone", value: number.number.slice(1) } };
}

/** Whether a text is a country in which numbers can be read. */
export function isCountry(text: string | undefined): text is CountryCode {
  return text !== undefined && isSupportedCountry(text);
}
