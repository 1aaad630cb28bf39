import { parsePhoneNumberFromString, type PhoneNumber } from "libphonenumber-js";

/** Digits at the end that stay readable: enough to tell people apart. */
const TAIL = 4;

/** Digits that are hidden at least: of a short number less of the end is shown. */
const HIDDEN = 4;

/** Digits of the longest number. Source: ITU-T E.164. */
const LONGEST = 15;

/** Digits from which on digits are taken for a number. */
const SHORTEST = 8;

const STARS = "****";

/** Brazil's country code, and the digits of its areas. */
const BRAZIL = { code: "55", area: 2 } as const;

/** What stands between digits and has digits of its own: a percent-encoded byte, a character as JSON escapes it. */
const ESCAPES = /%[0-9A-Fa-f]{2}|\\+u[0-9A-Fa-f]{4}/g;

function digitsOf(written: string): string {
  return written
    .replaceAll(ESCAPES, " ")
    .normalize("NFKC")
    .replaceAll(/\P{Nd}/gu, "");
}

/** The last digits, as far as enough others stay hidden. */
function tailOf(digits: string): string {
  const length = Math.min(TAIL, digits.length - HIDDEN);
  return length > 0 ? `-${digits.slice(-length)}` : "";
}

function isBrazilian({ countryCallingCode }: PhoneNumber): boolean {
  return countryCallingCode === BRAZIL.code;
}

/** The area, as the number's country writes it; "" where there is none or it would leave too little hidden. */
function areaOf(number: PhoneNumber): string {
  const { nationalNumber: national } = number;
  const [, written = ""] = /^\+\d+ (\d+) /.exec(number.formatInternational()) ?? [];
  const area = isBrazilian(number) ? national.slice(0, BRAZIL.area) : written;
  return area.length + TAIL + HIDDEN <= national.length ? area : "";
}

/** Reads digits as a number with its country code. WhatsApp's Brazilian mobiles without the ninth digit are none to others. */
function readNumber(digits: string): PhoneNumber | undefined {
  if (digits.length > LONGEST) return undefined;
  const number = parsePhoneNumberFromString(`+${digits}`, { extract: false });
  if (number === undefined) return undefined;
  const isNumber = number.isValid() || (isBrazilian(number) && number.isPossible());
  return isNumber ? number : undefined;
}

/**
 * Masks a phone number in whatever spelling: `+55 61 9****-0001` where its digits are a number with a country code, else
 * `****-0001`. Numbers that stand one after the other are masked one by one.
 */
export function maskNumber(written: string): string {
  const digits = digitsOf(written);
  const parts = written.split(/\s+/);
  if (parts.length > 1 && parts.every((part) => digitsOf(part).length >= SHORTEST))
    return parts.map(maskNumber).join(" ");
  const number = readNumber(digits.replace(/^00/, ""));
  if (number === undefined) return STARS + tailOf(digits);
  const area = areaOf(number);
  const rest = number.nationalNumber.slice(area.length);
  // Brazilian mobiles of nine digits all begin with nine: it says nothing, and people look for it.
  const nine = isBrazilian(number) && /^9\d{8}$/.test(rest) ? "9" : "";
  const start = area === "" ? "" : `${area} `;
  return `+${number.countryCallingCode} ${start}${nine}${STARS}${tailOf(number.nationalNumber)}`;
}
