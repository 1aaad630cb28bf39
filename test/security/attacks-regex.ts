/** Patterns that take exponential or high polynomial time on some text, in the ways that such patterns are written. */
export const EVIL_PATTERNS: readonly string[] = [
  String.raw`^(\w+\s?)*$`,
  "(a+)+$",
  "(a*)*$",
  "(a|a)*$",
  "(a|aa)+$",
  "(a|ab)*c",
  "([a-zA-Z]+)*$",
  "(.*a){20}$",
  "(.*,){11}P",
  "^(([a-z])+.)+[A-Z]([a-z])+$",
  "((a+)+)+$",
  "(a+){10,}$",
  "(?:a+)+b",
  "(?=(a+)+b)a",
  "(?:(?:a|b)+)+c",
  "(x+x+)+y",
  "(x+x+x+)+y",
  "(.+)+!",
  "(.*)*!",
  String.raw`(\d+)*x`,
  String.raw`(\s*\S*)*x`,
  String.raw`(\w*)+\.com`,
  String.raw`^(\(?\d+\)?[ -]?)+$`,
  String.raw`^([\w.]+)+@([\w.]+)+$`,
  String.raw`(https?:\/\/)?([\w-]+\.)+[\w-]+(\/[\w- ./?%&=]*)*!`,
  "(?:a?){30}a{30}",
  "(?:a{0,25}){25}b",
  "(a{1,}){1,}b",
  "(?<n>a+)+b",
  "a*a*a*a*a*b",
  ".*.*.*=.*",
  String.raw`\s+\s+\s+$`,
  "[^x]*[^y]*[^z]*!",
  String.raw`\d*\d*\d*x`,
  "a{21,}a{21,}a{21,}b",
  "(ab?)*(ab?)*c",
  "(?:|a)+b",
  "((?:a|b|ab)*)c",
  String.raw`(é+)+$`,
  String.raw`(\p{L}+)+\d`,
];

/** Characters of WhatsApp's longest text. Source: Cloud API reference, text messages. */
export const LONGEST_TEXT = 4_096;

const fill = (part: string): string =>
  part.repeat(Math.ceil(LONGEST_TEXT / part.length)).slice(0, LONGEST_TEXT);

/** Texts on which such patterns show what they are: what they repeat, over and over, and an end that does not fit. */
export const EVIL_TEXTS: readonly string[] = [
  ...Array.from("a 0\t\n.,-_/:=+@#\"'<>&*~`({[\\xé😀\u200b"),
  "ab",
  "a ",
  "a.",
  "a,",
  "0-",
  "a@",
  "a=",
  "{{",
  "${",
  "<a",
  '\\"',
  "/*",
  " \n",
  "a:/",
  "--",
].flatMap((part) => [fill(part), `${fill(part).slice(0, -1)}!`]);
