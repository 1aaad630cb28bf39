/** A digit of any script: full-width and Arabic ones dial the same number. */
const DIGIT = String.raw`\p{Nd}`;

/** The sign of an escape in JSON, also where that stands in other JSON, some levels deep. */
const BACKSLASHES = String.raw`\\{1,8}`;

/** One byte percent-encoded, and one character as JSON escapes it. */
const ESCAPED = `%[0-9A-Fa-f]{2}|${BACKSLASHES}u[0-9A-Fa-f]{4}`;

/** What people and machines put between the digits of one number: blanks, points, dashes, brackets, what cannot be seen. */
const BETWEEN = String.raw`(?:[\p{Zs}\t\p{Pd}\p{Cf}\p{M}().+_]|${ESCAPED}){0,6}`;

const PLUS = `(?:[+＋]|%2[Bb]|${BACKSLASHES}u002[Bb])`;

const digits = (least: number) => `${DIGIT}(?:${BETWEEN}${DIGIT}){${least - 1},}`;

/** Digits of a number: eight or more, or fewer where a `+` says what they are. */
const NUMBER = `${PLUS}${BETWEEN}${digits(6)}|${PLUS}?[(]?${digits(8)}`;

const HEX = "[0-9A-Fa-f]";
const UUID = String.raw`(?<![\w-])${HEX}{8}-${HEX}{4}-${HEX}{4}-${HEX}{4}-${HEX}{12}(?![\w-])`;

const DAY = String.raw`(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])`;
const CLOCK = String.raw`\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?`;

/** A day or a moment as RFC 3339 writes it. */
const TIME = String.raw`(?<![\d.+-])${DAY}(?:[T ]${CLOCK})?(?![\d.-])`;

/** WhatsApp's other names for people: LIDs, and ids of people who hide their number, which are longer than any number. */
const LID = String.raw`(?<!\d)\d{5,20}(?::\d{1,5})?@lid\b`;
const BSUID = String.raw`(?<![A-Za-z0-9])[A-Z]{2}\.(?:ENT\.)?\d{16,128}(?![A-Za-z0-9])`;

/** WhatsApp's message ids, which hold the number in base64 behind the same first bytes. JSON may escape their slashes. */
const MESSAGE_ID = String.raw`(?:wamid\.|(?<![\w+/-])HBg[\w+/-]{20})(?:[\w+/=.-]|%[0-9A-Fa-f]{2}|${BACKSLASHES}/)*`;

/** Finds what may be a number: group `kept` is none, group `messageId` hides one, everything else is taken for one. */
export const NUMBER_PATTERN = new RegExp(
  `(?<kept>${UUID}|${TIME}|${LID}|${BSUID})|(?<messageId>${MESSAGE_ID})|${NUMBER}`,
  "gu",
);
