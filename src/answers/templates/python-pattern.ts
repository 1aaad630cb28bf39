import { compilePattern } from "../../safe-pattern.ts";

/** What only Python writes, with what JavaScript writes for it. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^\(\?[aiu]+\)/, ""],
  [/\(\?P</g, "(?<"],
  [/\(\?P=([A-Za-z_]\w*)\)/g, "\\k<$1>"],
  [/\\A/g, "^"],
  [/\\Z/g, "$"],
];

/** An escaped character, a class (its first `]` may be literal), or any other character. */
const PARTS = /\\[^]|\[\^?\]?(?:\\[^]|[^\]\\])*\]|[^]/gu;

/** Inside a class: an escaped character, or any other. */
const CLASS_PARTS = /\\[^]|[^]/gu;

/**
 * Compiles a regular expression of a Rasa file, which is Python's, to be used without regard to case. Throws an Error for
 * one that JavaScript cannot express or that could take long on some text.
 */
export function compilePythonPattern(source: string): RegExp {
  const words = WORDS.reduce((text, [found, written]) => text.replace(found, written), source);
  const translated = words.replace(PARTS, (part) =>
    part.startsWith("[") ? translateClass(part) : translateEscape(part),
  );
  return new RegExp(compilePattern(translated).source, "iv");
}

/** JavaScript's strict modes know no needless escapes: `\@` becomes `\x40`. */
function translateEscape(part: string): string {
  return /^\\[^A-Za-z0-9]$/u.test(part) ? inHex(part.slice(1)) : part;
}

/** In a class every mark but the dash of a range is written in hexadecimal, where it can mean nothing else. */
function translateClass(written: string): string {
  const negated = written.startsWith("[^");
  const parts = written.slice(negated ? 2 : 1, -1).match(CLASS_PARTS) ?? [];
  const inside = parts.map((part, at) => {
    if (part === "-" && isRange(parts[at - 1], parts[at + 1])) return part;
    if (part.startsWith("\\")) return translateEscape(part);
    return /^[!-/:-@[-`{-~]$/.test(part) ? inHex(part) : part;
  });
  return `[${negated ? "^" : ""}${inside.join("")}]`;
}

function isRange(before: string | undefined, after: string | undefined): boolean {
  return [before, after].every((part) => part !== undefined && !/^\\[dDwWsS]$/.test(part));
}

function inHex(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 ? `\\x${code.toString(16).padStart(2, "0")}` : character;
}
