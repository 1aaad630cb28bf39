import type { Random } from "./random.ts";

const nested = (depth: number, open: string, core: string, close: string): string =>
  open.repeat(depth) + core + close.repeat(depth);

/** Numbers that fit no column, no date or no number of JavaScript, as JSON writes them. */
const NUMBERS = [
  "0",
  "-0",
  "-1",
  "1.5",
  "1e400",
  "-1e400",
  "1e-400",
  "9007199254740993",
  "2147483648",
  "18446744073709551616",
  "253402300800",
  "1763699200000000000",
  "9".repeat(400),
  `0.${"1".repeat(400)}`,
] as const;

/** Texts, with their quotes, that some store, index, parser or reader takes badly. */
const TEXTS = [
  '""',
  '" "',
  String.raw`"\u0000"`,
  String.raw`"a\u0000b"`,
  String.raw`"\ud800"`,
  String.raw`"\udc00\ud800"`,
  String.raw`"fim\udbff"`,
  String.raw`"\u202eotxet\u202c"`,
  String.raw`"\u2066\u2069\u200b\u200d\ufeff\u2028\u2029"`,
  String.raw`"\uffff\ufffe\u0001\u001b[31m\u0007\b"`,
  `"${"e\u0301".repeat(20)}${"\u0316".repeat(300)}"`,
  '"مرحبا שלום"',
  '"👩‍👩‍👧‍👦🇧🇷"',
  '"İıſKﬀ"',
  '"__proto__"',
  '"constructor"',
  '"toString"',
  '"hasOwnProperty"',
  '"NaN"',
  '"-1"',
  '"1e999"',
  '"99999999999999999999"',
  '"2026-02-30T25:61:61Z"',
  '"+275760-09-13T00:00:00.001Z"',
  '"0000-00-00"',
  '"status@broadcast"',
  '"120363000000000000@g.us"',
  '"5511987650011:99@s.whatsapp.net"',
  '"@lid"',
  `"'; drop table inbox; --"`,
  '"${jndi:ldap://127.0.0.1/a}"',
  '"{{7*7}}"',
  '"<script>alert(1)</script>"',
  '"../../../../etc/passwd"',
  '"http://169.254.169.254/latest/meta-data"',
  '"data:text/html;base64,PHNjcmlwdD4="',
  String.raw`"=cmd|' /C calc'!A0"`,
  `"${"a".repeat(513)}"`,
  `"${"9".repeat(70_000)}"`,
  `"${"ã".repeat(5_000)}"`,
  `"${"(".repeat(4_000)}"`,
  `"${" ".repeat(20_000)}x"`,
  `"${"*_~`".repeat(2_000)}"`,
  `"${"BEGIN:VCARD\\n".repeat(500)}"`,
] as const;

const CONTAINERS = [
  "null",
  "true",
  "false",
  "[]",
  "{}",
  "[[]]",
  "[null]",
  '{"":""}',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"toString":1,"valueOf":null,"toJSON":"x"}',
  '{"length":1e9}',
  '{"then":1}',
  '{"a":1,"a":2}',
  `[${"0,".repeat(5_000)}0]`,
  `{${Array.from({ length: 2_000 }, (_, n) => `"k${n}":${n}`).join(",")}}`,
  `[${'{"id":1,"type":"text"},'.repeat(300)}{}]`,
  nested(60, "[", "", "]"),
  nested(70, '{"a":', "1", "}"),
  nested(10_000, "[", "", "]"),
  nested(10_000, '{"a":', "1", "}"),
  nested(3_000, '[{"":', '"\\u0000"', "}]"),
] as const;

/** Values that are no JSON at all. */
const BROKEN = [
  "NaN",
  "undefined",
  "'a'",
  "01",
  "+1",
  ".5",
  '"\n"',
  '"\\x"',
  "/*x*/1",
  "",
] as const;

/** Keys, as JSON writes them, that mean something to JavaScript, or to nobody. */
export const KEYS = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "toJSON",
  "length",
  "",
  String.raw`\u0000`,
  String.raw`\ud800`,
  "0",
  "-1",
  String.raw`\u005f_proto__`,
  "k".repeat(1_000),
] as const;

/** A value that somebody may not have thought of; one in fifty is no JSON. */
export function hostileValue(random: Random): string {
  if (random.chance(0.02)) return random.pick(BROKEN);
  return random.pick(random.pick<readonly string[]>([NUMBERS, TEXTS, CONTAINERS]));
}

/** What is put into a text that is otherwise kept, as JSON writes it. */
export const INSIDES = [
  String.raw`\u0000`,
  String.raw`\ud83d`,
  String.raw`\udc00`,
  String.raw`\u202e`,
  String.raw`\u2028`,
  "\u0301",
  " ",
  "@",
  ":",
  "+",
  "0",
  String.raw`\\`,
  "%00",
  "👍🏽",
] as const;
